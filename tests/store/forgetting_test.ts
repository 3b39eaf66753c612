import { expect } from "@std/expect";
import { after, before, describe, it } from "@std/testing/bdd";
import { openPostgresStore, type PostgresStore } from "../../src/store/postgres_store.ts";
import { type Postgres, startPostgres } from "../harness/postgres.ts";
import { failing } from "./failing.ts";

const HOUR_MS = 3_600_000;
const WINDOW_HOURS = 6;
const AN_HOURS_OUTCOMES = 3000;
const CHUNK = 1000;

describe("forgetting outcomes on PostgreSQL", () => {
  let server: Postgres;
  let store: PostgresStore;
  before(async () => {
    server = await startPostgres({ settings: { autovacuum: "off" } });
    store = await openPostgresStore(server.url(), { readConnections: 2, limitMs: 3000 });
  });
  after(async () => {
    await store[Symbol.asyncDispose]();
    await server[Symbol.asyncDispose]();
  });

  async function decideFor(hour: number): Promise<void> {
    await store.reads.run((sql) =>
      sql`
        insert into command (kind, id, command_id, fingerprint, outcome, decided_at)
        select 'cart', number % 500, ${`${hour}-`}::text || number, 'f', repeat('x', 300),
          to_timestamp(${hour * 3600}::float8 + number)
        from generate_series(1, ${AN_HOURS_OUTCOMES}::int) as number
      `
    );
  }

  function forget(hour: number, limit = CHUNK): Promise<number> {
    return store.forgetOutcomes({ before: hour * HOUR_MS, limit });
  }

  /** Pages of outcomes and their indexes that were looked at meanwhile, whether they came from memory or not. */
  async function pagesFor(work: () => Promise<unknown>): Promise<number> {
    const before = await pagesSoFar();
    await work();
    return await pagesSoFar() - before;
  }

  async function pagesSoFar(): Promise<number> {
    await Promise.all([1, 2].map(() => store.reads.run((sql) => sql`select pg_stat_force_next_flush()`)));
    const [row] = await store.reads.run<{ readonly pages: number }[]>((sql) =>
      sql`
        select heap_blks_read + heap_blks_hit + idx_blks_read + idx_blks_hit as pages
        from pg_statio_user_tables where relname = 'command'
      `
    );
    return row?.pages ?? 0;
  }

  it("finds them at once when the room of three windows has been used again", async () => {
    for (let hour = 0; hour < 4 * WINDOW_HOURS; hour++) {
      await decideFor(hour);
      while (await forget(hour + 1 - WINDOW_HOURS) === CHUNK);
      await store.reads.run((sql) => sql`vacuum (analyze) command`);
    }
    expect(await pagesFor(async () => expect(await forget(3 * WINDOW_HOURS)).toBe(0))).toBeLessThan(10);

    const chunks: number[] = [];
    for (let due = 4 * AN_HOURS_OUTCOMES; due > 0; due -= CHUNK) {
      chunks.push(await pagesFor(async () => expect(await forget(3 * WINDOW_HOURS + 4)).toBe(CHUNK)));
    }
    // Each row that goes is found, locked and marked.
    expect(Math.max(...chunks)).toBeLessThan(3.3 * CHUNK);
    // Vacuum has not been there: the index still leads to the rows of all these chunks.
    expect(await pagesFor(async () => expect(await forget(3 * WINDOW_HOURS + 5, 1)).toBe(1))).toBeLessThan(20);
  });

  it("gives up by itself when it takes too long, and nobody else's call with it", async () => {
    await using operator = await openPostgresStore(server.url());
    let elsewhere: Promise<unknown> | undefined;
    await operator.reads.transaction(async (sql) => {
      await sql`lock table command in access exclusive mode`;
      const forgetting = failing(forget(99));
      elsewhere = store.reads.run((sql) => sql`select pg_sleep(2)`);
      expect(await forgetting).toBe("retryable");
    });
    await elsewhere;
  });
});
