import { describe, it } from "@std/testing/bdd";
import { expect } from "@std/expect";
import type { Principal } from "../../machines/decision.ts";
import type { Cache, Keeping } from "../../src/cache/cache.ts";
import { MemoryCache } from "../../src/cache/memory_cache.ts";
import { ManualClock } from "./manual_clock.ts";
import { ann, bob, type OpenEdge, openEdge } from "./open_edge.ts";
import { actorError } from "./scripted_actors.ts";
import { cartOf, checkoutOf, mug } from "./shop_ids.ts";

const ACCOUNT = "GET /api/account/view";
const CART = "GET /api/carts/ann/view";
const CHECKOUT = `GET /api/checkouts/${checkoutOf("ann")}/view`;
const HOME = { name: "Ann Archer", line1: "1 High Street", city: "Leeds", postcode: "LS1 1AA", country: "GB" };
const ORDERS = { list: () => Promise.resolve({ items: [{ orderId: "ord_1", status: "PAID" }], next: null }) };
const NO_ORDERS = { list: () => Promise.reject(new Error("broken")) };

type View = Record<string, Record<string, unknown> | null>;

/** A cache that shows what is in it. */
class GlassCache extends MemoryCache {
  readonly written = new Map<string, string>();

  constructor() {
    super({ clock: new ManualClock(), entries: 1000, bytes: 10_000_000, allowances: 1 });
  }

  override set(key: string, json: string, keeping: Keeping): Promise<void> {
    this.written.set(key, json);
    return super.set(key, json, keeping);
  }
}

function fill(edge: OpenEdge, sub = "ann"): void {
  edge.actors.show(`customer/${sub}`, { cart: { cartId: cartOf(sub) } });
  edge.actors.show("product/MUG", mug());
  edge.actors.show(`cart/${cartOf(sub)}`, {
    cartId: cartOf(sub),
    customerId: sub,
    checkoutId: checkoutOf(sub),
    addressId: "adr_1",
    lines: [{ sku: "MUG", price: { minor: 450, currency: "GBP" } }],
    itemCount: 3,
    totalAmount: { minor: 1350, currency: "GBP" },
    cursor: "9.cartcart",
  });
  edge.personal.push({ id: "adr_1", customerId: sub, data: HOME });
}

async function view(edge: OpenEdge, route: string, as: Principal = ann): Promise<View> {
  const response = await edge.call(route, { as });
  expect(response.status).toBe(200);
  return await response.json();
}

function statuses(shown: View): Readonly<Record<string, unknown>> {
  const parts = Object.entries(shown).map(([part, section]) => [part, section?.status]);
  return Object.fromEntries(parts.filter(([, status]) => status !== undefined));
}

/** A node whose sources are all broken. */
async function brokenNode(cache: Cache): Promise<OpenEdge> {
  const edge = await openEdge({ cache, orders: NO_ORDERS });
  edge.actors.readingFirst = () => Promise.reject(actorError("unavailable"));
  return edge;
}

