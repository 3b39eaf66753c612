import { expect } from "@std/expect";
import { after, before, describe, it } from "@std/testing/bdd";
import { PostgresConnections } from "../../src/store/postgres_connections.ts";
import { type Postgres, startPostgres } from "../harness/postgres.ts";
import { failing } from "./failing.ts";

describe("the only connection to a database", () => {
  let server: Postgres;
  let connections: PostgresConnections;
  let hung = 0;
  before(async () => {
    server = await startPostgres();
    const onHung = (): number => hung++;
    connections = new PostgresConnections({ url: server.url() }, { connections: 1, limitMs: 1000, onHung });
  });
  after(async () => {
    await connections[Symbol.asyncDispose]();
    await server[Symbol.asyncDispose]();
  });

  it("is not given up for upkeep that takes its time, nor for those who wait behind it", async () => {
    const upkeep = connections.upkeep((sql) => sql`select pg_sleep(2.5)`, 60_000);
    const [row] = await connections.run((sql) => sql`select 1 as one`);
    await upkeep;
    expect(row).toEqual({ one: 1 });
    expect(hung).toBe(0);
  });

  it("is given up when upkeep does not come back, and when anything else does not", async () => {
    expect(await failing(connections.upkeep((sql) => sql`select pg_sleep(60)`, 200))).toBe("unknown");
    expect(hung).toBe(1);
    expect(await failing(connections.run((sql) => sql`select pg_sleep(60)`))).toBe("unknown");
    expect(hung).toBe(2);
  });
});
