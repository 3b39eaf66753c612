import type { EventRow, JournalRange } from "../../actors/runtime/ports.ts";
import { jsonParameter } from "./json_documents.ts";
import type { PostgresConnections } from "./postgres_connections.ts";
import type { StoredAddress } from "./stored_address.ts";
import { joinAddress, splitAddress } from "./stored_address.ts";

/** A row of `event`, its time in epoch milliseconds. */
export interface StoredEvent extends StoredAddress {
  readonly partition: number;
  readonly position: number;
  readonly version: number;
  readonly type: string;
  readonly data: string;
  readonly command_id: string;
  readonly correlation_id: string;
  readonly traceparent: string | null;
  readonly occurred_at: number;
}

export function toEventRow(row: StoredEvent): EventRow {
  return {
    partition: row.partition,
    position: row.position,
    address: joinAddress(row),
    version: row.version,
    type: row.type,
    dataJson: row.data,
    commandId: row.command_id,
    correlationId: row.correlation_id,
    ...(row.traceparent !== null && { traceparent: row.traceparent }),
    occurredAt: row.occurred_at,
  };
}

export async function eventsFromPostgres(
  connections: PostgresConnections,
  ranges: readonly JournalRange[],
  limit: number,
): Promise<readonly EventRow[]> {
  const asked = jsonParameter(
    ranges.map(({ address, after, upTo }) => ({ ...splitAddress(address), after, up_to: upTo })),
  );
  const rows = await connections.run<StoredEvent[]>((sql) =>
    sql`
      select event.partition, event.position, event.kind, event.id, event.version, event.type, event.data,
        event.command_id, event.correlation_id, event.traceparent,
        (extract(epoch from event.occurred_at) * 1000)::float8 as occurred_at
      from json_to_recordset(${asked}::text::json) as asked(kind text, id text, after bigint, up_to bigint)
      cross join lateral (
        select * from event
        where event.kind = asked.kind and event.id = asked.id
          and event.version > asked.after and event.version <= asked.up_to
        order by event.version
        limit ${limit}::int
      ) as event
      order by event.kind || '/' || event.id, event.version
    `
  );
  return rows.map(toEventRow);
}

export async function journalFromPostgres(
  connections: PostgresConnections,
  partition: number,
  { after, limit }: { readonly after: number; readonly limit: number },
): Promise<readonly EventRow[]> {
  const rows = await connections.run<StoredEvent[]>((sql) =>
    sql`
      select partition, position, kind, id, version, type, data, command_id, correlation_id, traceparent,
        (extract(epoch from occurred_at) * 1000)::float8 as occurred_at
      from event
      where partition = ${partition}::int and position > ${after}::bigint
      order by position
      limit ${limit}::int
    `
  );
  return rows.map(toEventRow);
}
