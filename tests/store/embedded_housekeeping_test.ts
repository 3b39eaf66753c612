import { expect } from "@std/expect";
import { describe, it } from "@std/testing/bdd";
import { openEmbeddedDatabase } from "../../src/store/embedded_database.ts";
import { keepHouse } from "../../src/store/embedded_housekeeping.ts";
import { migrate } from "../../src/store/migrate.ts";
import { PostgresConnections } from "../../src/store/postgres_connections.ts";
import { until } from "../harness/until.ts";
import { silentLog } from "./silent_log.ts";

describe("housekeeping of the embedded database", () => {
  it("keeps its log short and reuses the room of rows that went", async () => {
    const directory = await Deno.makeTempDir({ prefix: "vitrine-house-" });
    await using cleaning = new AsyncDisposableStack();
    cleaning.defer(() => Deno.remove(directory, { recursive: true }));
    const database = cleaning.use(await openEmbeddedDatabase(directory, { log: silentLog }));
    const connections = cleaning.use(new PostgresConnections(database.target, { connections: 1 }));
    await migrate(connections);
    const before = await checkpointAt(connections);

    cleaning.defer(keepHouse(connections, { log: silentLog, everyMs: 20, checkpointBytes: 1, vacuumBytes: 1 }));
    for (let round = 0; round < 3; round++) {
      await connections.run((sql) =>
        sql`
          insert into letter (id, from_address, to_address, to_partition, command, principal, correlation_id, deliver_at, attempts)
          select 'letter_' || number, 'cart/a', 'stock/b', 1, '{}', '{}', 'c', now(), 0
          from generate_series(1, 500) as number
        `
      );
      await connections.run((sql) => sql`delete from letter`);
      // Vacuum cuts off the pages at the end that hold nothing any more.
      await until(async () => await letterBytes(connections) === 0, { what: () => "the letters' room to come free" });
    }
    await until(async () => await checkpointAt(connections) !== before, { what: () => "a checkpoint" });
    expect(await connections.run((sql) => sql`select id from letter`)).toHaveLength(0);
  });

  it("says once why it failed, however often it tries again", async () => {
    let rounds = 0;
    const broken = {
      run: () => (rounds++, Promise.reject(new Error("the database is away"))),
      upkeep: () => Promise.resolve(),
    };
    const said: unknown[] = [];
    const stop = keepHouse(broken, { log: { warn: (...line) => said.push(line) }, everyMs: 5 });
    await until(() => rounds > 3, { what: () => "a few rounds" });
    stop();
    expect(said).toEqual([["housekeeping_failed", { why: "Error: the database is away" }]]);
  });
});

async function letterBytes(connections: PostgresConnections): Promise<number | undefined> {
  const [row] = await connections.run<{ bytes: number }[]>((sql) => sql`select pg_relation_size('letter') as bytes`);
  return row?.bytes;
}

async function checkpointAt(connections: PostgresConnections): Promise<string | undefined> {
  const [row] = await connections.run<{ place: string }[]>((sql) =>
    sql`select redo_lsn::text as place from pg_control_checkpoint()`
  );
  return row?.place;
}
