import type { PostgresConnections } from "./postgres_connections.ts";

/**
 * Forgets outcomes, the oldest first. It goes on where it stopped: until vacuum has been there, the index still leads to
 * every row that went, and each chunk would pass them all again.
 */
export class Forgetting {
  readonly #connections: PostgresConnections;
  #reached = "-infinity";

  constructor(connections: PostgresConnections) {
    this.#connections = connections;
  }

  /** Returns how many. */
  async forget({ before, limit }: { readonly before: number; readonly limit: number }): Promise<number> {
    const connections = this.#connections;
    const [row] = await connections.transaction(async (sql) => {
      // Ended by the server at half the limit, which would take the other calls of these connections along. And never
      // without the index's order: sorting would read all that is due for every chunk.
      await sql`
        select set_config('statement_timeout', ${`${connections.limitMs / 2}`}, true),
          set_config('enable_seqscan', 'off', true), set_config('enable_bitmapscan', 'off', true)
      `;
      return await sql<{ readonly forgotten: number; readonly reached: string | null }[]>`
        with forgotten as (
          delete from command
          where ctid = any (array(
            select ctid from command
            where decided_at >= ${this.#reached}::text::timestamptz
              and decided_at < to_timestamp(${before}::float8 / 1000)
            order by decided_at
            limit ${limit}::int
          ))
          returning decided_at
        )
        select count(*) as forgotten, max(decided_at)::text as reached from forgotten
      `;
    });
    this.#reached = row?.reached ?? this.#reached;
    return row?.forgotten ?? 0;
  }
}
