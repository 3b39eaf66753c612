import { OneAtATime } from "../../actors/runtime/one_at_a_time.ts";
import { textOf } from "../../actors/runtime/parking.ts";
import type { Log } from "../../actors/runtime/ports.ts";
import type { PostgresConnections } from "./postgres_connections.ts";

export interface HousekeepingOptions {
  readonly log: Pick<Log, "warn">;
  readonly everyMs?: number;
  /** Bytes of log between checkpoints: recovery after a kill reads as much at most, and a bit. */
  readonly checkpointBytes?: number;
  readonly vacuumBytes?: number;
}

const megabyte = 1024 * 1024;
const VACUUM_MOST_MS = 300_000;
const VACUUMED = [
  ...["letter", "partition", "published", "snapshot", "command", "dead_letter"],
  ...["listed_product", "listed_order", "sales_entry", "stock_movement", "projection_position"],
];

/**
 * Does what PostgreSQL's background processes would: an embedded database has none. Without checkpoints its log would
 * grow for ever; without vacuum, so would the tables whose rows come and go.
 *
 * Returns what ends it.
 */
export function keepHouse(
  connections: Pick<PostgresConnections, "run" | "upkeep">,
  { log, everyMs = 30_000, checkpointBytes = 64 * megabyte, vacuumBytes = 4 * megabyte }: HousekeepingOptions,
): () => void {
  let checkpointed = 0;
  let vacuumed = 0;
  let analyzed = 0;
  let said: string | undefined;
  let isOver = false;
  const round = async (): Promise<void> => {
    const written = await bytesWritten(connections);
    if (written - vacuumed > vacuumBytes) {
      // It takes half a second where there are half a million rows: only when there may be twice as many as last time.
      const analyzes = written > 2 * analyzed;
      // One by one, so that others have their turns.
      for (const table of VACUUMED) {
        if (isOver) return;
        await connections.upkeep(
          (sql) => analyzes ? sql`vacuum (analyze) ${sql(table)}` : sql`vacuum ${sql(table)}`,
          VACUUM_MOST_MS,
        );
      }
      vacuumed = written;
      if (analyzes) analyzed = written;
    }
    if (written - checkpointed > checkpointBytes) {
      await connections.upkeep((sql) => sql`checkpoint`, VACUUM_MOST_MS);
      checkpointed = written;
    }
    said = undefined;
  };
  // A round that fails, as when the database is just starting again, is made up for by the next.
  const rounds = new OneAtATime(() =>
    round().catch((error: unknown) => {
      const why = textOf(error);
      if (why !== said && !isOver) log.warn("housekeeping_failed", { why });
      said = why;
    })
  );
  const timer = setInterval(() => void rounds.run(), everyMs);
  return () => {
    isOver = true;
    clearInterval(timer);
  };
}

async function bytesWritten(connections: Pick<PostgresConnections, "run">): Promise<number> {
  const [row] = await connections.run<{ readonly written: number }[]>((sql) =>
    sql`select (pg_current_wal_insert_lsn() - '0/0')::float8 as written`
  );
  return row?.written ?? 0;
}
