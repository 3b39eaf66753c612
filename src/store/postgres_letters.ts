import type { Address, Command, Principal } from "../../machines/decision.ts";
import type { DeadLetterRow } from "../../actors/runtime/dead_letter.ts";
import type { LetterRow, LetterSuspicion } from "../../actors/runtime/ports.ts";
import type { PostgresConnections } from "./postgres_connections.ts";

interface StoredLetter {
  readonly id: string;
  readonly from_address: Address;
  readonly to_address: Address;
  readonly to_partition: number;
  readonly activity: string | null;
  readonly command: Command;
  readonly principal: Principal;
  readonly correlation_id: string;
  readonly traceparent: string | null;
  readonly deliver_at: number;
  readonly timer_key: string | null;
  readonly attempts: number;
  readonly suspect_of: string | null;
  readonly suspect_deaths: number;
}

export async function lettersFromPostgres(
  connections: PostgresConnections,
  partitions: readonly number[],
  { dueBefore, limit }: { readonly dueBefore: number; readonly limit: number },
): Promise<readonly LetterRow[]> {
  const rows = await connections.run<StoredLetter[]>((sql) => {
    const isDue = sql`
      to_partition = any (${`{${partitions}}`}::text::smallint[])
      and deliver_at < to_timestamp(${dueBefore}::float8 / 1000)
    `;
    return sql`
      select id, from_address, to_address, to_partition, activity, command, principal, correlation_id, traceparent,
        (extract(epoch from due.deliver_at) * 1000)::float8 as deliver_at, timer_key, attempts, suspect_of,
        suspect_deaths
      from (
        (select * from letter where ${isDue} and activity is null order by deliver_at, id limit ${limit}::int)
        union all
        (select * from letter where ${isDue} and activity is not null order by deliver_at, id limit ${limit}::int)
      ) as due
      order by due.deliver_at, due.id
    `;
  });
  return rows.map(toLetterRow);
}

function toLetterRow(row: StoredLetter): LetterRow {
  return {
    id: row.id,
    from: row.from_address,
    to: row.to_address,
    toPartition: row.to_partition,
    ...(row.activity !== null && { activity: row.activity }),
    command: row.command,
    principal: row.principal,
    correlationId: row.correlation_id,
    ...(row.traceparent !== null && { traceparent: row.traceparent }),
    deliverAt: row.deliver_at,
    ...(row.timer_key !== null && { timerKey: row.timer_key }),
    attempts: row.attempts,
    ...(row.suspect_of !== null && { suspicion: { owner: row.suspect_of, deaths: row.suspect_deaths } }),
  };
}

export async function postponeInPostgres(
  connections: PostgresConnections,
  letterId: string,
  { attempts, deliverAt }: { readonly attempts: number; readonly deliverAt: number },
): Promise<void> {
  await connections.run((sql) =>
    sql`
      update letter set attempts = ${attempts}::int, deliver_at = to_timestamp(${deliverAt}::float8 / 1000)
      where id = ${letterId}
    `
  );
}

/** Only while that owner has the letter's partition: a late word of somebody thought dead blames nobody. */
export async function suspectInPostgres(
  connections: PostgresConnections,
  letterId: string | undefined,
  { owner, deaths }: LetterSuspicion,
): Promise<void> {
  await connections.run((sql) =>
    sql`
      update letter set
        suspect_of = case when letter.id = ${letterId ?? ""} then ${owner} end,
        suspect_deaths = ${deaths}::integer
      from partition
      where (letter.id = ${letterId ?? ""} or letter.suspect_of = ${owner})
        and partition.id = letter.to_partition and partition.owner = ${owner}
    `
  );
}

interface StoredDeadLetter {
  readonly id: string;
  readonly address: Address;
  readonly partition: number;
  readonly command: Command;
  readonly principal: Principal;
  readonly correlation_id: string;
  readonly error: string;
  readonly actor_version: number;
  readonly attempts: number;
  readonly died_at: number;
}

export async function deadLettersFromPostgres(
  connections: PostgresConnections,
  { after = "", limit }: { readonly after?: string; readonly limit: number },
): Promise<readonly DeadLetterRow[]> {
  const rows = await connections.run<StoredDeadLetter[]>((sql) =>
    sql`
      select id, address, partition, command, principal, correlation_id, error, actor_version, attempts,
        (extract(epoch from died_at) * 1000)::float8 as died_at
      from dead_letter
      where id > ${after}
      order by id
      limit ${limit}::int
    `
  );
  return rows.map(toDeadLetterRow);
}

/** `retry` writes a letter from the actor to itself under the dead letter's id, due at once. */
export async function takeDeadLetterFromPostgres(
  connections: PostgresConnections,
  id: string,
  what: "discard" | "retry",
): Promise<DeadLetterRow | undefined> {
  const [row] = await connections.run<StoredDeadLetter[]>((sql) =>
    sql`
      with taken as (
        delete from dead_letter where id = ${id} returning *
      ),
      revived as (
        insert into letter (
          id, from_address, to_address, to_partition, command, principal, correlation_id, deliver_at, attempts
        )
        select id, address, address, partition, command, principal, correlation_id, now(), 0
        from taken
        where ${what}::text = 'retry'
      )
      select id, address, partition, command, principal, correlation_id, error, actor_version, attempts,
        (extract(epoch from died_at) * 1000)::float8 as died_at
      from taken
    `
  );
  return row && toDeadLetterRow(row);
}

function toDeadLetterRow(row: StoredDeadLetter): DeadLetterRow {
  return {
    id: row.id,
    address: row.address,
    partition: row.partition,
    command: row.command,
    principal: row.principal,
    correlationId: row.correlation_id,
    error: row.error,
    actorVersion: row.actor_version,
    attempts: row.attempts,
    diedAt: row.died_at,
  };
}
