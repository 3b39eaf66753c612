import type { Address } from "../../machines/decision.ts";
import type { Clock, EventRow, JournalRange, Store } from "./ports.ts";

const GATHER_MS = 2;
const RANGES_PER_QUERY = 256;

interface Wanted extends JournalRange {
  resolve(rows: readonly EventRow[]): void;
  reject(error: unknown): void;
}

/** Reads what streams have missed, many streams a query: after a node's death thousands come back at once. */
export class Backlog {
  readonly #store: Store;
  readonly #clock: Clock;
  readonly #limit: number;
  #wanted: Wanted[] = [];

  constructor({ store, clock, limit }: { readonly store: Store; readonly clock: Clock; readonly limit: number }) {
    this.#store = store;
    this.#clock = clock;
    this.#limit = limit;
  }

  /** The events of one journal in (`after`, `upTo`], in order. */
  read(range: JournalRange): Promise<readonly EventRow[]> {
    return new Promise((resolve, reject) => {
      if (this.#wanted.length === 0) this.#clock.after(GATHER_MS, () => this.#fetch());
      this.#wanted.push({ ...range, resolve, reject });
    });
  }

  #fetch(): void {
    const wanted = this.#wanted;
    this.#wanted = [];
    for (let at = 0; at < wanted.length; at += RANGES_PER_QUERY) {
      this.#fetchChunk(wanted.slice(at, at + RANGES_PER_QUERY));
    }
  }

  /** One query for all: the widest range of each journal, of which everybody takes their part. */
  async #fetchChunk(wanted: readonly Wanted[]): Promise<void> {
    const widest = new Map<Address, JournalRange>();
    for (const { address, after, upTo } of wanted) {
      const known = widest.get(address);
      widest.set(address, {
        address,
        after: Math.min(after, known?.after ?? after),
        upTo: Math.max(upTo, known?.upTo ?? upTo),
      });
    }
    try {
      const rows = Map.groupBy(
        await this.#store.events([...widest.values()], this.#limit * 2),
        (row): Address => row.address,
      );
      for (const { address, after, upTo, resolve } of wanted) {
        resolve((rows.get(address) ?? []).filter(({ version }) => version > after && version <= upTo));
      }
    } catch (error) {
      for (const { reject } of wanted) reject(error);
    }
  }
}
