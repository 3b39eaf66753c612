import { z } from "zod";
import { openEmbeddedStore } from "../../../src/store/embedded_store.ts";
import type { PostgresConnections } from "../../../src/store/postgres_connections.ts";

const silentLog = { info: () => {}, warn: () => {}, error: () => {} };

const Rows = z.array(z.object({ type: z.string(), data: z.string() }));
const JournalRow = z.object({
  partition: z.number(),
  position: z.coerce.number(),
  kind: z.string(),
  id: z.string(),
  version: z.coerce.number(),
  type: z.string(),
  data: z.string(),
  commandId: z.string(),
}).readonly();

/** An event as it is stored. */
export type JournalRow = z.infer<typeof JournalRow>;

const Counted = z.tuple([z.object({ count: z.number() })]);

/** The database under a shop, read as no client can. */
export class Journal {
  readonly #database: Pick<PostgresConnections, "run">;

  constructor(database: Pick<PostgresConnections, "run">) {
    this.#database = database;
  }

  /** What happened to one thing, in order. */
  async eventsOf(kind: string, id: string): Promise<readonly Readonly<Record<string, unknown>>[]> {
    const rows = await this.#database.run((sql) =>
      sql`select type, data from event where kind = ${kind} and id = ${id} order by version`
    );
    return Rows.parse([...rows]).map(({ type, data }) => ({ ...JSON.parse(data), type }));
  }

  /** All that ever happened, in the order of places. */
  async rows(): Promise<readonly JournalRow[]> {
    const rows = await this.#database.run((sql) =>
      sql`
      select partition, position, kind, id, version, type, data, command_id as "commandId"
      from event order by partition, position`
    );
    return z.array(JournalRow).parse([...rows]);
  }

  /** Places and versions that are missing, or there twice. */
  async gaps(): Promise<number> {
    return this.#count(
      await this.#database.run((sql) =>
        sql`
        select (count(*))::int as count from (
          select 1 from event group by partition having max(position) <> count(*) or min(position) <> 1
          union all
          select 1 from event group by kind, id having max(version) <> count(*) or min(version) <> 1
        ) as gap`
      ),
    );
  }

  async deadLetters(): Promise<number> {
    return this.#count(await this.#database.run((sql) => sql`select count(*)::int as count from dead_letter`));
  }

  #count(rows: readonly unknown[]): number {
    return Counted.parse([...rows])[0].count;
  }
}

/** Reads what a Vitrine that has ended left in its data directory. */
export async function withJournal(dataDir: string, read: (journal: Journal) => Promise<void>): Promise<void> {
  await using store = await openEmbeddedStore(dataDir, { log: silentLog });
  await read(new Journal(store.reads));
}