describe("a view whose sources are down", () => {
  it("shows each part as another node found it last, and how old that is", async () => {
    const cache = new GlassCache();
    const healthy = await openEdge({ cache, orders: ORDERS });
    fill(healthy);
    for (const route of [ACCOUNT, CART, CHECKOUT]) await view(healthy, route);

    const broken = await brokenNode(cache);
    const account = await view(broken, ACCOUNT);
    expect(statuses(account)).toEqual({ cart: "stale", orders: "stale", profile: "ok" });
    expect(account.cart).toMatchObject({ asOf: "2026-01-01T00:00:00.000Z", data: { itemCount: 3 } });
    expect(account.orders?.data).toEqual([{ orderId: "ord_1", status: "PAID" }]);
    expect(account.cursor).toBe("3.aaaaaaaa");
    expect(statuses(await view(broken, CART))).toEqual({ cart: "stale", products: "ok" });
    const checkout = await view(broken, CHECKOUT);
    expect(statuses(checkout)).toEqual({
      cart: "stale",
      totals: "stale",
      addresses: "ok",
      paymentMethods: "ok",
    });
    expect(checkout.totals?.data).toMatchObject({ totalAmount: { minor: 1350, currency: "GBP" } });
  });

  it("shows nobody what was remembered for another", async () => {
    const cache = new GlassCache();
    const healthy = await openEdge({ cache, orders: ORDERS });
    fill(healthy);
    for (const route of [ACCOUNT, CART, CHECKOUT]) await view(healthy, route);

    const broken = await brokenNode(cache);
    const others: readonly Principal[] = [bob, { ...bob, sub: "ann2" }, { ...bob, sub: "ANN" }];
    for (const principal of others) {
      const shown = await view(broken, ACCOUNT, principal);
      expect(statuses(shown)).toEqual({ cart: "unavailable", orders: "unavailable", profile: "ok" });
      expect(JSON.stringify(shown)).not.toContain(cartOf("ann"));
    }
    expect((await broken.call(CHECKOUT, { as: bob })).status).toBe(404);
  });

  it("puts no address where other nodes could find it, and remembers it itself", async () => {
    const cache = new GlassCache();
    const edge = await openEdge({ cache });
    fill(edge);
    expect((await view(edge, CHECKOUT)).addresses?.data).toEqual([{ addressId: "adr_1", ...HOME }]);
    expect([...cache.written.keys()].length).toBeGreaterThan(0);
    const shared = JSON.stringify([...cache.written]);
    for (const personal of Object.values(HOME)) expect(shared).not.toContain(`"${personal}"`);
  });

  it("does not believe what makes no sense", async () => {
    const cache = new GlassCache();
    const healthy = await openEdge({ cache, orders: ORDERS });
    fill(healthy);
    await view(healthy, ACCOUNT);
    const keeping = { ttlMs: 60_000, version: Number.MAX_SAFE_INTEGER };
    for (const senseless of ["", "null", "[]", `{"asOf":"yesterday","data":null}`, `{"asOf":1,"data":{"cart":3}}`]) {
      for (const key of [...cache.written.keys()]) await cache.set(key, senseless, keeping);
      const shown = await view(await brokenNode(cache), ACCOUNT);
      expect(statuses(shown)).toEqual({ cart: "unavailable", orders: "unavailable", profile: "ok" });
    }
  });
});

describe("a source that fails for everybody", () => {
  const customers = Array.from({ length: 5 }, (_, index) => ({ ...ann, sub: `customer-${index}` }));

  it("is not asked for a moment, and is asked again after it", async () => {
    const edge = await brokenNode(new GlassCache());
    for (const customer of customers) await view(edge, ACCOUNT, customer);
    const asked = edge.actors.reads.length;
    expect(statuses(await view(edge, ACCOUNT))).toMatchObject({ cart: "unavailable" });
    expect(edge.actors.reads.length).toBe(asked);

    edge.clock.advance(1000);
    await view(edge, ACCOUNT);
    expect(edge.actors.reads.length).toBe(asked + 1);
    await view(edge, ACCOUNT, bob);
    expect(edge.actors.reads.length).toBe(asked + 1);

    edge.clock.advance(1000);
    edge.actors.readingFirst = () => Promise.resolve();
    fill(edge);
    for (let look = 0; look < 3; look++) expect((await view(edge, ACCOUNT)).cart?.status).toBe("ok");
  });

  it("is asked on for all others when it fails for one, or when only their own actors are busy or large", async () => {
    const edge = await openEdge();
    fill(edge);
    edge.actors.readingFirst = () => Promise.reject(actorError("unavailable"));
    for (let look = 0; look < 20; look++) await view(edge, ACCOUNT, bob);
    for (const code of ["mailbox_full", "too_large"] as const) {
      edge.actors.readingFirst = () => Promise.reject(actorError(code));
      for (const customer of customers) await view(edge, ACCOUNT, customer);
    }
    edge.actors.readingFirst = () => Promise.resolve();
    expect((await view(edge, ACCOUNT)).cart?.status).toBe("ok");
  });
});
