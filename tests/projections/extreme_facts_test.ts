import { after, before, beforeEach, describe, it } from "@std/testing/bdd";
import { expect } from "@std/expect";
import { OrderCommand } from "../../machines/order/messages.ts";
import { ProductCommand } from "../../machines/product/messages.ts";
import { StockCommand } from "../../machines/stock/messages.ts";
import { monotonicClock } from "../../src/clock/monotonic_clock.ts";
import { orderListing } from "../../src/projections/order_listing.ts";
import { productListing } from "../../src/projections/product_listing.ts";
import { startProjector } from "../../src/projections/projector.ts";
import { salesByDay } from "../../src/projections/sales_by_day.ts";
import { stockMovements } from "../../src/projections/stock_movements.ts";
import { silentLog } from "../store/silent_log.ts";
import { allProjections } from "./all_projections.ts";
import { DATABASES, emptyReadModels, type TestDatabase } from "./databases.ts";
import { FakeJournal } from "./fake_journal.ts";
import { JANUARY_2, mug, orderIdOf, then } from "./shop_story.ts";

/** What fields are filled with that may hold any text. */
const TEXTS = {
  "letters that come apart into six": "㌖",
  "letters that come apart into four words": "ﷺ",
  "letters of four bytes": "𠮷",
  "capital letters that grow": "İ",
  "a word for each letter": "é-",
  "accents alone": "\u0301",
  "control characters": "\u0001",
  "quotes and backslashes": "\\'\"",
};
const FIRST_DAY = "0001-01-01";
const LAST_DAY = "9999-12-31";
const SKU = "A".repeat(64);

for (const [name, open] of Object.entries(DATABASES)) {
  describe(`facts at the limits of what commands may say, on ${name}`, () => {
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

    /** Rejects at the first failure: the next try would fail like it, for ever. */
    async function projected(): Promise<void> {
      const failed = Promise.withResolvers<never>();
      const log = { ...silentLog, warn: (...told: unknown[]) => failed.reject(new Error(JSON.stringify(told))) };
      const queries = database.connections;
      const parts = { store: journal, queries, projections: allProjections(queries), clock: monotonicClock(0), log };
      await using projector = await startProjector(parts);
      await Promise.race([projector.allCaughtUp(), failed.promise]);
    }

    for (const [what, text] of Object.entries(TEXTS)) {
      it(`of products and stock are listed when their texts are ${what}`, async () => {
        const texts = { name: fill(200, text), category: fill(100, text), description: fill(4_000, text) };
        listed({ sku: SKU, ...texts });
        const delivery = { quantity: 1_000_000_000, reason: fill(200, text) };
        StockCommand.parse({ type: "receive", ...delivery });
        journal.add(`stock/${SKU}`, { type: "received", ...delivery, available: Number.MAX_SAFE_INTEGER });
        await projected();

        const { items: [found] } = await productListing(database.connections).search({ limit: 1 });
        expect(found).toMatchObject({ sku: SKU, name: texts.name, available: Number.MAX_SAFE_INTEGER });
        const movements = stockMovements(database.connections);
        expect(await movements.skusMovedFor(delivery.reason)).toEqual(new Set([SKU]));
      });

      it(`of products are found when the query is ${what}`, async () => {
        listed({ sku: "long", name: fill(200, text) });
        listed({ sku: "short", name: text });
        await projected();

        const skus = async (q: string): Promise<string[]> =>
          (await productListing(database.connections).search({ q, limit: 2 })).items.map(({ sku }) => sku).sort();
        const hasLetters = /\p{L}/u.test(text.normalize("NFKD"));
        expect(await skus(text)).toEqual(hasLetters ? ["long", "short"] : []);
        expect((await skus(fill(200, text))).includes("long")).toBe(hasLetters);
      });

      it(`of orders are listed and booked when their texts are ${what}`, async () => {
        sold({ text, occurredOn: FIRST_DAY });
        sold({ text, occurredOn: LAST_DAY });
        await projected();

        expect((await orderListing(database.connections).list({ limit: 5 })).items).toHaveLength(4);
        expect((await salesByDay(database.connections).days()).map(({ day }) => day)).toEqual([FIRST_DAY, LAST_DAY]);
      });
    }

    function listed({ sku, ...texts }: { readonly sku: string; readonly name: string }): void {
      const price = { priceMinor: 100_000_000, currency: "GBP", stocked: true };
      ProductCommand.parse({ type: "list", sku, ...price, ...texts });
      journal.add(`product/${sku}`, mug({ category: "", ...price, ...texts }));
    }

    /** One order that comes back, and a return without an order. */
    function sold({ text, occurredOn }: { readonly text: string; readonly occurredOn: string }): void {
      const ids = { customerId: fill(100, text), trackingId: fill(100, text), storeId: fill(100, text) };
      const reason = fill(200, text);
      const line = { sku: SKU, quantity: 10_000_000, unitMinor: 100_000_000 };
      const sale = { ...ids, currency: "GBP", lines: [{ ...line, lineId: SKU, name: fill(200, text), stocked: true }] };
      const back = { returnId: fill(100, text), lines: [line], reason, occurredOn };
      OrderCommand.parse({ type: "place", ...sale, occurredOn });
      OrderCommand.parse({ type: "return_goods", ...back });

      const minor = line.quantity * line.unitMinor;
      const creditNote = { ...back, amountMinor: minor, refundMinor: minor, at: JANUARY_2 };
      const orderId = orderIdOf("ann", `order of ${occurredOn}`);
      const told = { at: JANUARY_2, customerId: ids.customerId };
      const placed = { type: "placed", ...sale, ...told, discountMinor: 0, totalMinor: minor, occurredOn } as const;
      journal.add(`order/${orderId}`, placed);
      then(journal, orderId, { type: "paid", ...told });
      then(journal, orderId, { type: "goods_returned", currency: "GBP", creditNote });
      then(journal, orderId, { type: "refunded", ...told, reason });
      const alone = orderIdOf("ann", `return of ${occurredOn}`);
      then(journal, alone, { type: "credited", ...ids, ...told, currency: "GBP", creditNote, reason });
    }
  });
}

function fill(length: number, text: string): string {
  return text.repeat(length).slice(0, length);
}
