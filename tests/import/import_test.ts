import { describe, it } from "@std/testing/bdd";
import { expect } from "@std/expect";
import { setTimeout as pause } from "node:timers/promises";
import { monotonicClock } from "../../src/clock/monotonic_clock.ts";
import { startProjector } from "../../src/projections/projector.ts";
import { allProjections } from "../projections/all_projections.ts";
import { allRows } from "../projections/databases.ts";
import { silentLog } from "../store/silent_log.ts";
import { beginImport, runImport, SHOPS } from "./import_shop.ts";
import { SMALL_SHOP } from "./invoice_files.ts";
import { expectTable, figuresOf, returnedPieces } from "./shop_figures.ts";

/** Lines of the progress after which the process is killed, each with what it is about. */
const MOMENTS = [/products and stock 4\//, /invoices 5\//, /invoices 15\//, /invoices 30\//, /invoices 45\//];

for (const [name, open] of Object.entries(SHOPS)) {
  describe(`an import into ${name}`, () => {
    it("names what it left out, ends with the figures of the file, changes nothing when run again, and is rebuilt row for row", async () => {
      await using shop = await open();
      const first = await runImport(SMALL_SHOP.path, shop);
      expect(first).toMatchObject({ code: 0 });
      expectTable(first.output, SMALL_SHOP);
      expect(first.output).toContain("line 142 belongs to A500050, a correction of the books: left out");
      expect(first.output).toContain("line 144 has 2 fields where the header has 8: left out");
      expect(first.output).toContain("line 145 has a quote in field 1 that is never closed: left out");
      const figures = await figuresOf(shop);

      const second = await runImport(SMALL_SHOP.path, shop);
      expect(second).toMatchObject({ code: 0 });
      expectTable(second.output, SMALL_SHOP);
      expect(await figuresOf(shop)).toEqual(figures);

      await shop.look(async (store) => {
        const { reads: connections } = store;
        const rows = await allRows({ connections });
        const parts = { store, queries: connections, projections: allProjections(connections), log: silentLog };
        await using projector = await startProjector({ ...parts, clock: monotonicClock(0) });
        await projector.rebuild();
        expect(await allRows({ connections })).toEqual(rows);
      });
    });

    it("goes on after kill -9 at any moment, and ends with the same figures", async () => {
      await using shop = await open();
      for (const moment of MOMENTS) {
        await using child = beginImport(SMALL_SHOP.path, shop);
        await child.line(moment, { withinMs: 120_000 });
        // A moment that nobody chose: the line itself is printed between commits.
        await pause(Math.random() * 150);
        await child.kill();
      }
      const last = await runImport(SMALL_SHOP.path, shop);
      expect(last).toMatchObject({ code: 0 });
      expectTable(last.output, SMALL_SHOP);

      const { salesMinor, refundsMinor } = SMALL_SHOP.sums;
      const figures = await figuresOf(shop);
      expect(figures.sales).toEqual({ sales: salesMinor, refunds: refundsMinor });
      expect(figures.orders).toContainEqual(expect.objectContaining({ status: "DELIVERED", minor: salesMinor }));
      expect(figures.available).toBe(await returnedPieces(SMALL_SHOP));
    });
  });
}
