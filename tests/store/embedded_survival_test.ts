import { expect } from "@std/expect";
import { after, before, describe, it } from "@std/testing/bdd";
import { openEmbeddedDatabase } from "../../src/store/embedded_database.ts";
import { openEmbeddedStore } from "../../src/store/embedded_store.ts";
import { migrate } from "../../src/store/migrate.ts";
import { PostgresConnections } from "../../src/store/postgres_connections.ts";
import { StartRefused } from "../../src/store/start_refused.ts";
import { Child } from "../harness/child.ts";
import { until } from "../harness/until.ts";
import { silentLog } from "./silent_log.ts";

const script = new URL("./commit_forever.ts", import.meta.url).pathname;

describe("the embedded database", () => {
  let directory = "";
  before(async () => {
    directory = await Deno.makeTempDir({ prefix: "vitrine-embedded-" });
  });
  after(async () => {
    await Deno.remove(directory, { recursive: true });
  });

  /** Positions that the child acknowledged before it was killed, at a moment nobody chose. */
  async function commitUntilKilled(atLeast: number): Promise<number> {
    await using child = new Child(Deno.execPath(), { args: ["run", "--no-prompt", "-A", script, directory] });
    let acknowledged = 0;
    child.onLine((line) => {
      acknowledged = Number(/^acknowledged (\d+)$/.exec(line)?.[1] ?? acknowledged);
    });
    const enough = atLeast + Math.floor(Math.random() * 300);
    const began = performance.now();
    await until(() => acknowledged >= enough || child.hasExited, { withinMs: 60_000, what: () => child.output });
    if (child.hasExited) throw new Error(`Cannot commit: ${child.output}`);
    expect(performance.now() - began).toBeLessThan(60_000);
    await child.kill();
    return acknowledged;
  }

  it("keeps every acknowledged commit through kill -9, again and again", async () => {
    let acknowledged = 0;
    for (let kill = 0; kill < 4; kill++) {
      acknowledged = await commitUntilKilled(acknowledged + 1);
      await using store = await openEmbeddedStore(directory, { log: silentLog });
      const journal = await store.journal(0, { after: 0, limit: 100_000 });
      expect(journal.length).toBeGreaterThanOrEqual(acknowledged);
      // One commit may have been on its way: whole or not at all.
      expect(journal.length).toBeLessThanOrEqual(acknowledged + 1);
      expect(journal.map(({ position }) => position)).toEqual(journal.map((_, index) => index + 1));
      const letters = await store.letters([0], { dueBefore: Number.MAX_SAFE_INTEGER / 1000, limit: 100_000 });
      expect(letters.length).toBe(journal.length);
    }
  });

  it("is refused to a second process, in one sentence", async () => {
    await using _store = await openEmbeddedStore(directory, { log: silentLog });
    await using second = new Child(Deno.execPath(), { args: ["run", "--no-prompt", "-A", script, directory] });
    await second.exited();
    expect(second.output).toContain(`Cannot open "${directory}": another process is using it`);
    await expect(openEmbeddedStore(directory, { log: silentLog })).rejects.toThrow(StartRefused);
  });

  it("lets nobody else in: its socket stands in a directory of its owner alone", async () => {
    await using _store = await openEmbeddedStore(directory, { log: silentLog });
    const { mode } = await Deno.stat(`${directory}/socket`);
    expect((mode ?? 0) & 0o777).toBe(0o700);
  });

  it("opens in a directory whose path is too long for a socket", async () => {
    const deep = `${directory}/${"d".repeat(120)}`;
    await using database = await openEmbeddedDatabase(deep, { log: silentLog });
    await using connections = new PostgresConnections(database.target, { connections: 1 });
    expect(await migrate(connections)).toContain("0001_journal.sql");
  });

  it("is started again when it breaks, and connections find it by themselves", async () => {
    await using database = await openEmbeddedDatabase(directory, { log: silentLog });
    await using connections = new PostgresConnections(database.target, { connections: 1 });
    const count = async (): Promise<number | undefined> => {
      const [row] = await connections.run<{ events: number }[]>((sql) => sql`select count(*) as events from event`);
      return row?.events;
    };
    const events = await count();
    expect(events).toBeGreaterThan(0);
    database.restart("as planned");
    let found: number | undefined;
    await until(async () => (found = await count().catch(() => undefined)) !== undefined, {
      withinMs: 60_000,
      what: () => "the database to come back",
    });
    expect(found).toBe(events);
  });

  it("comes back from a statement that never ends", async () => {
    await using database = await openEmbeddedDatabase(directory, { log: silentLog });
    await using connections = new PostgresConnections(database.target, {
      connections: 1,
      limitMs: 2000,
      onHung: () => database.restart("a statement did not come back"),
    });
    const endless = connections.run((sql) => sql`select count(*) from generate_series(1, 1000000000000)`);
    await expect(endless).rejects.toMatchObject({ failure: "unknown" });
    await until(() => connections.run((sql) => sql`select 1`).then(() => true, () => false), {
      withinMs: 60_000,
      what: () => "the database to come back",
    });
  });
});
