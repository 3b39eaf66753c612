import { after, before, beforeEach, describe, it } from "@std/testing/bdd";
import { expect } from "@std/expect";
import type { Log } from "../../actors/runtime/ports.ts";
import { allProjections } from "./all_projections.ts";
import { monotonicClock } from "../../src/clock/monotonic_clock.ts";
import { orderListing } from "../../src/projections/order_listing.ts";
import { productListing } from "../../src/projections/product_listing.ts";
import { Projector, startProjector } from "../../src/projections/projector.ts";
import { salesByDay } from "../../src/projections/sales_by_day.ts";
import { stockMovements } from "../../src/projections/stock_movements.ts";
import { allRows, DATABASES, emptyReadModels, type TestDatabase } from "./databases.ts";
import { silentLog } from "../store/silent_log.ts";
import { collectGarbage } from "../harness/garbage.ts";
import { FakeJournal, PARTITIONS } from "./fake_journal.ts";
import { DAY, JANUARY_2, mug, orderIdOf, place, tellStory, then } from "./shop_story.ts";

for (const [name, open] of Object.entries(DATABASES)) {
  describe(`read models on ${name}`, () => {
    let database: TestDatabase;
    let journal: FakeJournal;

    before(async () => {
      database = await open();
    });
    after(() => database[Symbol.asyncDispose]());
    beforeEach(async () => {
      await emptyReadModels(database);
      journal = new FakeJournal();
    });

    function start(log: Log = silentLog): Promise<Projector> {
      const queries = database.connections;
      const projections = allProjections(queries);
      return startProjector({ store: journal, queries, projections, clock: monotonicClock(Date.now()), log });
    }

    async function projected(): Promise<void> {
      await using projector = await start();
      await projector.allCaughtUp();
    }

    describe("the product listing", () => {
      const listing = (): ReturnType<typeof productListing> => productListing(database.connections);
      const skus = async (q: string): Promise<string[]> =>
        (await listing().search({ q, limit: 10 })).items.map(({ sku }) => sku);

      it("finds words that begin like numbers, as article numbers do", async () => {
        for (const sku of ["TEST-46E2DF67", "85123A", "1.5-INCH", "2E5"]) journal.add(`product/${sku}`, mug());
        await projected();
        expect(await skus("test-46e2df67")).toEqual(["TEST-46E2DF67"]);
        expect(await skus("46e2")).toEqual(["TEST-46E2DF67"]);
        expect(await skus("85123a")).toEqual(["85123A"]);
        expect(await skus("1.5-inch")).toEqual(["1.5-INCH"]);
        expect(await skus("2e5")).toEqual(["2E5"]);
      });

      it("shows what is listed with today's price and what can still be had", async () => {
        journal.add("product/mug", mug());
        journal.add("stock/mug", { type: "received", quantity: 9, reason: "delivery", available: 9 });
        journal.add("product/mug", { type: "price_changed", oldMinor: 255, newMinor: 300, priceVersion: 2 });
        journal.add("stock/mug", { type: "held", orderId: "o", quantity: 2, expiresAt: 0, available: 7 });
        journal.add("stock/lamp", { type: "received", quantity: 1, reason: "delivery", available: 1 });
        journal.add("product/gone", mug());
        journal.add("product/gone", { type: "withdrawn" });
        journal.add("product/POST", mug({ stocked: false, category: "fees" }));
        await projected();

        expect(await listing().search({ limit: 10 })).toEqual({
          items: [{
            sku: "mug",
            name: "Red mug",
            price: { minor: 300, currency: "GBP" },
            imageUrl: "/images/products/mug.svg",
            available: 7,
            category: "kitchen",
          }],
          next: null,
        });
      });

      it("finds words by their beginnings, whatever case, accent and sign", async () => {
        journal.add("product/84029G", mug({ name: "CAFÉ MUG RED/WHITE" }));
        journal.add("product/lamp", mug({ name: "Lamp, white", category: "" }));
        await projected();

        expect(await skus("mug")).toEqual(["84029G"]);
        expect(await skus("WHI")).toEqual(["84029G", "lamp"]);
        expect(await skus("cafe white")).toEqual(["84029G"]);
        expect(await skus("84029g")).toEqual(["84029G"]);
        expect(await skus("kitchen")).toEqual(["84029G"]);
        expect(await skus("ug")).toEqual([]);
        expect(await skus("' | ! :* \\")).toEqual([]);
      });

      it("comes page by page, each product once", async () => {
        for (let at = 0; at < 25; at++) journal.add(`product/sku-${at}`, mug({ name: `Thing ${at % 5}` }));
        await projected();

        const seen: string[] = [];
        for (let after: string | undefined, more = true; more;) {
          const page = await listing().search({ limit: 7, ...(after === undefined ? {} : { after }) });
          seen.push(...page.items.map((item) => item.sku));
          after = page.next ?? undefined;
          more = page.next !== null;
        }
        expect(seen).toHaveLength(25);
        expect(new Set(seen).size).toBe(25);
      });

      it("refuses a place that no page gave", async () => {
        await expect(listing().search({ after: "[1]", limit: 7 })).rejects.toThrow("invalid_request");
      });
    });

    describe("the order listing", () => {
      const listing = (): ReturnType<typeof orderListing> => orderListing(database.connections);

      it("shows orders with their status, the newest first, by customer, store and status", async () => {
        const first = place(journal, { customerId: "ann", seed: 1, totalMinor: 500 });
        const second = place(journal, {
          customerId: "ann",
          seed: 2,
          totalMinor: 600,
          at: JANUARY_2 + 1,
          storeId: "north",
        });
        const third = place(journal, { customerId: "bob", seed: 3, totalMinor: 700, at: JANUARY_2 + 2 });
        then(journal, first, { type: "paid", at: JANUARY_2 + 5, customerId: "ann" }, JANUARY_2 + 5);
        then(journal, third, {
          type: "canceled",
          at: JANUARY_2 + 6,
          customerId: "bob",
          reason: "canceled_by_customer",
        });
        await projected();

        const ids = async (query: Parameters<ReturnType<typeof listing>["list"]>[0]): Promise<string[]> =>
          (await listing().list(query)).items.map(({ orderId }) => orderId);
        expect(await ids({ limit: 10 })).toEqual([third, second, first]);
        expect(await ids({ customerId: "ann", limit: 10 })).toEqual([second, first]);
        expect(await ids({ storeIds: ["north"], limit: 10 })).toEqual([second]);
        expect(await ids({ storeIds: [], limit: 10 })).toEqual([]);
        expect(await ids({ customerId: "bob", storeIds: ["north"], limit: 10 })).toEqual([third, second]);
        expect(await ids({ status: "PAID", limit: 10 })).toEqual([first]);
        expect((await listing().list({ customerId: "bob", limit: 1 })).items).toEqual([{
          orderId: third,
          trackingId: "trk_3",
          customerId: "bob",
          storeId: "main",
          status: "CANCELED",
          reason: "canceled_by_customer",
          totalAmount: { minor: 700, currency: "GBP" },
          itemCount: 3,
          placedAt: "2026-01-02T12:00:00.002Z",
          updatedAt: "2026-01-02T12:00:00.000Z",
        }]);
        expect(await listing().statuses([first, "ord_unknown"])).toEqual(new Map([[first, "PAID"]]));
      });

      it("comes page by page, even when all were placed at once", async () => {
        const all = Array.from({ length: 9 }, (_, seed) => place(journal, { customerId: "ann", seed, totalMinor: 1 }));
        await projected();

        const first = await listing().list({ limit: 5 });
        const rest = await listing().list({ limit: 5, after: first.next ?? "" });
        expect([...first.items, ...rest.items].map((item) => item.orderId).sort()).toEqual(all.sort());
        expect(rest.next).toBeNull();
      });
    });

    describe("the sales book", () => {
      const book = (): ReturnType<typeof salesByDay> => salesByDay(database.connections);

      it("counts what was paid, on the day the order names, else on the day it was placed", async () => {
        const paid = { type: "paid", at: JANUARY_2, customerId: "ann" } as const;
        then(journal, place(journal, { customerId: "ann", seed: 1, totalMinor: 500 }), paid);
        then(journal, place(journal, { customerId: "ann", seed: 2, totalMinor: 70, occurredOn: "2010-12-01" }), paid);
        place(journal, { customerId: "ann", seed: 3, totalMinor: 9_000 });
        await projected();

        expect(await book().days()).toEqual([
          { day: "2010-12-01", currency: "GBP", salesMinor: 70, refundsMinor: 0, netMinor: 70 },
          { day: "2026-01-02", currency: "GBP", salesMinor: 500, refundsMinor: 0, netMinor: 500 },
        ]);
        expect(await book().days({ from: "2010-12-02" })).toHaveLength(1);
        expect(await book().days({ to: "2010-11-30" })).toEqual([]);
      });

      it("gives back returned goods on the day of the credit note, and the rest when the order is closed", async () => {
        const orderId = place(journal, { customerId: "ann", seed: 1, totalMinor: 500 });
        const note = {
          returnId: "C1",
          lines: [],
          amountMinor: 120,
          refundMinor: 120,
          reason: "broken",
          at: JANUARY_2 + DAY,
        };
        then(journal, orderId, { type: "paid", at: JANUARY_2, customerId: "ann" });
        then(journal, orderId, { type: "goods_returned", currency: "GBP", creditNote: note }, JANUARY_2 + DAY);
        const later = JANUARY_2 + 2 * DAY;
        then(journal, orderId, { type: "refunded", at: later, customerId: "ann", reason: "lost" }, later);
        await projected();

        expect((await book().days()).map(({ day, netMinor }) => [day, netMinor])).toEqual([
          ["2026-01-02", 500],
          ["2026-01-03", -120],
          ["2026-01-04", -380],
        ]);
        expect((await book().entries([orderId])).map(({ entryId }) => entryId)).toEqual(["rest", "return:C1", "sale"]);
      });

      it("counts a return whose sale nobody knows, on the day it names", async () => {
        const note = { returnId: "C9", lines: [], amountMinor: 120, refundMinor: 120, reason: "x", at: JANUARY_2 };
        const orderId = orderIdOf("ann", 9);
        then(journal, orderId, {
          type: "credited",
          customerId: "ann",
          trackingId: "trk_9",
          storeId: "main",
          currency: "GBP",
          creditNote: { ...note, occurredOn: "2010-12-01" },
          reason: "x",
          at: JANUARY_2,
        });
        await projected();

        expect(await book().days()).toEqual([
          { day: "2010-12-01", currency: "GBP", salesMinor: 0, refundsMinor: 120, netMinor: -120 },
        ]);
        const { items } = await orderListing(database.connections).list({ limit: 1 });
        expect(items).toMatchObject([{ orderId, status: "REFUNDED", totalAmount: { minor: 0, currency: "GBP" } }]);
      });

      it("counts nothing for an order that was canceled before it was paid", async () => {
        const orderId = place(journal, { customerId: "ann", seed: 1, totalMinor: 500 });
        then(journal, orderId, { type: "canceled", at: JANUARY_2, customerId: "ann", reason: "x" });
        await projected();

        expect(await book().days()).toEqual([]);
        expect(await book().entries([orderId])).toEqual([]);
      });
    });

    it("stock movements are found by their reasons", async () => {
      journal.add("stock/mug", { type: "received", quantity: 9, reason: "opening", available: 9 });
      journal.add("stock/lamp", { type: "received", quantity: 9, reason: "opening", available: 9 });
      journal.add("stock/mug", { type: "adjusted", delta: -1, reason: "broken", available: 8 });
      await projected();
      const movements = stockMovements(database.connections);

      expect(await movements.skusMovedFor("opening")).toEqual(new Set(["mug", "lamp"]));
      expect(await movements.reasonsGiven(["broken", "stolen"])).toEqual(new Set(["broken"]));
    });

    describe("the projector", () => {
      it("shows what was committed before it was asked to catch up", async () => {
        await using projector = await start();
        for (let at = 0; at < 50; at++) {
          const { partition } = journal.add("product/mug", mug({ name: `Mug ${at}` }));
          await projector.caughtUp([partition]);
          const { items } = await productListing(database.connections).search({ limit: 1 });
          expect(items[0]?.name).toBe(`Mug ${at}`);
        }
      });

      it("rests until it is woken", async () => {
        await using projector = await start();
        await projector.allCaughtUp();
        const reads = journal.reads;
        const event = journal.add("product/mug", mug());
        projector.wake([event]);
        await projector.caughtUp([event.partition]);

        expect(journal.reads - reads).toBeLessThanOrEqual(2);
      });

      it("goes on where the last one stopped, and counts nothing twice", async () => {
        tellStory(journal, { seed: 1, facts: 3_000 });
        await projected();
        tellStory(journal, { seed: 2, facts: 500 });
        await projected();
        const live = await allRows(database);
        await emptyReadModels(database);
        await projected();

        expect(await allRows(database)).toEqual(live);
      });

      it("rebuilds every row as it was", async () => {
        await using projector = await start();
        for (let seed = 1; seed <= 12; seed++) {
          tellStory(journal, { seed, facts: 300 });
          projector.wake();
          await projector.caughtUp([seed]);
        }
        await projector.allCaughtUp();
        const live = await allRows(database);
        await projector.rebuild();

        expect(await allRows(database)).toEqual(live);
        expect(JSON.stringify(live).length).toBeGreaterThan(10_000);
      });

      it("works beside another one without counting twice", async () => {
        await using one = await start();
        await using other = await start();
        for (let seed = 1; seed <= 6; seed++) {
          tellStory(journal, { seed, facts: 400 });
          one.wake();
          other.wake();
          await Promise.all([one.allCaughtUp(), other.allCaughtUp()]);
        }
        const together = await allRows(database);
        await one.rebuild();

        expect(await allRows(database)).toEqual(together);
      });

      it("finds what another one has done without taking that for a failure", async () => {
        const warnings: string[] = [];
        const log: Log = { ...silentLog, warn: (event, fields) => void warnings.push(JSON.stringify([event, fields])) };
        await using one = await start(log);
        await using other = await start(log);
        for (let round = 0; round < 10; round++) {
          for (const projector of [one, other]) {
            const { partition } = journal.add("product/mug", mug({ name: `Mug ${round}` }));
            await projector.caughtUp([partition]);
          }
        }
        expect(warnings).toEqual([]);
        expect((await productListing(database.connections).search({ q: "mug 9", limit: 1 })).items).toHaveLength(1);
      });

      it("tries again after a failure, and tells nobody that it has caught up before it has", async () => {
        await using projector = await start();
        await projector.allCaughtUp();
        journal.failures = 3;
        const { partition } = journal.add("product/mug", mug());
        await projector.caughtUp([partition]);

        expect(journal.failures).toBe(0);
        expect((await productListing(database.connections).search({ limit: 1 })).items).toHaveLength(1);
      });

      it("looks at the journal once for all who ask at the same time", async () => {
        await using projector = await start();
        await projector.allCaughtUp();
        const reads = journal.reads;
        await Promise.all(Array.from({ length: 50 }, () => projector.allCaughtUp()));

        expect(journal.reads - reads).toBe(PARTITIONS);
      });

      it("keeps nothing of those who wait no longer, while the journal cannot be read", async () => {
        const failed = Promise.withResolvers<void>();
        await using projector = await start({ ...silentLog, warn: () => failed.resolve() });
        await projector.allCaughtUp();
        journal.failures = Infinity;
        const patience = new AbortController();
        const waits = [0, 1, 2].map((partition) => {
          const wait = projector.caughtUp([partition], patience.signal);
          wait.catch(() => {});
          return new WeakRef(wait);
        });
        await failed.promise;
        patience.abort();
        await new Promise((resolve) => setTimeout(resolve));
        collectGarbage();

        expect(waits.map((wait) => wait.deref())).toEqual([undefined, undefined, undefined]);
      });
    });
  });
}
