import type { PostgresConnections } from "./postgres_connections.ts";
import { warmCommit } from "./postgres_commit.ts";
import { lettersFromPostgres } from "./postgres_letters.ts";
import { loadFromPostgres } from "./postgres_load.ts";
import { ownersFromPostgres, takeFromPostgres } from "./postgres_partitions.ts";

export interface Warmth {
  /** One connection each. */
  readonly commits: readonly PostgresConnections[];
  readonly reads: PostgresConnections;
  readonly readConnections: number;
}

/**
 * Opens every connection and has it plan the statements of a take-over, none of which finds or writes anything: the first
 * of each would take some ten times as long, while somebody's cart waits for its new owner.
 */
export async function warmConnections({ commits, reads, readConnections }: Warmth): Promise<void> {
  const reading: readonly (() => Promise<unknown>)[] = [
    () => ownersFromPostgres(reads),
    () => takeFromPostgres(reads, [], ""),
    () => lettersFromPostgres(reads, [], { dueBefore: 0, limit: 1 }),
    () => loadFromPostgres(reads, [], { commandIds: 1 }),
  ];
  const readingAll = async (): Promise<void> => {
    for (const statement of reading) await Promise.all(Array.from({ length: readConnections }, statement));
  };
  await Promise.all([...commits.map(warmCommit), readingAll()]);
}
