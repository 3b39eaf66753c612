import type { Address } from "../../machines/decision.ts";
import type { CommandKey, LoadedActor, OutcomeRow } from "../../actors/runtime/ports.ts";
import { jsonParameter } from "./json_documents.ts";
import type { PostgresConnections } from "./postgres_connections.ts";
import type { StoredEvent } from "./postgres_journal.ts";
import { toEventRow } from "./postgres_journal.ts";
import type { StoredAddress } from "./stored_address.ts";
import { joinAddress, splitAddress } from "./stored_address.ts";

interface StoredActor extends StoredAddress {
  readonly version: number | null;
  readonly schema_version: number;
  readonly value: unknown;
  readonly context: unknown;
  readonly events: readonly Omit<StoredEvent, "kind" | "id">[] | null;
  readonly command_ids: readonly string[] | null;
  readonly more_command_ids: boolean;
}

/**
 * One row per actor, from one statement, so that its snapshot and the events after it belong together.
 *
 * Where more command ids are remembered than were asked for, the newest are those of its newest events: sorting a hot
 * actor's day of commands would cost more than all the rest.
 */
export async function loadFromPostgres(
  connections: PostgresConnections,
  addresses: readonly Address[],
  { commandIds }: { readonly commandIds: number },
): Promise<readonly LoadedActor[]> {
  const asked = jsonParameter(addresses.map(splitAddress));
  const rows = await connections.run<StoredActor[]>((sql) =>
    sql`
      select asked.kind, asked.id, snapshot.version, snapshot.schema_version, snapshot.value, snapshot.context,
        (
          select json_agg(json_build_object(
            'partition', partition, 'position', position, 'version', event.version, 'type', type, 'data', data,
            'command_id', command_id, 'correlation_id', correlation_id, 'traceparent', traceparent,
            'occurred_at', (extract(epoch from occurred_at) * 1000)::float8
          ) order by event.version)
          from event
          where event.kind = asked.kind and event.id = asked.id and event.version > coalesce(snapshot.version, 0)
        ) as events,
        case when known.total <= ${commandIds}::int then known.ids else (
          select json_agg(command_id)
          from (
            select newest.command_id
            from (
              select event.command_id, max(event.version) as version
              from (
                select command_id, version from event
                where event.kind = asked.kind and event.id = asked.id
                order by version desc
                limit ${commandIds}::int
              ) as event
              group by event.command_id
            ) as newest
            join command
              on command.kind = asked.kind and command.id = asked.id and command.command_id = newest.command_id
            order by newest.version desc
          ) as remembered
        ) end as command_ids,
        known.total > ${commandIds}::int as more_command_ids
      from json_to_recordset(${asked}::text::json) as asked(kind text, id text)
      left join snapshot on snapshot.kind = asked.kind and snapshot.id = asked.id
      cross join lateral (
        select count(*) as total, json_agg(command_id order by decided_at desc) as ids
        from (
          select command_id, decided_at from command
          where command.kind = asked.kind and command.id = asked.id
          limit ${commandIds}::int + 1
        ) as first_few
      ) as known
    `
  );
  const loaded = new Map(rows.map((row) => [joinAddress(row), toLoadedActor(row)]));
  return addresses.flatMap((address) => loaded.get(address) ?? []);
}

function toLoadedActor(row: StoredActor): LoadedActor {
  const address = joinAddress(row);
  const { version, schema_version: schemaVersion, value, context } = row;
  return {
    address,
    ...(version !== null && { snapshot: { address, version, schemaVersion, state: { value, context } } }),
    events: (row.events ?? []).map((event) => toEventRow({ ...event, kind: row.kind, id: row.id })),
    commandIds: row.command_ids ?? [],
    commandIdsComplete: !row.more_command_ids,
  };
}

interface StoredOutcome extends StoredAddress {
  readonly command_id: string;
  readonly fingerprint: string;
  readonly outcome: string;
}

export async function outcomesFromPostgres(
  connections: PostgresConnections,
  keys: readonly CommandKey[],
): Promise<readonly OutcomeRow[]> {
  const asked = jsonParameter(
    keys.map(({ address, commandId }) => ({ ...splitAddress(address), command_id: commandId })),
  );
  const rows = await connections.run<StoredOutcome[]>((sql) =>
    sql`
      select asked.kind, asked.id, asked.command_id, found.fingerprint, found.outcome
      from json_to_recordset(${asked}::text::json) as asked(kind text, id text, command_id text)
      cross join lateral (
        select fingerprint, outcome from command
        where command.kind = asked.kind and command.id = asked.id and command.command_id = asked.command_id
        limit 1
      ) as found
    `
  );
  return rows.map((row) => ({
    address: joinAddress(row),
    commandId: row.command_id,
    fingerprint: row.fingerprint,
    outcomeJson: row.outcome,
  }));
}
