import { describe, it } from "@std/testing/bdd";
import { expect } from "@std/expect";
import { slotOf } from "../../actors/runtime/address.ts";
import type { Ask } from "../../actors/runtime/actors.ts";
import type { Principal } from "../../machines/decision.ts";
import { OrderCommand } from "../../machines/order/messages.ts";
import { admin, ann, clerk, type OpenEdge, openEdge, problemIn } from "./open_edge.ts";
import { accepted } from "./scripted_actors.ts";
import { cartOf, checkoutOf, mug, orderOf } from "./shop_ids.ts";

const PLACE = "POST /api/v1/orders";

async function shop(): Promise<OpenEdge> {
  const edge = await openEdge();
  edge.actors.show("product/MUG", mug());
  edge.actors.show("product/POST", mug(300, { sku: "POST", name: "Postage", stocked: false }));
  edge.actors.script = ({ to }: Ask) =>
    accepted({ orderId: to.slice(6), trackingId: "trk_x", status: "PENDING" }, { outcome: "created" });
  return edge;
}

function keyed(key: string): { readonly headers: Readonly<Record<string, string>> } {
  return { headers: { "idempotency-key": key } };
}

const allowed = ["cancel", "accept", "refund"];
const paid = { orderId: orderOf("ann"), customerId: "ann", storeId: "main", status: "PAID", allowed };

describe("placing an order", () => {
  it("of items puts in today's prices, one line a SKU", async () => {
    const edge = await shop();
    const items = [{ sku: "MUG", quantity: 2 }, { sku: "POST", quantity: 1 }, { sku: "MUG", quantity: 3 }];
    const response = await edge.call(PLACE, { as: ann, json: { items, paymentMethod: "card" }, ...keyed("k") });
    expect(response.status).toBe(201);
    expect(edge.actors.lastAsk.command).toMatchObject({
      type: "place",
      customerId: "ann",
      storeId: "main",
      currency: "GBP",
      paymentMethod: "card",
      lines: [
        { lineId: "MUG", sku: "MUG", name: "Mug", quantity: 5, unitMinor: 450, stocked: true },
        { lineId: "POST", sku: "POST", name: "Postage", quantity: 1, unitMinor: 300, stocked: false },
      ],
    });
    expect(OrderCommand.safeParse(edge.actors.lastAsk.command).success).toBe(true);
  });

  it("again is the same wish, whatever the items cost by then", async () => {
    const edge = await shop();
    const order = { as: ann, json: { items: [{ sku: "MUG", quantity: 1 }] }, ...keyed("k") };
    await edge.call(PLACE, order);
    edge.actors.show("product/MUG", mug(999));
    edge.clock.advance(60_000);
    const repeat = await edge.call(PLACE, order);
    expect([repeat.status, repeat.headers.get("idempotent-replayed")]).toEqual([201, "true"]);
  });

  it("of a cart asks the new order to make itself out of it", async () => {
    const edge = await shop();
    await edge.call("POST /api/orders", { as: ann, json: { cartId: cartOf("ann") }, ...keyed("k") });
    expect(edge.actors.lastAsk.command).toMatchObject({ type: "start", customerId: "ann", cartId: cartOf("ann") });
    expect(OrderCommand.safeParse(edge.actors.lastAsk.command).success).toBe(true);
  });

  it("derives its ids from customer and key, beside the customer", async () => {
    const edge = await shop();
    const json = { cartId: cartOf("ann") };
    for (const key of ["one", "one", "two"]) await edge.call(PLACE, { as: ann, json, ...keyed(key) });
    const [first, again, other] = edge.actors.asks;
    expect([again?.to, again?.command]).toEqual([first?.to, first?.command]);
    expect(other?.to).not.toBe(first?.to);
    expect(slotOf(first?.to ?? "order/x")).toBe(slotOf("customer/ann"));
    expect(JSON.stringify(first?.command)).toMatch(/"trackingId":"trk_[a-z2-7]{26}"/);
  });

  it("tells the correlation id, and a repeat that of the first time", async () => {
    const edge = await shop();
    const place = (correlationId: string): Promise<Response> => {
      const headers = { "idempotency-key": "k", "correlation-id": correlationId };
      return edge.call(PLACE, { as: ann, json: { cartId: cartOf("ann") }, headers });
    };
    const first = await (await place("first")).json();
    expect(first.correlationId).toBe("first");
    const { to } = edge.actors.lastAsk;
    const row = {
      partition: 1,
      position: 1,
      version: 1,
      type: "placed",
      dataJson: "{}",
      commandId: "k",
      occurredAt: 0,
    };
    edge.events.push({ ...row, address: to, correlationId: "first" });
    expect(await (await place("second")).json()).toEqual(first);
    expect(edge.counted).toEqual(["order"]);
  });

  const notOrders: readonly unknown[] = [
    {},
    { items: [] },
    { cartId: cartOf("ann"), items: [{ sku: "MUG", quantity: 1 }] },
    { items: [{ sku: "MUG", quantity: 0 }] },
    { items: [{ sku: "MUG", quantity: 10_001 }] },
    { items: [{ sku: "MUG", quantity: 6000 }, { sku: "MUG", quantity: 6000 }] },
    { items: Array.from({ length: 1001 }, () => ({ sku: "MUG", quantity: 1 })) },
    { cartId: cartOf("ann"), paymentMethod: "Not A Method" },
    { cartId: cartOf("ann"), paymentMethod: "cowries" },
    { cartId: cartOf("ann"), storeId: "elsewhere" },
    { cartId: 7 },
  ];
  for (const json of notOrders) {
    it(`is answered 400 for ${JSON.stringify(json).slice(0, 70)}`, async () => {
      const edge = await shop();
      const response = await edge.call(PLACE, { as: ann, json, ...keyed("k") });
      expect(await problemIn(response)).toEqual({ status: 400, code: "invalid_request" });
      expect(edge.actors.asks).toEqual([]);
    });
  }
});

