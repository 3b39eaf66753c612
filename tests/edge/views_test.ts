import { describe, it } from "@std/testing/bdd";
import { expect } from "@std/expect";
import { ann, type OpenEdge, openEdge } from "./open_edge.ts";
import { actorError } from "./scripted_actors.ts";
import { cartOf, mug } from "./shop_ids.ts";

const CART = "GET /api/carts/ann/view";
const ACCOUNT = "GET /api/account/view";
const NEVER = new Promise<never>(() => {});

function show(edge: OpenEdge, itemCount = 1): void {
  edge.actors.show("customer/ann", { cart: { cartId: cartOf("ann") } });
  edge.actors.show("product/MUG", mug(480));
  edge.actors.show(`cart/${cartOf("ann")}`, {
    cartId: cartOf("ann"),
    customerId: "ann",
    lines: [{ sku: "MUG", price: { minor: 450, currency: "GBP" } }, {
      sku: "GONE",
      price: { minor: 1, currency: "GBP" },
    }],
    itemCount,
    totalAmount: { minor: 451, currency: "GBP" },
    cursor: "9.cartcart",
  });
}

async function view(edge: OpenEdge, route: string): Promise<Record<string, Record<string, unknown>>> {
  const response = await edge.call(route, { as: ann });
  expect(response.status).toBe(200);
  return await response.json();
}

/** The view while its sources dawdle: whenever something waits, its time runs out. */
async function slow(edge: OpenEdge, route: string): Promise<Record<string, Record<string, unknown>>> {
  let isSeen = false;
  const seen = view(edge, route).finally(() => isSeen = true);
  while (!isSeen) {
    await new Promise((resolve) => setTimeout(resolve));
    if (edge.clock.pending > 0) edge.clock.advance(1000);
  }
  return await seen;
}

describe("the view of a cart", () => {
  it("shows the cart, what the catalogue says today, and where the feed goes on", async () => {
    const edge = await openEdge();
    show(edge);
    const shown = await view(edge, CART);
    expect(shown).toMatchObject({
      customerId: "ann",
      cursor: "3.aaaaaaaa",
      cart: { status: "ok", asOf: "2026-01-01T00:00:00.000Z", data: { itemCount: 1, cursor: "3.aaaaaaaa" } },
      products: {
        status: "ok",
        data: [
          { sku: "MUG", imageUrl: "/images/products/MUG.svg", price: { minor: 480, currency: "GBP" } },
          { sku: "GONE", price: null },
        ],
      },
    });
  });

  it("shows that there is none", async () => {
    const edge = await openEdge();
    edge.actors.show("customer/ann", { cart: null });
    expect((await view(edge, CART)).cart).toMatchObject({ status: "ok", data: null });
  });

  it("is unavailable in that part alone when its source is slow and nothing is remembered", async () => {
    const edge = await openEdge();
    edge.actors.readingFirst = () => NEVER;
    const shown = await slow(edge, CART);
    expect(shown.cart).toEqual({ status: "unavailable", retryAfterMs: 1000 });
    expect(shown.products).toEqual({ status: "unavailable", retryAfterMs: 1000 });
    expect(shown.cursor).toBeNull();
  });

  for (const trouble of ["slow", "broken"] as const) {
    it(`is shown as it was, and how old that is, when its source is ${trouble}`, async () => {
      const edge = await openEdge();
      show(edge, 5);
      await view(edge, CART);
      edge.clock.advance(60_000);
      edge.actors.readingFirst = () => trouble === "slow" ? NEVER : Promise.reject(actorError("unavailable"));
      const shown = await (trouble === "slow" ? slow(edge, CART) : view(edge, CART));
      expect(shown.cart).toMatchObject({ status: "stale", asOf: "2026-01-01T00:00:00.000Z", data: { itemCount: 5 } });
    });
  }
});

describe("the view of an account", () => {
  it("has a section each for cart, orders and profile", async () => {
    const asked: unknown[] = [];
    const orders = {
      list: (query: unknown) => Promise.resolve((asked.push(query), { items: [{ orderId: "o" }], next: null })),
    };
    const edge = await openEdge({ orders });
    show(edge);
    const shown = await view(edge, ACCOUNT);
    expect(shown.cart).toMatchObject({ status: "ok", data: { cartId: cartOf("ann") } });
    expect(shown.orders).toMatchObject({ status: "ok", data: [{ orderId: "o" }] });
    expect(shown.profile).toMatchObject({ status: "ok", data: { customerId: "ann", guest: false } });
    expect(asked).toEqual([{ customerId: "ann", limit: 20 }]);
  });

  it("shows the rest when the orders cannot be had", async () => {
    const edge = await openEdge({ orders: { list: () => Promise.reject(new Error("broken")) } });
    show(edge);
    const shown = await view(edge, ACCOUNT);
    expect(shown.orders).toEqual({ status: "unavailable", retryAfterMs: 1000 });
    expect(shown.cart?.status).toBe("ok");
    expect(edge.lines.map(({ event }) => event)).toEqual(["section_failed"]);
  });

  it("shows the rest when the actors cannot be had", async () => {
    const edge = await openEdge();
    edge.actors.readingFirst = () => Promise.reject(actorError("unavailable"));
    const shown = await view(edge, ACCOUNT);
    expect(shown.cart?.status).toBe("unavailable");
    expect(shown.orders?.status).toBe("ok");
  });

  it("waits for its orders until they show the customer's last one, and no longer than a section may take", async () => {
    const caughtUp: number[] = [];
    const projector = { caughtUp: (partitions: readonly number[]) => (caughtUp.push(...partitions), NEVER) };
    const edge = await openEdge({ projector });
    show(edge);
    const shown = await slow(edge, ACCOUNT);
    expect(caughtUp.length).toBe(1);
    expect(shown.orders?.status).toBe("unavailable");
    expect(shown.cart?.status).toBe("ok");
  });
});
