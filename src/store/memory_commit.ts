import { StoreError } from "../../actors/runtime/errors.ts";
import type { Batch, EventRow, PartitionEpoch } from "../../actors/runtime/ports.ts";
import type { MemoryTables } from "./memory_tables.ts";
import { findOutcome, putLetter, removeLetter, timerIndexKey } from "./memory_tables.ts";

/** Writes the batch whole, or throws and writes nothing: all checks come before the first change. */
export function commitToMemory(tables: MemoryTables, batch: Batch, now: number): void {
  checkFences(tables, batch.fences);
  checkEvents(tables, batch.events);
  checkLetters(tables, batch);
  checkKeys(tables, batch);
  // Through JSON text, as in SQL: what is not JSON shows at once.
  const stored: Batch = JSON.parse(JSON.stringify(batch));
  write(tables, stored, now);
}

function checkFences(tables: MemoryTables, fences: readonly PartitionEpoch[]): void {
  const stale = fences.filter(({ id, epoch }) => tables.partitions[id]?.epoch !== epoch).map(({ id }) => id);
  if (stale.length > 0) throw new StoreError("fenced", `Cannot commit to partitions ${stale}: newer epoch`, stale);
}

function checkEvents(tables: MemoryTables, events: readonly EventRow[]): void {
  const positions = new Map<number, number>();
  const versions = new Map<string, number>();
  for (const event of events) {
    const position = positions.get(event.partition) ?? tables.partitions[event.partition]?.events.length ?? 0;
    if (event.position !== position + 1) {
      violated(`position ${event.position} of partition ${event.partition} does not follow ${position}`);
    }
    positions.set(event.partition, event.position);

    const version = versions.get(event.address) ?? tables.journals.get(event.address)?.length ?? 0;
    if (event.version !== version + 1) {
      violated(`version ${event.version} of ${event.address} does not follow ${version}`);
    }
    versions.set(event.address, event.version);
  }
}

function checkLetters(tables: MemoryTables, batch: Batch): void {
  const gone = new Set<string>();
  for (const id of batch.consumed) {
    if (gone.has(id) || !tables.letters.has(id)) violated(`letter "${id}" is gone`);
    gone.add(id);
  }
  for (const timer of batch.cancelled) {
    const armed = tables.timers.get(timerIndexKey(timer));
    if (armed !== undefined) gone.add(armed);
  }
  unique("letter", batch.letters.map(({ id }) => id), (id) => tables.letters.has(id) && !gone.has(id));
}

function checkKeys(tables: MemoryTables, batch: Batch): void {
  unique(
    "command",
    batch.outcomes.map(({ address, commandId }) => `${address}\n${commandId}`),
    () => false,
  );
  for (const outcome of batch.outcomes) {
    if (findOutcome(tables, outcome) !== undefined) violated(`command "${outcome.commandId}" is remembered already`);
  }
  unique("alias", batch.aliases.map(({ publicId }) => publicId), (id) => tables.aliases.has(id));
  unique("dead letter", batch.deadLetters.map(({ id }) => id), (id) => tables.deadLetters.has(id));
}

function unique(what: string, keys: readonly string[], isTaken: (key: string) => boolean): void {
  const seen = new Set<string>();
  for (const key of keys) {
    if (seen.has(key) || isTaken(key)) violated(`${what} "${key}" exists`);
    seen.add(key);
  }
}

function violated(state: string): never {
  throw new StoreError("constraint", `Cannot commit: ${state}`);
}

function write(tables: MemoryTables, batch: Batch, now: number): void {
  for (const event of batch.events) {
    tables.partitions[event.partition]?.events.push(event);
    const journal = tables.journals.get(event.address);
    if (journal === undefined) tables.journals.set(event.address, [event]);
    else journal.push(event);
  }
  for (const outcome of batch.outcomes) {
    const known = tables.outcomes.get(outcome.address) ?? new Map();
    tables.outcomes.set(outcome.address, known.set(outcome.commandId, { ...outcome, decidedAt: now }));
  }
  for (const id of batch.consumed) removeLetter(tables, id);
  for (const timer of batch.cancelled) removeLetter(tables, tables.timers.get(timerIndexKey(timer)) ?? "");
  for (const letter of batch.letters) putLetter(tables, letter);
  for (const { publicId, address } of batch.aliases) tables.aliases.set(publicId, address);
  for (const row of batch.personal) {
    const stored = tables.personal.get(row.id);
    if (stored === undefined || stored.customerId === row.customerId) tables.personal.set(row.id, row);
  }
  for (const row of batch.deadLetters) tables.deadLetters.set(row.id, row);
  for (const row of batch.snapshots) {
    if ((tables.snapshots.get(row.address)?.version ?? 0) <= row.version) tables.snapshots.set(row.address, row);
  }
}
