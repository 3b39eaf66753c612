import { kindOf } from "./address.ts";
import type { Kind } from "./kind.ts";
import type { CommittedEvent, Outlets } from "./outlets.ts";
import type { Partitions } from "./partitions.ts";
import type { EventRow, Store, TakenPartition } from "./ports.ts";

const PAGE = 1000;

export interface UntoldOptions {
  readonly store: Store;
  readonly partitions: Partitions;
  readonly outlets: Outlets;
  readonly kinds: ReadonlyMap<string, Kind>;
  readonly onCommitted: (events: readonly EventRow[]) => void;
}

/** Tells of events that were committed without this node knowing it: listeners would miss them for ever. */
export class Untold {
  readonly #options: UntoldOptions;

  constructor(options: UntoldOptions) {
    this.#options = options;
  }

  /** Tells what the journals of partitions just taken hold beyond what was settled here; all of it or, failing, nothing. */
  async tell(taken: readonly TakenPartition[]): Promise<void> {
    const { partitions, outlets, onCommitted } = this.#options;
    const rows: EventRow[] = [];
    for (const { id, position } of taken) {
      for (let after = partitions.position(id); after < position; after += PAGE) {
        rows.push(...await this.#options.store.journal(id, { after, limit: Math.min(PAGE, position - after) }));
      }
    }
    if (rows.length === 0) return;
    outlets.deliver(rows.flatMap((row) => this.#committed(row)));
    onCommitted(rows);
  }

  #committed(row: EventRow): CommittedEvent[] {
    const kind = this.#options.kinds.get(kindOf(row.address));
    return kind === undefined ? [] : [{ row, kind, fact: { ...JSON.parse(row.dataJson), type: row.type } }];
  }
}
