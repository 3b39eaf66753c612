import { describe, it } from "@std/testing/bdd";
import { expect } from "@std/expect";
import { ann, bob, type OpenEdge, openEdge, problemIn } from "./open_edge.ts";
import { cartOf, checkoutOf } from "./shop_ids.ts";

const HOME = { name: "Ann Archer", line1: "1 High Street", city: "Leeds", postcode: "LS1 1AA", country: "GB" };
const ADDRESS = `PUT /api/checkouts/${checkoutOf("ann")}/address`;
const VIEW = `GET /api/checkouts/${checkoutOf("ann")}/view`;

function cart(more: Readonly<Record<string, unknown>> = {}): Readonly<Record<string, unknown>> {
  return {
    cartId: cartOf("ann"),
    customerId: "ann",
    checkoutId: checkoutOf("ann"),
    lines: [{ sku: "MUG", price: { minor: 500, currency: "GBP" }, quantity: 2 }],
    itemCount: 2,
    totalAmount: { minor: 900, currency: "GBP" },
    discount: { amount: { minor: 100, currency: "GBP" } },
    cursor: "3.aaaaaaaa",
    ...more,
  };
}

describe("a payment method", () => {
  const SET = `PUT /api/checkouts/${checkoutOf("ann")}/payment-method`;

  it("is named as it is everywhere else, or in short", async () => {
    for (const json of [{ paymentMethod: "card" }, { method: "card" }]) {
      const edge = await openEdge();
      expect((await edge.call(SET, { as: ann, json })).status).toBe(200);
      expect(edge.actors.lastAsk.command).toEqual({ type: "set_payment_method", method: "card" });
    }
  });

  for (const json of [{}, { paymentMethod: "card", method: "invoice" }, { paymentMethod: "Card" }, { method: 1 }]) {
    it(`is answered 400 as ${JSON.stringify(json)}`, async () => {
      const edge = await openEdge();
      const response = await edge.call(SET, { as: ann, json });
      expect(await problemIn(response)).toEqual({ status: 400, code: "invalid_request" });
      expect(edge.actors.asks).toEqual([]);
    });
  }
});

describe("an address", () => {
  it("goes into a row of its own, and the cart hears of the row alone", async () => {
    const edge = await openEdge();
    expect((await edge.call(ADDRESS, { as: ann, json: HOME })).status).toBe(200);
    const { command, personal, to } = edge.actors.lastAsk;
    const [row] = personal ?? [];
    expect(to).toBe(`cart/${cartOf("ann")}`);
    expect(row).toMatchObject({ customerId: "ann", data: HOME });
    expect(command).toEqual({ type: "set_address", personalId: row?.id });
    expect(JSON.stringify(command)).not.toContain("Ann");
  });

  it("is the same row again when it is sent again, and another wish when it is another", async () => {
    const edge = await openEdge();
    const headers = { "idempotency-key": "k" };
    const send = async (json: unknown): Promise<unknown> => {
      const response = await edge.call(ADDRESS, { as: ann, json, headers });
      return [response.status, response.headers.get("idempotent-replayed")];
    };
    expect(await send(HOME)).toEqual([200, null]);
    expect(await send(HOME)).toEqual([200, "true"]);
    expect(await send({ ...HOME, line1: "2 High Street" })).toEqual([422, null]);
  });

  const notAddresses: readonly unknown[] = [
    {},
    { ...HOME, name: "  " },
    { ...HOME, country: "United Kingdom" },
    { ...HOME, postcode: "x".repeat(21) },
    { ...HOME, email: "not an address" },
    { ...HOME, phone: "call me" },
    { ...HOME, nickname: "A" },
    { ...HOME, checkoutId: checkoutOf("ann") },
  ];
  for (const json of notAddresses) {
    it(`is answered 400 as ${JSON.stringify(json).slice(0, 60)}`, async () => {
      const edge = await openEdge();
      expect(await problemIn(await edge.call(ADDRESS, { as: ann, json }))).toEqual({
        status: 400,
        code: "invalid_request",
      });
    });
  }
});

describe("the view of a checkout", () => {
  async function checkingOut(more: Readonly<Record<string, unknown>> = {}): Promise<OpenEdge> {
    const edge = await openEdge();
    edge.actors.show(`cart/${cartOf("ann")}`, cart({ addressId: "adr_1", paymentMethod: "invoice", ...more }));
    edge.actors.show("customer/ann", { cart: { cartId: cartOf("ann") } });
    edge.actors.show("customer/bob", { cart: null });
    edge.personal.push({ id: "adr_1", customerId: "ann", data: HOME });
    return edge;
  }

  it("is made of sections", async () => {
    const view = await (await (await checkingOut()).call(VIEW, { as: ann })).json();
    expect(view.checkoutId).toBe(checkoutOf("ann"));
    expect(view.cart).toMatchObject({ status: "ok", data: { cartId: cartOf("ann"), lines: [{ quantity: 2 }] } });
    expect(view.addresses).toMatchObject({ status: "ok", data: [{ addressId: "adr_1", ...HOME }] });
    expect(view.totals.data).toEqual({
      itemCount: 2,
      subtotal: { minor: 1000, currency: "GBP" },
      discount: { minor: 100, currency: "GBP" },
      totalAmount: { minor: 900, currency: "GBP" },
    });
    expect(view.paymentMethods.data).toEqual([{ method: "card", chosen: false }, { method: "invoice", chosen: true }]);
    expect(view.cart.asOf).toBe("2026-01-01T00:00:00.000Z");
  });

  it("shows no address of somebody else, whatever row the cart names", async () => {
    const edge = await checkingOut({ addressId: "adr_2" });
    edge.personal.push({ id: "adr_2", customerId: "bob", data: HOME });
    const view = await (await edge.call(VIEW, { as: ann })).json();
    expect(view.addresses.data).toEqual([]);
  });

  it("is the owner's alone, and there only once the checkout has begun", async () => {
    const asStaff = { ...bob, roles: ["customer", "staff"] as const };
    const edge = await checkingOut();
    for (const as of [bob, asStaff]) expect((await edge.call(VIEW, { as })).status).toBe(404);
    const early = await checkingOut({ checkoutId: undefined });
    expect((await early.call(VIEW, { as: ann })).status).toBe(404);
  });
});
