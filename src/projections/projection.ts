import type { EventRow } from "../../actors/runtime/ports.ts";
import type { StoredPosition } from "./positions.ts";
import type { Queries } from "./queries.ts";
import type { Advance, ReadModel } from "./read_model.ts";

interface Position {
  /** Where the stored rows stand. */
  stored: number;
  /** Where the rows would stand if those positions were written that changed nothing. */
  read: number;
}

/** Past so many events that change nothing, a position is written for its own sake: a restart reads them again. */
const MAX_UNWRITTEN = 1_000;

/** One read model and how far it follows each partition. */
export interface Projection {
  readonly name: string;
  /** What it has read of a partition. */
  position(partition: number): number;
  /** Takes over positions as they are stored. */
  stand(positions: readonly StoredPosition[]): void;
  /**
   * Applies the next events of some partitions, each in order and without a gap. Returns the partitions whose stored
   * position was not the expected one: somebody else projects them as well, and nothing of them was written.
   */
  project(journals: ReadonlyMap<number, readonly EventRow[]>): Promise<readonly number[]>;
  /** Throws the rows of these partitions away and begins again. */
  restart(partitions: readonly number[]): Promise<void>;
}

export function projection<Row extends { readonly partition: number }>(
  model: ReadModel<Row>,
  queries: Queries,
): Projection {
  const positions = new Map<number, Position>();

  function position(partition: number): Position {
    return positions.get(partition) ?? { stored: 0, read: 0 };
  }

  async function project(journals: ReadonlyMap<number, readonly EventRow[]>): Promise<readonly number[]> {
    const changes = changesIn(journals);
    const changedPartitions = new Set(changes.map(({ event }) => event.partition));
    const advances = advancesOf(journals, changedPartitions);
    if (advances.length > 0) {
      const rows = await rowsAfter(changes);
      const moved = new Set(await model.save(queries, { rows, advances }));
      for (const { partition, to } of advances) {
        if (moved.has(partition)) positions.set(partition, { stored: to, read: to });
      }
      const lost = advances.map(({ partition }) => partition).filter((partition) => !moved.has(partition));
      if (lost.length > 0) return lost;
    }
    for (const [partition, events] of journals) {
      const { stored, read } = position(partition);
      positions.set(partition, { stored, read: Math.max(read, events.at(-1)?.position ?? 0) });
    }
    return [];
  }

  interface Change {
    readonly key: string;
    readonly event: EventRow;
  }

  function changesIn(journals: ReadonlyMap<number, readonly EventRow[]>): readonly Change[] {
    const changes: Change[] = [];
    for (const [partition, events] of journals) {
      const { read } = position(partition);
      for (const event of events) {
        const key = event.position > read ? model.keyOf(event) : undefined;
        if (key !== undefined) changes.push({ key, event });
      }
    }
    return changes;
  }

  async function rowsAfter(changes: readonly Change[]): Promise<readonly Row[]> {
    if (changes.length === 0) return [];
    const keys = new Set(changes.map(({ key }) => key));
    const rows = new Map<string, Row>();
    for (const row of await model.load(queries, [...keys])) rows.set(model.rowKey(row), row);
    const changed = new Map<string, Row>();
    for (const { key, event } of changes) {
      const row = model.apply(changed.get(key) ?? rows.get(key), event);
      if (row !== undefined) changed.set(key, row);
    }
    return [...changed.values()];
  }

  function advancesOf(
    journals: ReadonlyMap<number, readonly EventRow[]>,
    changed: ReadonlySet<number>,
  ): readonly Advance[] {
    const advances: Advance[] = [];
    for (const [partition, events] of journals) {
      const to = events.at(-1)?.position ?? 0;
      const { stored } = position(partition);
      if (to > stored && (changed.has(partition) || to - stored > MAX_UNWRITTEN)) {
        advances.push({ partition, from: stored, to });
      }
    }
    return advances;
  }

  return {
    name: model.name,
    position: (partition) => position(partition).read,
    stand: (stored) => {
      for (const { projection, partition, position } of stored) {
        if (projection === model.name) positions.set(partition, { stored: position, read: position });
      }
    },
    project,
    restart: async (partitions) => {
      await model.clear(queries, partitions);
      for (const partition of partitions) positions.set(partition, { stored: 0, read: 0 });
    },
  };
}
