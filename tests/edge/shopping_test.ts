import { describe, it } from "@std/testing/bdd";
import { expect } from "@std/expect";
import { until } from "../harness/until.ts";
import { admin, ann, bob, type CallOptions, clerk, type OpenEdge, problemIn } from "./open_edge.ts";
import { openShop } from "./open_shop.ts";

type Json = Readonly<Record<string, unknown>>;

const HOME = { name: "Ann Archer", line1: "1 High Street", city: "Leeds", postcode: "LS1 1AA", country: "GB" };

async function ok(edge: OpenEdge, route: string, options: CallOptions): Promise<Json> {
  const response = await edge.call(route, options);
  const body = await response.json();
  expect([route, response.status, body.code]).toEqual([route, response.ok ? response.status : 200, undefined]);
  return body;
}

/** A shop with five mugs on the shelf, and ann's cart with two of them. */
async function cartWithTwoMugs(edge: OpenEdge): Promise<string> {
  const price = { minor: 450, currency: "GBP" };
  await ok(edge, "POST /api/v1/products", { as: admin, json: { sku: "MUG", name: "Mug", price } });
  await ok(edge, "POST /api/v1/stock/MUG/receive", { as: admin, json: { quantity: 5 } });
  const { cartId } = await ok(edge, "POST /api/carts", { as: ann });
  await ok(edge, `POST /api/carts/${cartId}/items`, { as: ann, json: { sku: "MUG", quantity: 2 } });
  return String(cartId);
}

