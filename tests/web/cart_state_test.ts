import { describe, it } from "@std/testing/bdd";
import { expect } from "@std/expect";
import { type Cart, readCart } from "../../src/client/cart_shape.ts";
import {
  adopted,
  type CartFrame,
  type CartState,
  emptyCartState,
  framed,
  settled,
  shown,
  type Wish,
  wished,
} from "../../src/client/cart_state.ts";
import { readCustomerFrame } from "../../src/client/customer_shape.ts";
import { FakeShop } from "./fake_shop.ts";

const mug = { sku: "MUG-OAT", name: "Oat stoneware mug", price: { minor: 1450, currency: "GBP" } };
const addMug: Wish = { kind: "add", key: "k1", quantity: 1, ...mug };

/** A shop, the frames it sent to Ann, and her cart as the shop answers. */
function annsShop(): { readonly shop: FakeShop; readonly frames: CartFrame[]; readonly cart: () => Cart } {
  const shop = new FakeShop();
  const frames: CartFrame[] = [];
  shop.feedOf("ann").subscribe(({ data }) => {
    const frame = data === undefined ? undefined : readCustomerFrame(data);
    if (frame?.eventType === "cart-updated") frames.push(frame);
  });
  return { shop, frames, cart: () => readCart(shop.cartView(shop.openCart("ann", "open"))) };
}

describe("a cart in the browser", () => {
  it("shows a wish at once, before the shop knows of any cart", () => {
    expect(shown(wished(emptyCartState, addMug))).toMatchObject({
      itemCount: 1,
      totalAmount: { minor: 1450, currency: "GBP" },
      lines: [{ sku: "MUG-OAT", quantity: 1 }],
    });
  });

  it("shows what is added at a new price beside what is there at the old one", () => {
    const price = { minor: 1600, currency: "GBP" };
    const before = wished(emptyCartState, { ...addMug, quantity: 4 });
    const state = wished(before, { ...addMug, key: "k2", price });
    expect(shown(state)).toMatchObject({
      itemCount: 5,
      totalAmount: { minor: 4 * 1450 + 1600 },
      lines: [{ lineId: "MUG-OAT", quantity: 4 }, { lineId: "MUG-OAT@1600", quantity: 1 }],
    });
  });

  it("is settled by its own echo, and by the receipt without doubling anything", () => {
    const { shop, frames, cart } = annsShop();
    cart();
    shop.add(shop.openCart("ann", "open"), { sku: "MUG-OAT", quantity: 1, commandId: "k1" });
    const echoed = frames.reduce(framed, wished(emptyCartState, addMug));
    expect(echoed.wishes).toEqual([]);
    expect(shown(echoed)?.itemCount).toBe(1);

    const receipted = adopted(settled(echoed, "k1"), cart());
    expect(receipted).toEqual(echoed);
  });

  it("does not go back to an answer that is older than a frame", () => {
    const { shop, frames, cart } = annsShop();
    const older = cart();
    shop.add(shop.openCart("ann", "open"), { sku: "MUG-OAT", quantity: 2, commandId: "other-tab" });
    const state = frames.reduce(framed, emptyCartState);
    expect(adopted(state, older)).toBe(state);
  });

  it("ignores a frame that it has seen, and asks again after one that it has not", () => {
    const { shop, frames, cart } = annsShop();
    const start = adopted(emptyCartState, cart());
    for (const commandId of ["a", "b"]) {
      shop.add(shop.openCart("ann", "open"), { sku: "MUG-OAT", quantity: 1, commandId });
    }
    const [, first, second] = frames;
    if (first === undefined || second === undefined) throw new Error("Cannot go on: the shop sent no frames");
    const once = framed(start, first);
    expect(framed(once, first)).toBe(once);

    const gap = framed(start, second);
    expect(gap.outdated).toBe(true);
    expect(shown(gap)).toEqual(shown(start));
    expect(adopted(gap, cart())).toMatchObject({ outdated: false, confirmed: { itemCount: 2 } });
  });

  it("takes a refused wish back", () => {
    const { cart } = annsShop();
    const start = adopted(emptyCartState, cart());
    expect(settled(wished(start, addMug), "k1")).toEqual(start);
  });

  it("is gone once another tab has ordered it, and an older cart's news do not bring it back", () => {
    const { shop, frames, cart } = annsShop();
    cart();
    const open = shop.openCart("ann", "open");
    shop.add(open, { sku: "MUG-OAT", quantity: 1, commandId: "a" });
    shop.complete(open, "b");
    const state = frames.reduce(framed, emptyCartState);
    expect(state).toMatchObject({ confirmed: null, outdated: false });
    const [, added] = frames;
    if (added !== undefined) expect(framed({ ...state }, added).confirmed).toBe(null);
  });

  it("ends like the shop's cart, however receipts and echoes overtake each other", () => {
    for (let seed = 1; seed <= 500; seed += 1) {
      const random = randomFrom(seed);
      const { shop, frames, cart } = annsShop();
      cart();
      const open = shop.openCart("ann", "open");
      let state: CartState = emptyCartState;
      let seen = 0;
      for (let step = 0; step < 12; step += 1) {
        const wish = randomWish(step, random);
        state = wished(state, wish);
        grant(shop, open, wish);
        if (random() < 0.7) state = adopted(settled(state, wish.key), cart());
        while (seen < frames.length && random() < 0.6) {
          const frame = frames[seen++];
          // Some never arrive: the tab was asleep.
          if (frame !== undefined && random() < 0.9) state = framed(state, frame);
        }
        if (state.outdated) state = adopted(state, cart());
      }
      for (const frame of frames.slice(seen)) state = framed(state, frame);
      state = adopted({ ...state, wishes: [] }, cart());
      expect(shown(state)).toEqual(cart());
    }
  });
});

function grant(shop: FakeShop, cart: Parameters<FakeShop["add"]>[0], wish: Wish): void {
  if (wish.kind === "add") shop.add(cart, { sku: wish.sku, quantity: wish.quantity, commandId: wish.key });
  else shop.setQuantity(cart, { sku: wish.lineId, quantity: wish.quantity, commandId: wish.key });
}

function randomWish(step: number, random: () => number): Wish {
  const key = `k${step}`;
  const sku = ["MUG-OAT", "TOY-BEAR", "SOAP-OAT"][Math.floor(random() * 3)] ?? "MUG-OAT";
  if (random() < 0.6) return { kind: "add", key, quantity: 1 + Math.floor(random() * 3), ...mug, sku };
  return { kind: "set", key, lineId: sku, quantity: Math.floor(random() * 4) };
}

function randomFrom(seed: number): () => number {
  let value = seed;
  return () => {
    value = (value * 1_664_525 + 1_013_904_223) % 4_294_967_296;
    return value / 4_294_967_296;
  };
}
