import { after, before, beforeEach, describe, it } from "@std/testing/bdd";
import { expect } from "@std/expect";
import type { Progress, StoredProgress } from "../../src/relay/ports.ts";
import { postgresProgress } from "../../src/relay/postgres_progress.ts";
import { DATABASES, type TestDatabase } from "../projections/databases.ts";

const HOUR_MS = 3_600_000;
const NOON = Date.UTC(2026, 0, 2, 12);

for (const [name, open] of Object.entries(DATABASES)) {
  describe(`the relay's positions on ${name}`, () => {
    let database: TestDatabase;
    let progress: Progress;

    before(async () => {
      database = await open();
      progress = postgresProgress(database.connections);
      await database.connections.run((sql) =>
        sql`
          insert into event (partition, position, kind, id, version, type, data, command_id, correlation_id, occurred_at)
          select 3, n, 'stock', 'mug', n, 'received', '{}', 'c', 'c', to_timestamp(${
          NOON / 1000
        }::float8) + n * interval '1 hour'
          from generate_series(1, 100) as n
        `
      );
    });
    after(() => database[Symbol.asyncDispose]());
    beforeEach(async () => {
      await database.connections.run((sql) =>
        sql`
          update published
          set position = 0, replays = 0, stream_created_at = null, stream_sequence = null, stream_position = null
        `
      );
    });

    async function stored(partition: number): Promise<StoredProgress> {
      const [row] = await progress.load([partition]);
      if (row === undefined) throw new Error(`Cannot find partition ${partition}`);
      return row;
    }

    const at = (position: number, sequence?: number): Parameters<Progress["mark"]>[0][number] => {
      const seen = sequence === undefined ? {} : { sequence, position };
      return { partition: 3, replays: 0, position, seen: { createdAt: "first", ...seen } };
    };

    it("begin at nothing, and know where the journal ends", async () => {
      expect(await progress.load([3, 5])).toEqual([
        { partition: 3, position: 0, replays: 0, end: 100 },
        { partition: 5, position: 0, replays: 0, end: 0 },
      ]);
    });

    it("move forward for many partitions at once", async () => {
      const marks = Array.from({ length: 64 }, (_, partition) => ({ ...at(10, 900), partition }));
      expect(new Set(await progress.mark(marks))).toEqual(new Set(marks.map(({ partition }) => partition)));
      expect(await stored(3)).toEqual({
        partition: 3,
        position: 10,
        replays: 0,
        end: 100,
        seen: { createdAt: "first", sequence: 900, position: 10 },
      });
    });

    it("never move back, and say which did not move", async () => {
      await progress.mark([at(10, 900)]);
      expect(await progress.mark([at(9, 899), { ...at(4), partition: 4 }])).toEqual([4]);
      expect(await progress.mark([at(10, 900)])).toEqual([]);
      expect((await stored(3)).position).toBe(10);
    });

    it("keep what was last seen when nothing new was", async () => {
      await progress.mark([at(10, 900)]);
      await progress.mark([at(12)]);
      expect((await stored(3)).seen).toEqual({ createdAt: "first", sequence: 900, position: 10 });
    });

    it("go back to the first event since then, and no mark of before counts any more", async () => {
      await progress.mark([at(100, 900)]);
      await progress.sendBack([{ partition: 3, replays: 0 }], { since: NOON + 40.5 * HOUR_MS, createdAt: "second" });
      expect(await stored(3)).toEqual({
        partition: 3,
        position: 40,
        replays: 1,
        end: 100,
        seen: { createdAt: "second" },
      });

      expect(await progress.mark([at(101, 901)])).toEqual([]);
      await progress.sendBack([{ partition: 3, replays: 0 }], { since: 0, createdAt: "third" });
      expect((await stored(3)).position).toBe(40);
    });

    it("never skip what was not published for longer than that", async () => {
      await progress.mark([at(7, 900)]);
      const everything = { partition: 3, replays: 0 };
      await progress.sendBack([everything], { since: NOON + 90 * HOUR_MS, createdAt: "second" });
      expect((await stored(3)).position).toBe(7);
    });

    it("go back to the beginning, or not at all, when everything or nothing is young", async () => {
      await progress.mark([at(100, 900), { ...at(4), partition: 4 }]);
      await progress.sendBack([{ partition: 4, replays: 0 }], { since: 0, createdAt: "second" });
      expect((await stored(4)).position).toBe(0);
      await progress.sendBack([{ partition: 3, replays: 0 }], { since: NOON + 1000 * HOUR_MS, createdAt: "second" });
      expect((await stored(3)).position).toBe(100);
      await progress.sendBack([{ partition: 3, replays: 1 }], { since: 0, createdAt: "third" });
      expect((await stored(3)).position).toBe(0);
    });
  });
}
