import { openEmbeddedStore } from "../../src/store/embedded_store.ts";
import { migrate } from "../../src/store/migrate.ts";
import { PostgresConnections } from "../../src/store/postgres_connections.ts";
import { startPostgres } from "../harness/postgres.ts";
import { silentLog } from "../store/silent_log.ts";

/** An empty database with Vitrine's tables. */
export interface TestDatabase extends AsyncDisposable {
  readonly connections: PostgresConnections;
}

/** Every database that read models must work on. */
export const DATABASES: Readonly<Record<string, () => Promise<TestDatabase>>> = {
  PostgreSQL: async () => {
    const postgres = await startPostgres({ settings: { fsync: "off" } });
    const connections = new PostgresConnections({ url: postgres.url() }, { connections: 2 });
    await migrate(connections);
    return {
      connections,
      async [Symbol.asyncDispose](): Promise<void> {
        await connections[Symbol.asyncDispose]();
        await postgres[Symbol.asyncDispose]();
      },
    };
  },
  "the embedded database": async () => {
    const directory = await Deno.makeTempDir({ prefix: "vitrine-projections-" });
    const store = await openEmbeddedStore(directory, { log: silentLog });
    return {
      connections: store.reads,
      async [Symbol.asyncDispose](): Promise<void> {
        await store[Symbol.asyncDispose]();
        await Deno.remove(directory, { recursive: true });
      },
    };
  },
};

const TABLES = ["listed_product", "listed_order", "sales_entry", "stock_movement"];

/** Every row of every read model, in the order of its key. */
export async function allRows({ connections }: Pick<TestDatabase, "connections">): Promise<unknown> {
  const rows: Record<string, unknown> = {};
  for (const table of TABLES) {
    const found = await connections.run((sql) =>
      sql`select row_to_json(t)::text as row from ${sql(table)} as t order by 1`
    );
    rows[table] = found.map(({ row }) => row);
  }
  return rows;
}

/** Throws away what earlier tests projected. */
export async function emptyReadModels({ connections }: TestDatabase): Promise<void> {
  await connections.run((sql) =>
    sql`truncate projection_position, listed_product, listed_order, sales_entry, stock_movement`
  );
}
