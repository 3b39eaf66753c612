import { describe, it } from "@std/testing/bdd";
import { expect } from "@std/expect";
import { CartStore, type Goods } from "../../src/client/cart.ts";
import { type Cart, readCart } from "../../src/client/cart_shape.ts";
import type { CartFrame } from "../../src/client/cart_state.ts";
import { readCustomerFrame } from "../../src/client/customer_shape.ts";
import { unreachableWords } from "../../src/client/refusal_words.ts";
import type { CommandRequest, Sent } from "../../src/client/send_command.ts";
import { unsentWishes } from "../../src/client/unsent_wishes.ts";
import { FakeShop } from "./fake_shop.ts";
import { settle } from "./virtual_clock.ts";

const mug: Goods = { sku: "MUG-OAT", name: "Oat stoneware mug", price: { minor: 1450, currency: "GBP" } };

/** Ann's cart on a shop that answers when the test lets it, once for each key. */
class AnnsCart {
  readonly shop: FakeShop;
  readonly requests: CommandRequest[] = [];
  readonly troubles: string[] = [];
  readonly shown: (Cart | null)[] = [];
  /** Answers in place of the shop's, for the next requests. */
  readonly planned: Sent[] = [];
  /** How long the shop's answers are on their way. */
  lateness: Promise<void> = Promise.resolve();
  /** She has left the page: what it asks for now is done, but it does not hear of it. */
  hasLeft = false;
  insisted = 0;
  readonly answers: Map<string, Sent>;
  readonly kept: Map<string, string>;

  constructor(before?: AnnsCart) {
    this.shop = before?.shop ?? new FakeShop();
    this.answers = before?.answers ?? new Map();
    this.kept = before?.kept ?? new Map();
  }

  readonly store = new CartStore({
    send: (request) => {
      this.requests.push(request);
      const sent = this.planned.shift() ?? this.answers.get(request.key) ?? this.#answer(request);
      this.answers.set(request.key, sent);
      return this.hasLeft ? new Promise(() => {}) : Promise.resolve(sent);
    },
    load: async () => {
      const cart = this.shop.cartOf("ann");
      const answer = cart === undefined ? null : readCart(this.shop.cartView(cart));
      await this.lateness;
      return answer;
    },
    insist: () => {
      this.insisted += 1;
      void this.store.refresh();
    },
    unsent: unsentWishes({
      customerId: "ann",
      storage: () => ({
        getItem: (name) => this.kept.get(name) ?? null,
        setItem: (name, value) => void this.kept.set(name, value),
      }),
      now: () => 0,
    }),
    newKey: () => crypto.randomUUID(),
    onChange: (cart) => this.shown.push(cart),
    onTrouble: (words) => this.troubles.push(words),
    onSignedOut: () => {},
  });

  /** Opens the next page before this one has heard of anything else. */
  async nextPage(): Promise<AnnsCart> {
    const next = new AnnsCart(this);
    next.store.resume();
    await next.store.idle();
    return next;
  }

  #answer({ method, path, body, key }: CommandRequest): Sent {
    const cart = this.shop.openCart("ann", key);
    const sku = path.split("/")[5] ?? "";
    if (method === "POST" && path.endsWith("/items")) {
      this.shop.add(cart, { sku: String(body?.sku), quantity: Number(body?.quantity), commandId: key });
    }
    if (method === "PATCH") this.shop.setQuantity(cart, { sku, quantity: Number(body?.quantity), commandId: key });
    if (method === "DELETE") this.shop.setQuantity(cart, { sku, quantity: 0, commandId: key });
    return { outcome: "accepted", body: this.shop.cartView(cart) };
  }
}

