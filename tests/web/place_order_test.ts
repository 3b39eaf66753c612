import { describe, it } from "@std/testing/bdd";
import { expect } from "@std/expect";
import { CartStore } from "../../src/client/cart.ts";
import { type Placed, placeOrder } from "../../src/client/place_order.ts";
import type { Sent } from "../../src/client/send_command.ts";

const accepted: Sent = { outcome: "accepted", body: { orderId: "ord_1" } };

const closed: Sent = { outcome: "refused", code: "cart_is_closed", details: { orderId: "ord_2" } };

interface Scene {
  /** The shop's, one for each step. */
  readonly answers?: readonly Sent[];
  /** The cart that the page shows by now; by default none. */
  readonly seen?: string;
}

/** Ann's order of the cart `crt_1`. */
async function placing({ answers = [], seen }: Scene = {}): Promise<Placed> {
  const left = [...answers];
  const send = (): Promise<Sent> => Promise.resolve(left.shift() ?? accepted);
  const totalAmount = { minor: 0, currency: "GBP" };
  const cart = { status: "open", currency: "GBP", lines: [], itemCount: 0, totalAmount, version: 1 };
  const store = new CartStore({
    send,
    load: () => Promise.resolve(seen === undefined ? null : { ...cart, cartId: seen }),
    insist: () => {},
    unsent: { all: () => [], add: () => {}, remove: () => {} },
    newKey: () => "k",
    onChange: () => {},
    onTrouble: () => {},
    onSignedOut: () => {},
  });
  await store.refresh();
  const wish = { checkoutId: "chk_1", cartId: "crt_1", address: { name: "Ann" }, method: "card" };
  return await placeOrder(wish, { cart: store, send, newKey: () => "k" });
}

describe("placing an order", () => {
  it("leads to the order", async () => {
    expect(await placing()).toEqual({ orderId: "ord_1" });
  });

  it("does not know what became of it when the answer cannot be read", async () => {
    const answers: Sent[] = [accepted, accepted, { outcome: "accepted", body: {} }];
    expect(await placing({ answers })).toMatchObject({ trouble: expect.stringContaining("never get it twice") });
  });

  it("leads to the order that another tab has just made of the cart", async () => {
    for (const seen of [undefined, "crt_1"]) {
      expect(await placing({ answers: [closed], seen })).toEqual({ orderId: "ord_2" });
    }
  });

  it("does not take the order of the cart before for that of the cart that is seen", async () => {
    expect(await placing({ answers: [closed], seen: "crt_2" })).toMatchObject({
      trouble: expect.stringContaining("look it over"),
    });
  });
});
