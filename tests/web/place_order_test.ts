import { describe, it } from "@std/testing/bdd";
import { expect } from "@std/expect";
import { CartStore } from "../../src/client/cart.ts";
import { type Placed, placeOrder } from "../../src/client/place_order.ts";
import type { Sent } from "../../src/client/send_command.ts";

const accepted: Sent = { outcome: "accepted", body: { orderId: "ord_1" } };

/** Ann's order of a cart that she has seen; `answers` are the shop's, one for each step. */
function placing(...answers: readonly Sent[]): Promise<Placed> {
  const left = [...answers];
  const send = (): Promise<Sent> => Promise.resolve(left.shift() ?? accepted);
  const cart = new CartStore({
    send,
    load: () => Promise.resolve(null),
    newKey: () => "k",
    onChange: () => {},
    onTrouble: () => {},
    onSignedOut: () => {},
  });
  const wish = { checkoutId: "chk_1", address: { name: "Ann" }, method: "card" };
  return placeOrder(wish, { cart, send, newKey: () => "k" });
}

describe("placing an order", () => {
  it("leads to the order", async () => {
    expect(await placing()).toEqual({ orderId: "ord_1" });
  });

  it("does not know what became of it when the answer cannot be read", async () => {
    expect(await placing(accepted, accepted, { outcome: "accepted", body: {} })).toMatchObject({
      trouble: expect.stringContaining("never get it twice"),
    });
  });

  it("leads to the order that another tab has just made of the cart", async () => {
    const closed: Sent = { outcome: "refused", code: "cart_is_closed", details: { orderId: "ord_2" } };
    expect(await placing(closed)).toEqual({ orderId: "ord_2" });
  });
});