describe("a payment method that the shop does not offer", () => {
  const PRODUCTION = { VITRINE_ENV: "production", JWKS_URL: "https://id.example/keys", PAYMENT_METHODS: "card" };
  const wishes: readonly (readonly [string, object])[] = [
    [PLACE, { cartId: cartOf("ann") }],
    [`POST /api/v1/orders/${orderOf("ann")}/pay`, {}],
    [`PUT /api/checkouts/${checkoutOf("ann")}/payment-method`, {}],
    [`POST /api/checkouts/${checkoutOf("ann")}/complete`, {}],
  ];
  for (const [route, json] of wishes) {
    it(`is not for ${route.split("/").at(-1)} either, nor one for tests in production`, async () => {
      const tried: readonly (readonly [string, Readonly<Record<string, string>>, boolean])[] = [
        ["card", PRODUCTION, true],
        ["invoice", PRODUCTION, false],
        ["test_slow", PRODUCTION, false],
        ["test_slow", {}, true],
        ["cowries", {}, false],
      ];
      for (const [paymentMethod, env, isTaken] of tried) {
        const edge = await openEdge({ env });
        const response = await edge.call(route, { as: ann, json: { ...json, paymentMethod }, ...keyed("k") });
        expect([paymentMethod, response.ok]).toEqual([paymentMethod, isTaken]);
        if (!isTaken) expect(await problemIn(response)).toEqual({ status: 400, code: "invalid_request" });
      }
    });
  }
});

describe("completing a checkout", () => {
  it("reaches the same order with whatever key, since a cart becomes one order", async () => {
    const edge = await shop();
    const complete = `POST /api/checkouts/${checkoutOf("ann")}/complete`;
    expect((await edge.call(complete, { as: ann, ...keyed("one") })).status).toBe(201);
    edge.actors.script = ({ to }) => accepted({ ...paid, orderId: to.slice(6) });
    expect((await edge.call(complete, { as: ann })).status).toBe(200);
    expect(edge.counted).toEqual(["order"]);
    const [first, second] = edge.actors.asks;
    expect(second?.to).toBe(first?.to);
    expect(second?.command).toEqual(first?.command);
    expect(first?.command).toMatchObject({ type: "start", cartId: cartOf("ann") });
  });
});

