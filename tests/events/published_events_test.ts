import { describe, it } from "@std/testing/bdd";
import { expect } from "@std/expect";
import type { EventRow } from "../../actors/runtime/ports.ts";
import type { CartEvent } from "../../machines/cart/messages.ts";
import type { Fact } from "../../machines/decision.ts";
import type { OrderEvent } from "../../machines/order/messages.ts";
import type { ProductEvent } from "../../machines/product/messages.ts";
import { Envelope } from "../../src/events/envelope.ts";
import { envelopeOf } from "../../src/events/event_schemas.ts";
import { isPublished, outgoingEvent } from "../../src/events/outgoing_event.ts";
import { publishedEvents, tellings } from "../../src/events/published_events.ts";
import { checkedOut, checkoutBegun, opened, sealed, tenPercentOff, twoMugs } from "../machines/cart_examples.ts";
import { facts as orderFacts, placed } from "../machines/order_examples.ts";
import { facts as paymentFacts } from "../machines/payment_examples.ts";
import { facts as stockFacts } from "../machines/stock_examples.ts";

type Facts<Event extends Fact> = { readonly [Type in Event["type"]]: Extract<Event, { readonly type: Type }> };

const cartFacts: Facts<CartEvent> = {
  opened,
  line_added: { ...twoMugs, listMinor: 300, priceReason: "a friend of ann@example.com" },
  quantity_changed: { type: "quantity_changed", lineId: "mug", quantity: 3 },
  line_removed: { type: "line_removed", lineId: "mug", sku: "mug", name: "Red mug", unitMinor: 255 },
  coupon_applied: tenPercentOff,
  coupon_removed: { type: "coupon_removed", code: "TEN" },
  checkout_begun: checkoutBegun,
  address_set: { type: "address_set", personalId: "personal-1" },
  payment_method_set: { type: "payment_method_set", method: "card" },
  checked_out: checkedOut,
  sealed,
};

const productFacts: Facts<ProductEvent> = {
  listed: {
    type: "listed",
    name: "Red mug",
    priceMinor: 255,
    currency: "GBP",
    description: "",
    category: "kitchen",
    stocked: true,
    priceVersion: 1,
  },
  changed: { type: "changed", name: "Redder mug" },
  price_changed: { type: "price_changed", oldMinor: 255, newMinor: 300, priceVersion: 2 },
  withdrawn: { type: "withdrawn" },
};

/** Everything an order can hold. */
const orders: Facts<OrderEvent> = {
  ...orderFacts,
  placed: {
    ...placed,
    cartId: "crt_1",
    addressId: "personal-1",
    paymentMethod: "card",
    occurredOn: "2010-12-01",
    discountMinor: 4,
  },
};

const ALL: Readonly<Record<keyof typeof tellings, Readonly<Record<string, Fact>>>> = {
  cart: cartFacts,
  order: orders,
  payment: paymentFacts,
  stock: stockFacts,
  product: productFacts,
};

const schemas = new Map<string, ReturnType<typeof envelopeOf>>(
  publishedEvents.map((event) => [event.eventType, envelopeOf(event)]),
);

