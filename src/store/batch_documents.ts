import type { DeadLetterRow } from "../../actors/runtime/dead_letter.ts";
import type {
  AliasRow,
  Batch,
  EventRow,
  LetterRow,
  OutcomeRow,
  PartitionEpoch,
  PersonalRow,
  SnapshotRow,
  TimerKey,
} from "../../actors/runtime/ports.ts";
import { jsonArray } from "./json_documents.ts";
import { splitAddress } from "./stored_address.ts";

const text = JSON.stringify;

/**
 * The arguments of `commit_batch`, in its order. Facts and outcomes are JSON already and are set in as they are; both
 * must be objects.
 */
export function batchDocuments(batch: Batch): readonly (string | null)[] {
  return [
    jsonArray(batch.fences.map(fence)),
    jsonArray(batch.events.map(event)),
    jsonArray(batch.outcomes.map(outcome)),
    jsonArray(lastOfEach(batch.letters, timerOf).map(letter)),
    jsonArray(batch.consumed.map((id) => text(id))),
    jsonArray(batch.cancelled.map(timer)),
    jsonArray(batch.aliases.map(alias)),
    jsonArray(lastOfEach(batch.personal, ({ id }) => id).map(personal)),
    jsonArray(lastOfEach(batch.snapshots, ({ address }) => address).map(snapshot)),
    jsonArray(batch.deadLetters.map(deadLetter)),
  ];
}

/** An upsert must not meet the same row twice: the later one stands. Rows without a key are all kept. */
function lastOfEach<Item>(rows: readonly Item[], keyOf: (row: Item) => string | undefined): readonly Item[] {
  if (rows.length < 2) return rows;
  const kept = new Map<string | number, Item>();
  for (const [index, row] of rows.entries()) kept.set(keyOf(row) ?? index, row);
  return kept.size === rows.length ? rows : [...kept.values()];
}

function timerOf({ to, timerKey }: LetterRow): string | undefined {
  return timerKey === undefined ? undefined : `${to}\n${timerKey}`;
}

function fence({ id, epoch }: PartitionEpoch): string {
  return `{"id":${id},"epoch":${epoch}}`;
}

function event(row: EventRow): string {
  const { kind, id } = splitAddress(row.address);
  return `{"partition":${row.partition},"position":${row.position},"kind":${text(kind)},"id":${text(id)},` +
    `"version":${row.version},"type":${text(row.type)},"data":${row.dataJson},"command_id":${text(row.commandId)},` +
    `"correlation_id":${text(row.correlationId)}${optional("traceparent", row.traceparent)},` +
    `"occurred_at":${row.occurredAt}}`;
}

function outcome(row: OutcomeRow): string {
  const { kind, id } = splitAddress(row.address);
  return `{"kind":${text(kind)},"id":${text(id)},"command_id":${text(row.commandId)},` +
    `"fingerprint":${text(row.fingerprint)},"outcome":${row.outcomeJson}}`;
}

function letter(row: LetterRow): string {
  return `{"id":${text(row.id)},"from_address":${text(row.from)},"to_address":${text(row.to)},` +
    `"to_partition":${row.toPartition}${optional("activity", row.activity)},"command":${text(row.command)},` +
    `"principal":${text(row.principal)},"correlation_id":${text(row.correlationId)}` +
    `${optional("traceparent", row.traceparent)},"deliver_at":${row.deliverAt}` +
    `${optional("timer_key", row.timerKey)},"attempts":${row.attempts}}`;
}

function timer({ address, key }: TimerKey): string {
  return text({ address, key });
}

function alias({ publicId, address }: AliasRow): string {
  return text({ public_id: publicId, address });
}

function personal({ id, customerId, data }: PersonalRow): string {
  return text({ id, customer_id: customerId, data });
}

function snapshot({ address, version, schemaVersion, state }: SnapshotRow): string {
  return text({
    ...splitAddress(address),
    version,
    schema_version: schemaVersion,
    value: state.value,
    context: state.context,
  });
}

function deadLetter(row: DeadLetterRow): string {
  return text({
    id: row.id,
    address: row.address,
    partition: row.partition,
    command: row.command,
    principal: row.principal,
    correlation_id: row.correlationId,
    error: row.error,
    actor_version: row.actorVersion,
    attempts: row.attempts,
    died_at: row.diedAt,
  });
}

function optional(name: string, value: string | undefined): string {
  return value === undefined ? "" : `,"${name}":${text(value)}`;
}
