import type { Clock, Store } from "../../actors/runtime/ports.ts";
import { type Entry, EVENTS_PER_READ, type PartitionRun } from "./partition_run.ts";
import type { RelayLimits } from "./relay_limits.ts";

export interface IntakeOptions {
  readonly store: Pick<Store, "journal">;
  readonly clock: Clock;
  readonly limits: Pick<RelayLimits, "restMs" | "reads">;
  /** These may be sent. */
  readonly onEntries: (run: PartitionRun, entries: readonly Entry[]) => void;
  readonly onUnclear: (why: string) => void;
}

/** Gives runs what follows: what they heard of where that is next, pages of the journal where it is not. */
export class Intake {
  readonly #options: IntakeOptions;
  readonly #stirred = new Set<PartitionRun>();
  #cancelPass: (() => void) | undefined;
  #reading = 0;
  #isClosed = false;

  constructor(options: IntakeOptions) {
    this.#options = options;
  }

  /** There may be something for this run. Costs next to nothing. */
  stir(run: PartitionRun): void {
    this.#stirred.add(run);
    if (this.#isClosed || this.#cancelPass !== undefined) return;
    this.#cancelPass = this.#options.clock.after(this.#options.limits.restMs, () => {
      this.#cancelPass = undefined;
      this.#pass();
    });
  }

  forget(run: PartitionRun): void {
    this.#stirred.delete(run);
  }

  close(): void {
    this.#isClosed = true;
    this.#cancelPass?.();
  }

  #pass(): void {
    const { limits, onEntries } = this.#options;
    for (const run of this.#stirred) {
      if (!run.hasEnded) onEntries(run, run.takeNews());
      if (!run.hasEnded && run.wantsToRead) {
        // It stays stirred: whoever has read stirs, and the pass after that finds room.
        if (this.#reading >= limits.reads) continue;
        this.#read(run);
      }
      this.#stirred.delete(run);
    }
  }

  async #read(run: PartitionRun): Promise<void> {
    const { store, onEntries, onUnclear } = this.#options;
    run.isReading = true;
    this.#reading++;
    try {
      const rows = await store.journal(run.partition, { after: run.admitted, limit: EVENTS_PER_READ });
      if (!run.hasEnded) onEntries(run, run.admit(rows));
    } catch (error) {
      onUnclear(error instanceof Error ? error.message : String(error));
    }
    run.isReading = false;
    this.#reading--;
    this.stir(run);
  }
}
