import { describe, it } from "@std/testing/bdd";
import { expect } from "@std/expect";
import { z } from "zod";
import { breaks } from "./compatibility.ts";

const order = z.object({
  orderId: z.string(),
  status: z.enum(["PENDING", "PAID"]),
  note: z.string().optional(),
  total: z.object({ minor: z.int(), currency: z.string() }),
  lines: z.array(z.object({ sku: z.string(), quantity: z.int() })),
  trace: z.string().nullable(),
});

function changed(changes: z.ZodRawShape): readonly string[] {
  return breaks(schema(order), schema(order.extend(changes)));
}

function schema(type: z.ZodType): unknown {
  return z.toJSONSchema(type, { io: "input" });
}

describe("a schema's change", () => {
  it("is none when nothing changed", () => {
    expect(changed({})).toEqual([]);
  });

  it("may add optional properties, at any depth, and values", () => {
    expect(changed({
      more: z.string().optional(),
      status: z.enum(["PENDING", "PAID", "SHIPPED"]),
      total: z.object({ minor: z.int(), currency: z.string(), tax: z.int().optional() }),
      note: z.string().describe("said otherwise").optional(),
    })).toEqual([]);
  });

  it("may not remove a property", () => {
    expect(breaks(schema(order), schema(order.omit({ note: true })))).toEqual(['"note" was removed']);
    expect(changed({ total: z.object({ minor: z.int() }) })).toEqual(['"total.currency" was removed']);
  });

  it("may not give a property another type", () => {
    expect(changed({ orderId: z.int() })).toContain('"orderId" had type "string" and now has "integer"');
    expect(changed({ lines: z.array(z.object({ sku: z.string(), quantity: z.string() })) }))
      .toContain('"lines[].quantity" had type "integer" and now has "string"');
    expect(changed({ trace: z.string() }).length).toBeGreaterThan(0);
    expect(changed({ note: z.string().max(5).optional() })).toEqual(['"note" had maxLength none and now has 5']);
  });

  it("may not require what was not there before", () => {
    expect(changed({ note: z.string() })).toEqual(['"note" is now required, and events published before lack it']);
    expect(changed({ store: z.string() })).toEqual(['"store" is now required, and events published before lack it']);
  });

  it("may not leave out what was always there", () => {
    expect(changed({ orderId: z.string().optional() })).toEqual([
      '"orderId" was always there and now may be absent',
    ]);
  });

  it("may not take values away from an enumeration, or end it", () => {
    expect(changed({ status: z.enum(["PENDING"]) })).toEqual([
      '"status" can no longer be "PAID", which events published before may hold',
    ]);
    expect(changed({ status: z.string() })).toEqual([
      '"status" was one of ["PENDING","PAID"] and now may be anything',
    ]);
  });
});
