import type { PostgresConnections } from "./postgres_connections.ts";

export interface HousekeepingOptions {
  readonly everyMs?: number;
  /** Bytes of log between checkpoints: recovery after a kill reads as much at most, and a bit. */
  readonly checkpointBytes?: number;
  readonly vacuumBytes?: number;
}

const megabyte = 1024 * 1024;

/**
 * Does what PostgreSQL's background processes would: an embedded database has none. Without checkpoints its log would
 * grow for ever; without vacuum, so would the tables whose rows come and go.
 *
 * Returns what ends it.
 */
export function keepHouse(
  connections: PostgresConnections,
  { everyMs = 30_000, checkpointBytes = 64 * megabyte, vacuumBytes = 4 * megabyte }: HousekeepingOptions = {},
): () => void {
  let checkpointed = 0;
  let vacuumed = 0;
  const round = async (): Promise<void> => {
    const written = await bytesWritten(connections);
    if (written - vacuumed > vacuumBytes) {
      vacuumed = written;
      await connections.run((sql) =>
        sql`vacuum (analyze) letter, partition, published, snapshot, command, dead_letter,
          listed_product, listed_order, sales_entry, stock_movement, projection_position`
      );
    }
    if (written - checkpointed > checkpointBytes) {
      checkpointed = written;
      await connections.run((sql) => sql`checkpoint`);
    }
  };
  // A round that fails, as when the database is just starting again, is made up for by the next.
  const timer = setInterval(() => void round().catch(() => {}), everyMs);
  return () => clearInterval(timer);
}

async function bytesWritten(connections: PostgresConnections): Promise<number> {
  const [row] = await connections.run<{ readonly written: number }[]>((sql) =>
    sql`select (pg_current_wal_insert_lsn() - '0/0')::float8 as written`
  );
  return row?.written ?? 0;
}
