import type { Address } from "../../machines/decision.ts";
import type { PostgresConnections } from "./postgres_connections.ts";
import { warmCommit } from "./postgres_commit.ts";
import { lettersFromPostgres } from "./postgres_letters.ts";
import { loadFromPostgres } from "./postgres_load.ts";
import { ownersFromPostgres, takeFromPostgres } from "./postgres_partitions.ts";
import { joinAddress, type StoredAddress } from "./stored_address.ts";

export interface Warmth {
  /** One connection each. */
  readonly commits: readonly PostgresConnections[];
  readonly reads: PostgresConnections;
  readonly readConnections: number;
}

/** Actors that are read to no purpose. */
const SOME = 20;

/**
 * Opens every connection and has it plan the statements of a take-over, none of which writes anything: the first of each
 * would take some ten times as long, while somebody's cart waits for its new owner.
 */
export async function warmConnections({ commits, reads, readConnections }: Warmth): Promise<void> {
  const some = await someActors(reads);
  const reading: readonly (() => Promise<unknown>)[] = [
    () => ownersFromPostgres(reads),
    () => takeFromPostgres(reads, [], ""),
    () => lettersFromPostgres(reads, [], { dueBefore: 0, limit: 1 }),
    () => loadFromPostgres(reads, some, { commandIds: 100 }),
  ];
  const readingAll = async (): Promise<void> => {
    for (const statement of reading) await Promise.all(Array.from({ length: readConnections }, statement));
  };
  await Promise.all([...commits.map(warmCommit), readingAll()]);
}

async function someActors(reads: PostgresConnections): Promise<readonly Address[]> {
  const rows = await reads.run<StoredAddress[]>((sql) => sql`select kind, id from snapshot limit ${SOME}`);
  return rows.map(joinAddress);
}