describe("an order's actions", () => {
  const actions: readonly (readonly [string, unknown, Readonly<Record<string, unknown>>])[] = [
    ["pay", { paymentMethod: "invoice" }, { type: "pay", paymentMethod: "invoice" }],
    ["pay", undefined, { type: "pay", paymentMethod: "card" }],
    ["cancel", { reason: "changed my mind" }, { type: "cancel", reason: "changed my mind" }],
    ["cancel", undefined, { type: "cancel" }],
    ["accept", undefined, { type: "accept_order" }],
    ["ready", {}, { type: "mark_ready" }],
    ["ship", { carrier: "Post", trackingNumber: "1Z" }, { type: "ship", carrier: "Post", trackingNumber: "1Z" }],
    ["deliver", undefined, { type: "deliver" }],
    ["refund", { reason: "broken" }, { type: "refund", reason: "broken" }],
  ];
  for (const [action, json, command] of actions) {
    it(`${action} with ${JSON.stringify(json)} is a command of the order`, async () => {
      const edge = await shop();
      const as = action === "pay" ? ann : clerk;
      expect((await edge.call(`POST /api/v1/orders/${orderOf("ann")}/${action}`, { as, json })).status).toBe(200);
      expect(edge.actors.lastAsk.to).toBe(`order/${orderOf("ann")}`);
      expect(edge.actors.lastAsk.command).toEqual(command);
      expect(OrderCommand.safeParse(edge.actors.lastAsk.command).success).toBe(true);
    });
  }
});

describe("an order", () => {
  it("says what its reader may do with it next", async () => {
    const edge = await shop();
    const allowedTo = async (as: Principal): Promise<unknown> => {
      const { allowed } = await (await edge.call(`GET /api/v1/orders/${orderOf("ann")}`, { as })).json();
      return allowed;
    };
    edge.actors.show(`order/${orderOf("ann")}`, paid);
    expect(await allowedTo(ann)).toEqual([]);
    expect(await allowedTo(clerk)).toEqual(allowed);
    edge.actors.show(`order/${orderOf("ann")}`, { ...paid, status: "PENDING", allowed: ["pay", "cancel"] });
    expect(await allowedTo(ann)).toEqual(["pay", "cancel"]);
    expect(await allowedTo(clerk)).toEqual(["cancel"]);
  });

  it("says so as well to whoever completes its checkout once more", async () => {
    const edge = await shop();
    edge.actors.script = () => accepted(paid, { outcome: "existing" });
    const complete = `POST /api/checkouts/${checkoutOf("ann")}/complete`;
    expect(await (await edge.call(complete, { as: ann })).json()).toMatchObject({ status: "PAID", allowed: [] });
  });
});

describe("a product's price", () => {
  it("counts at once in the next cart", async () => {
    const edge = await shop();
    const add = { as: ann, json: { sku: "MUG", quantity: 1 } };
    await edge.call(`POST /api/carts/${cartOf("ann")}/items`, add);
    edge.actors.show("product/MUG", mug(999));
    await edge.call("PATCH /api/v1/products/MUG", { as: admin, json: { price: { minor: 999, currency: "GBP" } } });
    await edge.call(`POST /api/carts/${cartOf("ann")}/items`, add);
    expect(edge.actors.lastAsk.command).toMatchObject({ unitMinor: 999 });
  });

  it("stays in its currency", async () => {
    const edge = await shop();
    const json = { price: { minor: 1, currency: "EUR" } };
    expect((await edge.call("PATCH /api/v1/products/MUG", { as: admin, json })).status).toBe(400);
  });
});
