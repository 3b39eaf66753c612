import type { Address } from "../../machines/decision.ts";
import type { DeadLetterRow } from "../../actors/runtime/dead_letter.ts";
import type {
  CommandKey,
  EventRow,
  LetterRow,
  LetterSuspicion,
  OutcomeRow,
  PersonalRow,
  SnapshotRow,
  TimerKey,
} from "../../actors/runtime/ports.ts";

export interface MemoryPartition {
  epoch: number;
  owner: string | undefined;
  attempts: number;
  journal: number;
  readonly events: EventRow[];
}

export interface MemoryOutcome extends OutcomeRow {
  readonly decidedAt: number;
}

/** The tables of the journal as maps, with the same keys. */
export interface MemoryTables {
  readonly partitions: readonly MemoryPartition[];
  /** By address, in version order. */
  readonly journals: Map<Address, EventRow[]>;
  readonly snapshots: Map<Address, SnapshotRow>;
  /** By address, then by command id, the oldest first. */
  readonly outcomes: Map<Address, Map<string, MemoryOutcome>>;
  readonly letters: Map<string, LetterRow>;
  /** Letter ids by `timerIndexKey`. */
  readonly timers: Map<string, string>;
  readonly aliases: Map<string, Address>;
  readonly personal: Map<string, PersonalRow>;
  readonly deadLetters: Map<string, DeadLetterRow>;
}

export function emptyTables(partitions: number): MemoryTables {
  return {
    partitions: Array.from(
      { length: partitions },
      () => ({ epoch: 0, owner: undefined, attempts: 0, journal: 1, events: [] }),
    ),
    journals: new Map(),
    snapshots: new Map(),
    outcomes: new Map(),
    letters: new Map(),
    timers: new Map(),
    aliases: new Map(),
    personal: new Map(),
    deadLetters: new Map(),
  };
}

export function timerIndexKey({ address, key }: TimerKey): string {
  return `${address}\n${key}`;
}

export function findOutcome(tables: MemoryTables, { address, commandId }: CommandKey): MemoryOutcome | undefined {
  return tables.outcomes.get(address)?.get(commandId);
}

export function putLetter(tables: MemoryTables, letter: LetterRow): void {
  if (letter.timerKey !== undefined) {
    const timer = timerIndexKey({ address: letter.to, key: letter.timerKey });
    const armed = tables.timers.get(timer);
    if (armed !== undefined) tables.letters.delete(armed);
    tables.timers.set(timer, letter.id);
  }
  tables.letters.set(letter.id, letter);
}

export function removeLetter(tables: MemoryTables, id: string): void {
  const letter = tables.letters.get(id);
  if (letter === undefined) return;
  tables.letters.delete(id);
  if (letter.timerKey === undefined) return;
  tables.timers.delete(timerIndexKey({ address: letter.to, key: letter.timerKey }));
}

export function suspectInMemory(
  tables: MemoryTables,
  letterId: string | undefined,
  suspicion: LetterSuspicion,
): void {
  const { owner } = suspicion;
  for (const [id, { suspicion: known, ...letter }] of tables.letters) {
    if (tables.partitions[letter.toPartition]?.owner !== owner) continue;
    if (id === letterId) tables.letters.set(id, { ...letter, suspicion });
    else if (known?.owner === owner) tables.letters.set(id, letter);
  }
}