describe("shopping on real actors", () => {
  it("goes from an empty cart to a delivered order", async () => {
    await using shop = await openShop();
    const { edge } = shop;
    const cartId = await cartWithTwoMugs(edge);

    const begun = await ok(edge, "POST /api/checkouts", { as: ann, json: { cartId } });
    const checkout = `/api/checkouts/${begun.checkoutId}`;
    await ok(edge, `PUT ${checkout}/address`, { as: ann, json: HOME });
    await ok(edge, `PUT ${checkout}/payment-method`, { as: ann, json: { method: "card" } });
    expect(await ok(edge, `GET ${checkout}/view`, { as: ann })).toMatchObject({
      cart: { status: "ok", data: { cartId, itemCount: 2 } },
      addresses: { status: "ok", data: [HOME] },
      totals: { data: { totalAmount: { minor: 900 } } },
    });

    const headers = { "idempotency-key": "buy", "correlation-id": "click" };
    const placed = await ok(edge, `POST ${checkout}/complete`, { as: ann, headers });
    expect(placed).toMatchObject({ status: "PENDING", totalAmount: { minor: 900 }, correlationId: "click" });

    const order = `/api/v1/orders/${placed.orderId}`;
    const statusOf = async (): Promise<unknown> => (await ok(edge, `GET ${order}`, { as: ann })).status;
    await until(async () => await statusOf() === "PAID", { what: () => "the payment" });
    for (const action of ["accept", "ready"]) await ok(edge, `POST ${order}/${action}`, { as: clerk });
    await ok(edge, `POST ${order}/ship`, { as: clerk, json: { carrier: "Post", trackingNumber: "1Z" } });
    await ok(edge, `POST ${order}/deliver`, { as: clerk });
    expect(await statusOf()).toBe("DELIVERED");
    expect(
      await problemIn(
        await edge.call(`POST ${order}/ship`, { as: clerk, json: { carrier: "P", trackingNumber: "2" } }),
      ),
    )
      .toEqual({ status: 409, code: "illegal_transition" });
  });

  it("answers twins with one effect, and a repeat after a change of price with the first answer", async () => {
    await using shop = await openShop();
    const { edge } = shop;
    const add = `POST /api/carts/${await cartWithTwoMugs(edge)}/items`;
    const wish = { as: ann, json: { sku: "MUG", quantity: 1 }, headers: { "idempotency-key": "click" } };
    const twins = await Promise.all(Array.from({ length: 10 }, () => ok(edge, add, wish)));
    await ok(edge, "PATCH /api/v1/products/MUG", { as: admin, json: { price: { minor: 999, currency: "GBP" } } });
    const later = await ok(edge, add, wish);
    for (const answer of [...twins, later]) expect(answer).toEqual(twins[0]);
    expect(twins[0]).toMatchObject({ itemCount: 3, totalAmount: { minor: 1350 } });
  });

  it("answers a repeat with the first answer though the product is gone, and a new wish with 404", async () => {
    await using shop = await openShop();
    const { edge } = shop;
    const add = `POST /api/carts/${await cartWithTwoMugs(edge)}/items`;
    const headers = { "idempotency-key": "click" };
    const wishes: readonly (readonly [string, Json, Json])[] = [
      [add, { sku: "MUG", quantity: 1 }, { sku: "MUG", quantity: 2 }],
      ["POST /api/v1/orders", { items: [{ sku: "MUG", quantity: 1 }] }, { items: [{ sku: "MUG", quantity: 2 }] }],
    ];
    const firsts = await Promise.all(wishes.map(([route, json]) => ok(edge, route, { as: ann, json, headers })));
    await ok(edge, "DELETE /api/v1/products/MUG", { as: admin });
    for (const [index, [route, json, otherJson]] of wishes.entries()) {
      const repeat = await edge.call(route, { as: ann, json, headers });
      expect([repeat.status, repeat.headers.get("idempotent-replayed")]).toEqual([index === 0 ? 200 : 201, "true"]);
      expect(await repeat.json()).toEqual(firsts[index]);
      const other = await edge.call(route, { as: ann, json: otherJson, headers });
      expect(await problemIn(other)).toEqual({ status: 422, code: "idempotency_key_reused" });
      const anew = await edge.call(route, { as: ann, json, headers: { "idempotency-key": "later" } });
      expect(await problemIn(anew)).toEqual({ status: 404, code: "product_is_missing" });
    }
  });

  it("gives nobody anything of anybody else's", async () => {
    await using shop = await openShop();
    const { edge } = shop;
    const cartId = await cartWithTwoMugs(edge);
    const headers = { "idempotency-key": "k" };
    const { orderId } = await ok(edge, "POST /api/v1/orders", { as: ann, json: { cartId }, headers });
    const foreign: readonly (readonly [string, CallOptions])[] = [
      [`POST /api/carts/${cartId}/items`, { as: bob, json: { sku: "MUG", quantity: 1 } }],
      ["POST /api/checkouts", { as: bob, json: { cartId } }],
      ["POST /api/v1/orders", { as: bob, json: { cartId }, headers }],
      [`GET /api/v1/orders/${orderId}`, { as: bob }],
      [`POST /api/v1/orders/${orderId}/cancel`, { as: bob }],
      [`POST /api/v1/orders/${orderId}/accept`, { as: { ...clerk, stores: ["elsewhere"] } }],
      ["GET /api/carts/ann/view", { as: bob }],
    ];
    for (const [route, options] of foreign) {
      const response = await edge.call(route, options);
      expect([route, await response.json()]).toEqual([route, {
        type: "urn:vitrine:problem:not_found",
        title: "There is no such thing",
        status: 404,
        code: "not_found",
      }]);
    }
  });

  it("becomes one order, however the cart is checked out", async () => {
    await using shop = await openShop();
    const { edge } = shop;
    const cartId = await cartWithTwoMugs(edge);
    const { checkoutId } = await ok(edge, "POST /api/checkouts", { as: ann, json: { cartId } });
    const complete = `POST /api/checkouts/${checkoutId}/complete`;
    const tabs = Array.from({ length: 5 }, (_, tab) => ({ as: ann, headers: { "idempotency-key": `tab-${tab}` } }));
    const orders = await Promise.all(tabs.map((tab) => ok(edge, complete, tab)));
    expect(new Set(orders.map(({ orderId }) => orderId)).size).toBe(1);
    const other = await edge.call("POST /api/v1/orders", { ...tabs[0], json: { cartId } });
    expect(await other.json()).toMatchObject({ status: 409, code: "cart_is_closed", orderId: orders[0]?.orderId });
  });

  it("uses a ticket up", async () => {
    await using shop = await openShop();
    const { edge } = shop;
    const { ticket } = await ok(edge, "POST /api/stream-tickets", { as: ann });
    const open = (): Promise<unknown> =>
      edge.identity.authenticateStream(new Request(`http://shop.test/sse/storefront?ticket=${ticket}`));
    expect(await open()).toMatchObject({ sub: "ann", credential: "ticket" });
    await expect(open()).rejects.toMatchObject({ code: "ticket_used" });
  });
});
