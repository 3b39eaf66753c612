import { expect } from "@std/expect";
import { after, before, describe, it } from "@std/testing/bdd";
import postgres from "postgres";
import { openPostgresStore } from "../../src/store/postgres_store.ts";
import { StartRefused } from "../../src/store/start_refused.ts";
import { type Postgres, startPostgres } from "../harness/postgres.ts";
import { failing } from "./failing.ts";

describe("opening a PostgreSQL", () => {
  let server: Postgres;
  before(async () => {
    server = await startPostgres();
  });
  after(async () => {
    await server[Symbol.asyncDispose]();
  });

  async function refusal(): Promise<StartRefused> {
    try {
      await using _store = await openPostgresStore(server.url());
    } catch (error) {
      if (error instanceof StartRefused) return error;
      throw error;
    }
    throw new Error("Cannot find a refusal: it opened");
  }

  async function asOperator(statement: string): Promise<void> {
    const operator = postgres(server.url(), { max: 1, onnotice: () => {} });
    await operator.unsafe(statement).simple();
    await operator.end();
  }

  it("makes its tables once, also when several processes start together", async () => {
    const stores = await Promise.all([1, 2, 3].map(() => openPostgresStore(server.url())));
    const [first, second, third] = stores.map(({ identity }) => identity);
    expect(second).toEqual(first);
    expect(third).toEqual(first);
    expect(first?.secret).toMatch(/^[0-9a-f]{64}$/);
    expect(first?.incarnation).toMatch(/^[0-9a-f]{16}$/);
    expect(first?.partitions).toBe(64);
    for (const store of stores) await store[Symbol.asyncDispose]();
  });

  it("opens every connection before anybody waits for one, and writes nothing on the way", async () => {
    await using store = await openPostgresStore(server.url(), { commitConnections: 2, readConnections: 3 });
    const [row] = await store.reads.run((sql) =>
      sql`select
        (select count(*)::int from pg_stat_activity where application_name = 'vitrine') as connections,
        (select count(*)::int from event) + (select count(*)::int from partition where owner is not null) as written`
    );
    expect(row).toEqual({ connections: 5, written: 0 });
  });

  for (const setting of ["fsync", "full_page_writes", "synchronous_commit"]) {
    it(`is refused while ${setting} is off`, async () => {
      await asOperator(`alter system set ${setting} = off`);
      await server.restart();
      const { code, message } = await refusal();
      expect(code).toBe("server_unsafe");
      expect(message).toBe(`Cannot trust this PostgreSQL: ${setting} must not be off, or commits may be lost`);
      await asOperator(`alter system reset ${setting}`);
      await server.restart();
    });
  }

  it("is refused when a migration was edited after it was applied", async () => {
    await asOperator("update migration set checksum = 'other' where number = 1");
    const { code, message } = await refusal();
    expect(code).toBe("migration_edited");
    expect(message).toBe('Cannot migrate with "0001_journal.sql": it was edited after it was applied');
  });

  it("fails as retryable when nobody answers", async () => {
    await server.stop();
    expect(await failing(openPostgresStore(server.url()))).toBe("retryable");
  });
});
