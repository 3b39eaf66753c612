import { describe } from "@std/testing/bdd";
import { expect } from "@std/expect";
import postgres from "postgres";
import { PostgresConnections } from "../../src/store/postgres_connections.ts";
import { type Postgres, startPostgres } from "../harness/postgres.ts";
import { SmallDisk } from "../harness/small_disk.ts";
import { until } from "../harness/until.ts";
import { seeded } from "../machines/seeded.ts";
import { it } from "./bounded.ts";
import { Shop } from "./client/shop.ts";
import { Journal, withJournal } from "./load/journal.ts";
import { MarketDay } from "./load/market_day.ts";

const RUN_COMMANDS = 150;
const OFF_WITHIN_MS = 15_000;

function openDay(shop: Shop): Promise<MarketDay> {
  return MarketDay.open(shop, {
    customers: 6,
    wares: 5,
    transports: ["sse", "websocket", "polling"],
    paymentMethods: ["card", "invoice", "test_slow", "test_decline"],
    chance: seeded(1),
    thinksMs: 20,
  });
}

/** The day goes on: so many more commands are acknowledged. */
async function goesOn(day: MarketDay, commands = RUN_COMMANDS): Promise<void> {
  const goal = day.commands + commands;
  await until(() => day.commands >= goal, { withinMs: 30_000, what: () => `${goal} commands; ${day.commands} done` });
}

interface Outage {
  readonly begin: () => Promise<void>;
  readonly end: () => Promise<void>;
  /** A full disk stops whoever needs another page, and not whoever finds room on one. */
  readonly isPartial?: boolean;
}

/**
 * From soon after readiness is off, when all lanes have noticed, nothing is acknowledged until the outage ends; afterwards
 * all goes on by itself.
 */
async function survive({ server }: Shop, day: MarketDay, { begin, end, isPartial = false }: Outage): Promise<string> {
  await goesOn(day);
  const { pid } = server;
  await begin();
  const begunAt = performance.now();
  await until(async () => !await server.isReady(), { withinMs: 60_000, what: () => "readiness to go off" });
  const offAfterMs = performance.now() - begunAt;
  expect(offAfterMs).toBeLessThan(OFF_WITHIN_MS);
  await until(() => performance.now() - begunAt > offAfterMs + 250, { what: () => "a quarter of a second" });
  const acknowledged = day.commands;
  await until(() => performance.now() - begunAt > offAfterMs + 750, { what: () => "half a second" });
  if (!isPartial) expect(day.commands).toBe(acknowledged);
  await end();
  const endedAt = performance.now();
  await until(() => server.isReady(), { withinMs: 60_000, what: () => `readiness\n${server.output}` });
  const onAfterMs = performance.now() - endedAt;
  await goesOn(day);
  expect(server.pid).toBe(pid);
  return `off after ${Math.round(offAfterMs)} ms, on again ${Math.round(onAfterMs)} ms after the end`;
}

/** A session that may still write when sessions may not by default. */
async function asSuperuser(database: Postgres, statement: string): Promise<void> {
  const sql = postgres(database.url(), { max: 1, connection: { default_transaction_read_only: false } });
  await sql.unsafe(statement);
  await sql`select pg_reload_conf()`;
  await sql.end();
}

describe("a database that fails under load", () => {
  it(
    "frozen, killed, or read-only: no false acknowledgement, readiness off, and on again without a restart",
    async () => {
      await using database = await startPostgres();
      await using shop = await Shop.open({ databaseUrl: database.url() });
      const day = await openDay(shop);
      const outages: Readonly<Record<string, Outage>> = {
        frozen: { begin: () => database.freeze(), end: () => database.thaw() },
        killed: { begin: () => database.kill(), end: () => database.start() },
        "read-only": {
          begin: () => asSuperuser(database, "alter system set default_transaction_read_only = on"),
          end: () => asSuperuser(database, "alter system reset default_transaction_read_only"),
        },
      };
      for (const [what, outage] of Object.entries(outages)) {
        console.info(`${what}: ${await survive(shop, day, outage)}`);
      }
      console.info(await day.end());
      await using connections = new PostgresConnections({ url: database.url() }, { connections: 1 });
      const journal = new Journal(connections);
      expect([await journal.gaps(), await journal.deadLetters()]).toEqual([0, 0]);
    },
    { withinMs: 120_000 },
  );

  it("on a full disk: the same, on PostgreSQL", async () => {
    await using disk = await SmallDisk.mount(220);
    await using database = await startPostgres({ within: disk?.path, settings: { max_wal_size: "32MB" } });
    await using shop = await Shop.open({ databaseUrl: database.url() });
    const day = await openDay(shop);
    // Where no disk can be made, a server that refuses to write plays its part.
    const outage: Outage = disk === undefined
      ? {
        begin: () => asSuperuser(database, "alter system set default_transaction_read_only = on"),
        end: () => asSuperuser(database, "alter system reset default_transaction_read_only"),
      }
      : {
        isPartial: true,
        begin: () => disk.fill(),
        end: async () => {
          await disk.free();
          if (database.hasEnded) await database.start();
        },
      };
    console.info(`full disk: ${await survive(shop, day, outage)}`);
    console.info(await day.end());
  }, { withinMs: 120_000 });

  it("on a full disk: the same, on the embedded database", async () => {
    await using disk = await SmallDisk.mount(400);
    const dataDir = disk === undefined ? undefined : `${disk.path}/data`;
    await using shop = await Shop.open({ dataDir });
    const day = await openDay(shop);
    if (disk === undefined) await goesOn(day);
    else console.info(`full disk: ${await survive(shop, day, { begin: () => disk.fill(), end: () => disk.free() })}`);
    console.info(await day.end());
    expect(await shop.server.stop()).toBe(0);
    await withJournal(shop.server.dataDir, async (journal) => {
      expect([await journal.gaps(), await journal.deadLetters()]).toEqual([0, 0]);
    });
  }, { withinMs: 120_000 });
});