describe("the cart store", () => {
  it("shows what was clicked before the shop has answered", async () => {
    const ann = new AnnsCart();
    const adding = ann.store.add(mug, 2);
    expect(ann.store.cart).toMatchObject({ itemCount: 2, totalAmount: { minor: 2900 } });
    await adding;
    expect(ann.requests.map(({ path }) => path.replace(/crt_\w+/, "crt"))).toEqual([
      "/api/carts",
      "/api/carts/crt/items",
    ]);
    expect(ann.store.cart).toMatchObject({ itemCount: 2, version: 2 });
  });

  it("makes one key for each click", async () => {
    const ann = new AnnsCart();
    await Promise.all([ann.store.add(mug, 1), ann.store.add(mug, 1)]);
    const keys = ann.requests.filter(({ path }) => path.endsWith("/items")).map(({ key }) => key);
    expect(new Set(keys).size).toBe(2);
    expect(ann.store.cart?.itemCount).toBe(2);
  });

  it("sends only the last of several changes that were still waiting", async () => {
    const ann = new AnnsCart();
    await ann.store.add(mug, 1);
    const changes = [2, 3, 4, 5].map((quantity) => ann.store.setQuantity("MUG-OAT", quantity));
    expect(ann.store.cart?.itemCount).toBe(5);
    await Promise.all(changes);
    const sent = ann.requests.filter(({ method }) => method === "PATCH").map(({ body }) => body?.quantity);
    expect(sent.at(-1)).toBe(5);
    expect(sent.length).toBeLessThanOrEqual(2);
    expect(ann.store.cart?.itemCount).toBe(5);
  });

  it("takes a refused wish back and says why in plain words", async () => {
    const ann = new AnnsCart();
    await ann.store.add(mug, 1);
    ann.planned.push({ outcome: "refused", code: "quantity_too_large", details: {} });
    const changing = ann.store.setQuantity("MUG-OAT", 20_000);
    expect(ann.store.cart?.itemCount).toBe(20_000);
    await changing;
    expect(ann.store.cart?.itemCount).toBe(1);
    expect(ann.troubles).toEqual(["That is more than we can put in one cart."]);
  });

  it("begins the next cart when another tab has just ordered this one", async () => {
    const ann = new AnnsCart();
    await ann.store.add(mug, 1);
    const ordered = ann.shop.openCart("ann", "x");
    ann.shop.complete(ordered, "other-tab");
    ann.planned.push({ outcome: "refused", code: "cart_is_closed", details: {} });
    const minor = ann.shop.product("TOY-BEAR")?.priceMinor ?? 0;
    await ann.store.add({ ...mug, sku: "TOY-BEAR", price: { minor, currency: "GBP" } }, 1);
    expect(ann.troubles).toEqual([]);
    expect(ann.store.cart).toMatchObject({ lines: [{ sku: "TOY-BEAR", quantity: 1 }] });
    expect(ann.store.cart?.cartId).not.toBe(ordered.cartId);
  });

  it("goes on after an answer that it cannot read", async () => {
    const ann = new AnnsCart();
    await ann.store.add(mug, 1);
    ann.planned.push({ outcome: "accepted", body: {} });
    await ann.store.add(mug, 1);
    expect(ann.troubles).toEqual([unreachableWords]);
    await ann.store.add(mug, 1);
    expect(ann.store.cart).toMatchObject({ itemCount: 2, version: 3 });
  });

  it("insists on the cart after a frame that it missed, and after a wish that was not granted", async () => {
    const ann = new AnnsCart();
    await ann.store.add(mug, 1);
    expect(ann.insisted).toBe(0);
    const frames: CartFrame[] = [];
    ann.shop.feedOf("ann").subscribe(({ data }) => {
      const frame = data === undefined ? undefined : readCustomerFrame(data);
      if (frame?.eventType === "cart-updated") frames.push(frame);
    });
    const cart = ann.shop.openCart("ann", "x");
    for (const commandId of ["a", "b"]) ann.shop.add(cart, { sku: "MUG-OAT", quantity: 1, commandId });
    for (const frame of frames.slice(1)) ann.store.receive(frame);
    expect(ann.insisted).toBe(1);
    ann.planned.push({ outcome: "unreachable" });
    await ann.store.add(mug, 1);
    expect(ann.insisted).toBe(2);
    await ann.store.refresh();
    expect(ann.store.cart?.itemCount).toBe(3);
  });

  it("keeps a cart that was begun while the answer that there is none was on its way", async () => {
    const ann = new AnnsCart();
    const { promise, resolve } = Promise.withResolvers<void>();
    ann.lateness = promise;
    const loading = ann.store.refresh();
    await ann.store.add(mug, 2);
    resolve();
    await loading;
    expect(ann.store.cart).toMatchObject({ itemCount: 2, version: 2 });
  });

  it("does not bring back a cart that was ordered while its answer was on its way", async () => {
    const ann = new AnnsCart();
    await ann.store.add(mug, 1);
    const { promise, resolve } = Promise.withResolvers<void>();
    ann.lateness = promise;
    const loading = ann.store.refresh();
    ann.shop.feedOf("ann").subscribe(({ data }) => {
      const frame = data === undefined ? undefined : readCustomerFrame(data);
      if (frame?.eventType === "cart-updated") ann.store.receive(frame);
    });
    ann.shop.complete(ann.shop.openCart("ann", "x"), "other-tab");
    resolve();
    await loading;
    expect(ann.store.cart).toBe(null);
  });

  it("sends from the next page what was clicked on this one", async () => {
    const ann = new AnnsCart();
    ann.hasLeft = true;
    for (const sku of ["MUG-OAT", "TOY-BEAR", "SOAP-OAT"]) void ann.store.add({ ...mug, sku }, 1);
    await settle();
    expect(ann.requests.map(({ path }) => path)).toEqual(["/api/carts"]);

    const next = await ann.nextPage();
    expect(next.store.cart?.lines.map(({ sku }) => sku)).toEqual(["MUG-OAT", "TOY-BEAR", "SOAP-OAT"]);
    const last = await next.nextPage();
    expect(last.requests).toEqual([]);
  });

  it("does once what was sent from both pages, and never counts it twice", async () => {
    const ann = new AnnsCart();
    await ann.store.add(mug, 1);
    ann.hasLeft = true;
    void ann.store.add(mug, 1);
    void ann.store.add(mug, 1);
    await settle();

    const next = await ann.nextPage();
    expect(next.store.cart?.itemCount).toBe(3);
    expect(next.requests[0]?.key).toBe(ann.requests.at(-1)?.key);
    expect(Math.max(...next.shown.map((cart) => cart?.itemCount ?? 0))).toBe(3);
  });

  it("says so when something was bought at another price than was seen", async () => {
    const ann = new AnnsCart();
    await ann.store.add(mug, 1);
    expect(ann.troubles).toEqual([]);
    const product = ann.shop.product("MUG-OAT");
    if (product !== undefined) product.priceMinor = 2500;
    await ann.store.add(mug, 1);
    expect(ann.troubles).toEqual(["Oat stoneware mug now costs £25.00."]);
    await ann.store.add({ ...mug, price: { minor: 2500, currency: "GBP" } }, 1);
    expect(ann.troubles.length).toBe(1);
  });

  it("has what the shop has after nobody knew for a while", async () => {
    const ann = new AnnsCart();
    await ann.store.add(mug, 1);
    ann.planned.push({ outcome: "unreachable" });
    await ann.store.add(mug, 1);
    await ann.store.refresh();
    expect(ann.store.cart?.itemCount).toBe(1);
    expect(ann.troubles.length).toBe(1);
  });
});
