import { describe, it } from "@std/testing/bdd";
import { expect } from "@std/expect";
import { publishedEvents } from "../../src/events/published_events.ts";
import { openEdge, problemIn } from "../edge/open_edge.ts";
import { breaksBetween, presentSchemas, recordedSchemas } from "./schema_snapshot.ts";

/** What the contract promises. */
const PROMISED = [
  "ecommerce.order.order.created.v1",
  "ecommerce.order.order.paid.v1",
  "ecommerce.order.order.canceled.v1",
  "ecommerce.order.order.fulfilled.v1",
  "ecommerce.inventory.stock.adjusted.v1",
  "ecommerce.product.product.updated.v1",
  "ecommerce.pricing.flash_sale.started.v1",
  "ecommerce.pricing.flash_sale.ended.v1",
  "ecommerce.webhook.delivery.failed.v1",
  "ecommerce.cart.cart.updated.v1",
];

describe("the schemas of published events", () => {
  it("break no consumer", () => {
    expect(breaksBetween(recordedSchemas(), presentSchemas())).toEqual([]);
  });

  it("are recorded: `deno task schemas` records what was added", () => {
    expect(presentSchemas()).toEqual(recordedSchemas());
  });

  it("would be found out when they broke one", () => {
    const { "ecommerce.order.order.paid.v1": paid, ...others } = recordedSchemas();
    expect(breaksBetween(recordedSchemas(), others)).toEqual([
      "ecommerce.order.order.paid.v1: is no longer published",
    ]);
    const strange = { ...recordedSchemas(), "ecommerce.order.order.paid.v1": { ...Object(paid), type: "array" } };
    expect(breaksBetween(recordedSchemas(), strange)).toEqual([
      'ecommerce.order.order.paid.v1: the event had type "object" and now has "array"',
    ]);
  });

  it("are of one type each, the promised ones among them", () => {
    const types: readonly string[] = publishedEvents.map(({ eventType }) => eventType);
    expect(new Set(types).size).toBe(types.length);
    expect(PROMISED.filter((promised) => !types.includes(promised))).toEqual([]);
  });

  it("are served to anybody, with a list of them", async () => {
    const edge = await openEdge();
    const { items } = await (await edge.call("GET /schemas")).json();
    expect(items).toHaveLength(publishedEvents.length);
    for (const { eventType, schema, planned } of items) {
      const served = await (await edge.call(`GET ${schema}`)).json();
      expect(served).toEqual(recordedSchemas()[eventType]);
      expect(served.properties.eventType.const).toBe(eventType);
      expect(planned).toBe(/\.(pricing|webhook)\./.test(eventType));
    }
    expect(await problemIn(await edge.call("GET /schemas/ecommerce.order.order.created.v9"))).toEqual({
      status: 404,
      code: "not_found",
    });
  });
});
