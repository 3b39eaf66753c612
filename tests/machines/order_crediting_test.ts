import { describe, it } from "@std/testing/bdd";
import { expect } from "@std/expect";
import { order } from "../../actors/order.ts";
import { send } from "../../machines/decision.ts";
import { decide } from "../../machines/order/decide.ts";
import { evolve, initial } from "../../machines/order/machine.ts";
import type { OrderCommand, OrderEvent } from "../../machines/order/messages.ts";
import type { StockCommand } from "../../machines/stock/messages.ts";
import { after, ann, clerk, sentencesAbout, service, turnOf } from "./given.ts";

const ORDER_ID = "ord_aadddddddddddddddddddddddd";
const given = sentencesAbout({ decide, evolve });
const none = initial(ORDER_ID);

const credit = {
  type: "credit",
  customerId: "ann",
  trackingId: "trk_9",
  storeId: "main",
  currency: "GBP",
  returnId: "C536379",
  lines: [
    { sku: "mug", quantity: 2, unitMinor: 255 },
    { sku: "mug", quantity: 1, unitMinor: 200 },
    { sku: "D", quantity: 1, unitMinor: 2_750, stocked: false },
  ],
  reason: "invoice C536379",
  occurredOn: "2010-12-01",
} satisfies OrderCommand;

const restock: StockCommand = { type: "restock", orderId: ORDER_ID, returnId: "return:C536379", quantity: 3 };
const at = turnOf(service).now;

const credited = {
  type: "credited",
  customerId: "ann",
  trackingId: "trk_9",
  storeId: "main",
  currency: "GBP",
  creditNote: {
    returnId: "C536379",
    lines: [
      { sku: "mug", quantity: 2, unitMinor: 255, stocked: true },
      { sku: "mug", quantity: 1, unitMinor: 200, stocked: true },
      { sku: "D", quantity: 1, unitMinor: 2_750, stocked: false },
    ],
    amountMinor: 3_460,
    refundMinor: 3_460,
    reason: "invoice C536379",
    at,
    occurredOn: "2010-12-01",
  },
  reason: "invoice C536379",
  at,
} satisfies OrderEvent;

describe("a return whose sale nobody knows", () => {
  const after1 = after(none, { evolve, events: [credited] });

  it("is an order of a credit note alone, and puts the goods back on the shelf", () => {
    given(none).when(credit, service).then(credited).thenSends(
      { kind: "alias", publicId: "trk_9" },
      send("stock/mug", restock),
    );
    expect(order.view(after1, { version: 1, cursor: "1.x" })).toMatchObject({
      status: "REFUNDED",
      totalAmount: { minor: 0, currency: "GBP" },
      lines: [],
      creditNotes: [{ returnId: "C536379", amount: { minor: 3_460, currency: "GBP" } }],
      allowed: [],
    });
  });

  it("is written once", () => {
    given(after1).when(credit, service).thenNothing();
  });

  it("is for services and admins alone", () => {
    expect(order.mayCommand(none, service, credit)).toBe(true);
    expect(order.mayCommand(none, ann, credit)).toBe(false);
    expect(order.mayCommand(none, clerk, credit)).toBe(false);
    given(none).when(credit, ann).thenRefuses("not_found");
  });

  it("takes nothing more back", () => {
    const more: OrderCommand = { type: "return_goods", returnId: "2", lines: credit.lines, reason: "again" };
    expect(decide(after1, more, turnOf(service))).toMatchObject({ accepted: false, reason: "illegal_transition" });
  });
});

describe("a sale of another day", () => {
  it("is placed by services and admins alone", () => {
    const start = {
      type: "start",
      customerId: "ann",
      cartId: ORDER_ID.replace("ord", "crt"),
      trackingId: "trk_1",
      storeId: "main",
    } satisfies OrderCommand;
    const customer = { ...ann, roles: ["customer" as const] };

    expect(order.mayCommand(none, customer, start)).toBe(true);
    expect(order.mayCommand(none, customer, { ...start, occurredOn: "2010-12-01" })).toBe(false);
    expect(order.mayCommand(none, service, { ...start, occurredOn: "2010-12-01" })).toBe(true);
  });
});