describe("every fact", () => {
  for (const [kind, facts] of Object.entries(ALL)) {
    for (const fact of Object.values(facts)) {
      it(`${kind} ${fact.type} is published as its schema says`, () => {
        const envelope: unknown = JSON.parse(outgoingEvent(rowOf(kind, fact), "cafe").body);
        const { eventType } = Envelope.parse(envelope);
        expect(schemas.get(eventType)?.parse(envelope)).toEqual(envelope);
      });
    }
  }

  it("keeps personal references, public keys and providers' references to itself", () => {
    const bodies = Object.entries(ALL).flatMap(([kind, facts]) =>
      Object.values(facts).map((fact) => outgoingEvent(rowOf(kind, fact), "cafe").body)
    );
    for (const secret of ["personal-1", "trk_1", '"ref"', "@example.com"]) {
      expect(bodies.filter((body) => body.includes(secret))).toEqual([]);
    }
  });

  it("of every kind of actor is published, customers' apart", () => {
    const actors = new URL("../../actors/", import.meta.url);
    const kinds = [...Deno.readDirSync(actors)].filter(({ isFile }) => isFile).flatMap(({ name }) => {
      const text = Deno.readTextFileSync(new URL(name, actors));
      return [...text.matchAll(/: Kind<[^=]*= \{\s*name: "(\w+)"/g)].map(([, kind]) => kind ?? "");
    });
    expect(kinds.length).toBeGreaterThan(5);
    expect(kinds.filter((kind) => !(kind in tellings))).toEqual(["customer"]);
  });

  it("of every type is published by some fact, unless it is planned", () => {
    const told = new Set(
      Object.values(tellings).flatMap((facts) => Object.values(facts).map(({ event }) => event.eventType)),
    );
    const silent = publishedEvents.filter(({ eventType, planned }) => told.has(eventType) === planned);
    expect(silent.map(({ eventType }) => eventType)).toEqual([]);
  });
});

describe("a published event", () => {
  const row = rowOf("order", orders.placed);

  it("says where it comes from and what it belongs to", () => {
    const { eventId, subject, body } = outgoingEvent(
      { ...row, traceparent: "00-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-01" },
      "cafe",
    );
    expect([eventId, subject]).toEqual(["cafe-7-41", "ecommerce.order.order.created.v1.order-1"]);
    const { payload: _, ...envelope } = JSON.parse(body);
    expect(envelope).toEqual({
      eventId: "cafe-7-41",
      eventType: "ecommerce.order.order.created.v1",
      occurredAt: "2026-01-02T12:00:00.250Z",
      producer: "vitrine",
      traceId: "0af7651916cd43dd8448eb211c80319c",
      correlationId: "corr",
      schemaVersion: 1,
      partitionKey: "order-1",
      sequence: 3,
    });
  });

  it("holds money with its currency, and what an order is made of", () => {
    const { payload } = JSON.parse(outgoingEvent(row, "cafe").body);
    expect(payload).toMatchObject({
      orderId: "order-1",
      customerId: "ann",
      status: "PENDING",
      totalAmount: { minor: 3_104, currency: "GBP" },
      discount: { minor: 4, currency: "GBP" },
    });
    expect(payload.lines[0]).toEqual({
      lineId: "mug",
      sku: "mug",
      name: "Red mug",
      quantity: 2,
      price: { minor: 255, currency: "GBP" },
      stocked: true,
    });
  });

  it("is under a subject of one more token, whatever its entity is called", () => {
    const { subject, body } = outgoingEvent(rowOf("stock", stockFacts.received, "BANK CHARGES.1"), "cafe");
    expect(JSON.parse(body).partitionKey).toBe("stock/BANK CHARGES.1");
    expect(subject).toBe("ecommerce.inventory.stock.adjusted.v1.BANK=20CHARGES=2E1");
  });

  it("is not made of a customer's own facts, which repeat those of carts and orders", () => {
    expect(isPublished(rowOf("customer", { type: "cart_opened" }))).toBe(false);
    expect(isPublished(row)).toBe(true);
  });

  it("is not left out when its fact is unknown", () => {
    expect(() => outgoingEvent(rowOf("order", { type: "painted" }), "cafe")).toThrow('Cannot publish "painted"');
  });
});

function rowOf(kind: string, { type, ...data }: Fact, id = `${kind}-1`): EventRow {
  return {
    partition: 7,
    position: 41,
    address: `${kind}/${id}`,
    version: 3,
    type,
    dataJson: JSON.stringify(data),
    commandId: "c",
    correlationId: "corr",
    occurredAt: Date.UTC(2026, 0, 2, 12, 0, 0, 250),
  };
}
