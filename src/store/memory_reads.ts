import type { Address } from "../../machines/decision.ts";
import type { EventRow, JournalRange, LetterRow, LoadedActor } from "../../actors/runtime/ports.ts";
import type { MemoryTables } from "./memory_tables.ts";

export function loadFromMemory(tables: MemoryTables, address: Address, commandIds: number): LoadedActor {
  const snapshot = tables.snapshots.get(address);
  const known = [...tables.outcomes.get(address)?.keys() ?? []];
  return {
    address,
    ...(snapshot && { snapshot }),
    events: tables.journals.get(address)?.slice(snapshot?.version ?? 0) ?? [],
    commandIds: known.reverse().slice(0, commandIds),
    commandIdsComplete: known.length <= commandIds,
  };
}

export function lettersInMemory(
  tables: MemoryTables,
  partitions: readonly number[],
  { dueBefore, limit }: { readonly dueBefore: number; readonly limit: number },
): readonly LetterRow[] {
  const due = [...tables.letters.values()]
    .filter(({ toPartition, deliverAt }) => deliverAt < dueBefore && partitions.includes(toPartition))
    .sort(olderFirst);
  const forActors = due.filter(({ activity }) => activity === undefined).slice(0, limit);
  const forActivities = due.filter(({ activity }) => activity !== undefined).slice(0, limit);
  return [...forActors, ...forActivities].sort(olderFirst);
}

function olderFirst(one: LetterRow, other: LetterRow): number {
  return one.deliverAt - other.deliverAt || (one.id < other.id ? -1 : 1);
}

export function eventsInMemory(
  tables: MemoryTables,
  ranges: readonly JournalRange[],
  limit: number,
): readonly EventRow[] {
  return [...ranges]
    .sort((one, other) => one.address < other.address ? -1 : 1)
    .flatMap(({ address, after, upTo }) =>
      (tables.journals.get(address) ?? []).slice(after, Math.min(upTo, after + limit))
    );
}
