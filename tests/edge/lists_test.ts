import { describe, it } from "@std/testing/bdd";
import { expect } from "@std/expect";
import { partitionOf } from "../../actors/runtime/address.ts";
import { StoreError } from "../../actors/runtime/errors.ts";
import type { Principal } from "../../machines/decision.ts";
import type { ListedProduct, OrderQuery, Page } from "../../src/edge/ports.ts";
import { admin, ann, clerk, database, type OpenEdge, openEdge, problemIn } from "./open_edge.ts";

const MUG: ListedProduct = {
  sku: "MUG",
  name: "Mug",
  price: { minor: 450, currency: "GBP" },
  imageUrl: "/images/products/MUG.svg",
  available: 3,
};
/** Where the first page ends, in the listing's own words. */
const PLACE = '["Mug ☕","MUG"]';

interface Lists {
  readonly edge: OpenEdge;
  /** What the listings were asked. */
  readonly queries: unknown[];
  /** Partitions that had to be caught up with. */
  readonly caughtUp: number[];
}

async function openLists(place = PLACE): Promise<Lists> {
  const queries: unknown[] = [];
  const caughtUp: number[] = [];
  const page: Page<ListedProduct> = { items: [MUG], next: place };
  function answer(query: unknown): Promise<Page<ListedProduct>> {
    queries.push(query);
    return Promise.resolve(page);
  }
  const edge = await openEdge({
    products: { search: answer },
    orders: { list: (query: OrderQuery) => answer(query) },
    projector: { caughtUp: (partitions) => Promise.resolve(void caughtUp.push(...partitions)) },
  });
  return { edge, queries, caughtUp };
}

describe("the list of products", () => {
  it("is for anybody, page by page", async () => {
    const { edge, queries } = await openLists();
    const first = await (await edge.call("GET /api/products?q=mug&limit=10")).json();
    expect(first.items).toEqual([MUG]);
    expect(first.next).toMatch(/^p\.[A-Za-z0-9_-]+$/);
    await edge.call(`GET /api/products?q=mug&limit=10&after=${first.next}`);
    expect(queries).toEqual([{ q: "mug", limit: 10 }, { q: "mug", limit: 10, after: PLACE }]);
  });

  it("goes on after the longest name and SKU that there may be", async () => {
    const place = JSON.stringify(["\u0001".repeat(200), "A".repeat(64)]);
    const { edge, queries } = await openLists(place);
    const { next } = await (await edge.call("GET /api/products")).json();
    expect((await edge.call(`GET /api/products?after=${next}`)).status).toBe(200);
    expect(queries).toEqual([{ limit: 50 }, { limit: 50, after: place }]);
  });

  it("includes a write just made: it waits for all that was committed", async () => {
    const { edge, queries, caughtUp } = await openLists();
    await edge.call("GET /api/products?after=12.abcdefgh");
    expect(caughtUp.length).toBe(database.partitions);
    expect(queries).toEqual([{ limit: 50 }]);
  });

  for (
    const query of [
      "limit=0",
      "limit=101",
      "limit=-1",
      "limit=1.5",
      "limit=many",
      "after=x",
      "after=p.*",
      "after=-1.abcdefgh",
      `q=${"x".repeat(201)}`,
    ]
  ) {
    it(`is answered 400 for ${query.slice(0, 20)}`, async () => {
      const { edge, queries } = await openLists();
      const response = await edge.call(`GET /api/products?${query}`);
      expect(await problemIn(response)).toEqual({ status: 400, code: "invalid_request" });
      expect(queries).toEqual([]);
    });
  }
});

describe("a limit that is none", () => {
  for (const limit of ["0", "101", "many"]) {
    it(`is told what one is: ${limit}`, async () => {
      const { edge } = await openLists();
      const { issues } = await (await edge.call(`GET /api/products?limit=${limit}`)).json();
      expect(issues).toEqual([{ path: "limit", message: "It must be a whole number from 1 to 100" }]);
    });
  }
});

describe("the list of orders", () => {
  it("shows customers their own, staff those of their stores, admins all", async () => {
    const { edge, queries } = await openLists();
    for (const as of [ann, clerk, admin]) await edge.call("GET /api/v1/orders?status=PAID&limit=5", { as });
    expect(queries).toEqual([
      { customerId: "ann", status: "PAID", limit: 5 },
      { storeIds: ["main"], status: "PAID", limit: 5 },
      { status: "PAID", limit: 5 },
    ]);
  });

  it("shows staff without a store no order at all", async () => {
    const { edge, queries } = await openLists();
    await edge.call("GET /api/v1/orders", { as: { ...clerk, stores: [] } });
    expect(queries).toEqual([{ storeIds: [], limit: 50 }]);
  });

  it("shows those who buy and sell both", async () => {
    const { edge, queries, caughtUp } = await openLists();
    const both: Principal = { ...clerk, roles: ["customer", "staff"] };
    await edge.call("GET /api/v1/orders?after=12.abcdefgh", { as: both });
    expect(queries).toEqual([{ customerId: both.sub, storeIds: both.stores, limit: 50 }]);
    expect(caughtUp.length).toBe(database.partitions);
  });

  it("is answered 503 while the database is away, as any other", async () => {
    const away = () => Promise.reject(new StoreError("unknown", "Cannot reach the database"));
    const edge = await openEdge({ orders: { list: away }, products: { search: away } });
    for (const list of ["GET /api/v1/orders", "GET /api/products"]) {
      const response = await edge.call(list, { as: ann });
      expect(response.headers.get("retry-after")).toBe("1");
      expect(await problemIn(response)).toEqual({ status: 503, code: "unavailable" });
    }
    expect(edge.lines).toEqual([]);
  });

  it("waits for the customer's own write alone", async () => {
    const { edge, caughtUp } = await openLists();
    await edge.call("GET /api/v1/orders?after=12.abcdefgh", { as: ann });
    expect(caughtUp).toEqual([partitionOf("customer/ann", database.partitions)]);
  });

  it("is answered 503 when it does not catch up, and nobody waits any longer", async () => {
    const signals: (AbortSignal | undefined)[] = [];
    const edge = await openEdge({
      projector: { caughtUp: (_partitions, signal) => (signals.push(signal), new Promise(() => {})) },
    });
    const listing = edge.call("GET /api/v1/orders?after=12.abcdefgh", { as: ann });
    while (edge.clock.pending === 0) await new Promise((resolve) => setTimeout(resolve));
    expect(signals.map((signal) => signal?.aborted)).toEqual([false]);
    edge.clock.advance(3000);
    const response = await listing;
    expect(response.headers.get("retry-after")).toBe("1");
    expect(await problemIn(response)).toEqual({ status: 503, code: "projection_behind" });
    expect(signals.map((signal) => signal?.aborted)).toEqual([true]);
  });
});
