import { describe, it } from "@std/testing/bdd";
import { expect } from "@std/expect";
import { z } from "zod";
import { Envelope } from "../../src/events/envelope.ts";
import { envelopeOf } from "../../src/events/event_schemas.ts";
import { publishedEvents } from "../../src/events/published_events.ts";
import { startNats } from "../harness/nats.ts";
import { startPostgres } from "../harness/postgres.ts";
import { until } from "../harness/until.ts";
import { PlacedOrder } from "../system/client/shapes_of_answers.ts";
import { Shop } from "../system/client/shop.ts";
import { Shopper } from "../system/client/shopper.ts";
import { readEvents } from "../relay/nats_node.ts";

const CORRELATION = "an-order-for-services";
const TRACE = "0af7651916cd43dd8448eb211c80319c";

describe("a shop at NATS", () => {
  it("tells services of an order from the cart to the payment, traced, and as their schemas say", async () => {
    await using nats = await startNats();
    await using postgres = await startPostgres();
    await using shop = await Shop.open({ databaseUrl: postgres.url(), env: { NATS_URL: nats.url } });
    const { api } = shop;
    const sku = `EVENT MUG.${crypto.randomUUID().slice(0, 8)}`;
    const product = { sku, name: "Red mug", price: { minor: 255, currency: "GBP" }, stock: 5 };
    (await api.post("/api/v1/products", { token: shop.admin, body: product })).as(z.looseObject({}), 201);
    const shopper = await Shopper.arrive(api);
    const { cartId } = await shopper.openCart();
    await shopper.addItem(cartId, { sku, quantity: 2 });
    const { orderId } = (await api.post("/api/v1/orders", {
      token: shopper.token,
      key: crypto.randomUUID(),
      body: { cartId, paymentMethod: "card" },
      headers: { "correlation-id": CORRELATION, traceparent: `00-${TRACE}-b7ad6b7169203331-01` },
    })).as(PlacedOrder, 201);

    let events: readonly Envelope[] = [];
    const typesOf = (key: string): readonly string[] =>
      events.filter(({ partitionKey }) => partitionKey === key).map(({ eventType }) => eventType);
    await until(async () => {
      events = await readEvents(nats);
      return typesOf(orderId).includes("ecommerce.order.order.paid.v1") &&
        typesOf(`stock/${sku}`).includes("ecommerce.inventory.stock.allocated.v1") &&
        typesOf(cartId).includes("ecommerce.cart.cart.checked_out.v1") && typesOf(sku).length > 0;
    }, { withinMs: 60_000, what: () => `the order to be paid: ${typesOf(orderId)}\n${shop.server.output}` });

    const told = events.filter(({ partitionKey }) => partitionKey === orderId);
    expect(told[0]).toMatchObject({
      eventType: "ecommerce.order.order.created.v1",
      correlationId: CORRELATION,
      traceId: TRACE,
    });
    expect(told.map(({ sequence }) => sequence)).toEqual(told.map((_, index) => index + 1));
    expect(typesOf(cartId)).toEqual([
      "ecommerce.cart.cart.opened.v1",
      "ecommerce.cart.cart.updated.v1",
      "ecommerce.cart.cart.checked_out.v1",
    ]);
    expect(typesOf(sku)).toEqual(["ecommerce.product.product.listed.v1"]);
    expect(typesOf(`stock/${sku}`)).toContain("ecommerce.inventory.stock.adjusted.v1");
    // Whoever follows the rule, to drop what is not above the last sequence of a key, drops nothing but repeats.
    for (const [, own] of Map.groupBy(events, ({ partitionKey }) => partitionKey)) {
      const sequences = [...new Map(own.map(({ eventId, sequence }) => [eventId, sequence])).values()];
      expect(sequences).toEqual(sequences.map((_, index) => index + 1));
    }
    const schemas = new Map<string, z.ZodType>(publishedEvents.map((event) => [event.eventType, envelopeOf(event)]));
    for (const event of events) expect(schemas.get(event.eventType)?.parse(event)).toEqual(event);
  });
});
