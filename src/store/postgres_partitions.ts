import type { Identity, PartitionEpoch, PartitionOwner, TakenPartition } from "../../actors/runtime/ports.ts";
import { jsonParameter } from "./json_documents.ts";
import type { PostgresConnections } from "./postgres_connections.ts";

const patienceMs = 500;

interface StoredTaken {
  readonly id: number;
  readonly epoch: number;
  readonly attempts: number;
  readonly bereft_of: string | null;
  readonly position: number;
  readonly last_occurred_at: number;
}

/**
 * Raises the epochs. What a former owner still has in flight holds the rows: it is waited for, and after 500 ms its
 * back end is ended, again and again until the rows are free. A frozen owner would otherwise hold them for ever.
 */
export async function takeFromPostgres(
  connections: PostgresConnections,
  partitions: readonly number[],
  owner: string,
): Promise<readonly TakenPartition[]> {
  const tag = `vitrine take ${crypto.randomUUID()}`;
  const impatience = setInterval(() => {
    // A failure here shows in the take itself, which then fails by its lock timeout.
    endBlockers(connections, tag).catch(() => {});
  }, patienceMs);
  try {
    const rows = await connections.run<StoredTaken[]>((sql) =>
      sql`
        select id, epoch, attempts, bereft_of, position,
          coalesce(extract(epoch from last_occurred_at) * 1000, 0)::float8 as last_occurred_at
        from take_partitions(${`{${partitions}}`}::text::smallint[], ${owner}, ${tag})
      `
    );
    return rows.map(({ last_occurred_at: lastOccurredAt, bereft_of: bereftOf, ...row }) => ({
      ...row,
      lastOccurredAt,
      ...(bereftOf !== null && { bereftOf }),
    }));
  } finally {
    clearInterval(impatience);
  }
}

/** Other takers are left alone: they finish by themselves. */
async function endBlockers(connections: PostgresConnections, tag: string): Promise<void> {
  await connections.run((sql) =>
    sql`
      select pg_terminate_backend(blocker.pid)
      from pg_stat_activity as taker
      cross join unnest(pg_blocking_pids(taker.pid)) as blocking(pid)
      join pg_stat_activity as blocker on blocker.pid = blocking.pid
      where taker.application_name = ${tag} and blocker.application_name not like 'vitrine take %'
    `
  );
}

export async function releaseInPostgres(
  connections: PostgresConnections,
  partitions: readonly PartitionEpoch[],
  owner: string,
): Promise<void> {
  await connections.run((sql) =>
    sql`
      update partition set owner = null, attempts = 0
      from json_to_recordset(${jsonParameter(partitions)}::text::json) as held(id smallint, epoch bigint)
      where partition.id = held.id and partition.epoch = held.epoch and partition.owner = ${owner}
    `
  );
}

export async function calmInPostgres(
  connections: PostgresConnections,
  partitions: readonly PartitionEpoch[],
  owner: string,
): Promise<void> {
  await connections.run((sql) =>
    sql`
      update partition set attempts = 0
      from json_to_recordset(${jsonParameter(partitions)}::text::json) as held(id smallint, epoch bigint)
      where partition.id = held.id and partition.epoch = held.epoch and partition.owner = ${owner}
    `
  );
}

export async function epochsFromPostgres(
  connections: PostgresConnections,
  partitions: readonly number[],
): Promise<readonly PartitionEpoch[]> {
  const rows = await connections.run<PartitionEpoch[]>((sql) =>
    sql`select id, epoch from partition where id = any (${`{${partitions}}`}::text::smallint[]) order by id`
  );
  return rows.map(({ id, epoch }) => ({ id, epoch }));
}

export async function ownersFromPostgres(connections: PostgresConnections): Promise<readonly PartitionOwner[]> {
  const rows = await connections.run<(Omit<PartitionOwner, "owner"> & { readonly owner: string | null })[]>((sql) =>
    sql`select id, epoch, owner, journal from partition order by id`
  );
  return rows.map(({ id, epoch, owner, journal }) => ({ id, epoch, journal, ...(owner !== null && { owner }) }));
}

export async function raiseJournalInPostgres(
  connections: PostgresConnections,
  partitions: readonly number[],
  version: number,
): Promise<void> {
  await connections.run((sql) =>
    sql`
      update partition set journal = ${version}
      where id = any (${`{${partitions}}`}::text::smallint[]) and journal < ${version}
    `
  );
}

export async function identityFromPostgres(connections: PostgresConnections): Promise<Identity> {
  const [row] = await connections.run<Identity[]>((sql) => sql`select incarnation, secret, partitions from database`);
  if (row === undefined) throw new Error("Cannot read the database's identity: the table is empty");
  const { incarnation, secret, partitions } = row;
  return { incarnation, secret, partitions };
}
