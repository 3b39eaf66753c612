import type { Clock, Log } from "../../actors/runtime/ports.ts";
import type { PartitionRun } from "./partition_run.ts";
import type { Mark, Progress } from "./ports.ts";

export interface BookkeeperOptions {
  readonly progress: Progress;
  readonly clock: Clock;
  readonly log: Log;
  readonly restMs: number;
  /** Told of a run whose position was moved by somebody else. */
  readonly onOvertaken: (run: PartitionRun) => void;
}

const RETRY_MS = 2000;

/** Writes down how far partitions are published: now and then, for all of them in one statement. */
export class Bookkeeper {
  readonly #options: BookkeeperOptions;
  readonly #changed = new Set<PartitionRun>();
  #cancelRest: (() => void) | undefined;
  #writing: Promise<void> = Promise.resolve();
  #isClosed = false;

  constructor(options: BookkeeperOptions) {
    this.#options = options;
  }

  /** This run may have come further. Costs next to nothing. */
  note(run: PartitionRun): void {
    this.#changed.add(run);
    if (this.#cancelRest === undefined) this.#rest(this.#options.restMs);
  }

  /** Writes down what was noted before; rejects when the database does not take it, which is tried again later. */
  flush(): Promise<void> {
    const written = this.#writing.then(() => this.#write());
    this.#writing = written.catch(() => {});
    return written;
  }

  /** Writes once more, and no more. */
  async close(): Promise<void> {
    this.#isClosed = true;
    this.#cancelRest?.();
    await this.flush().catch((error) => this.#failed(error));
  }

  #rest(restMs: number): void {
    if (this.#isClosed) return;
    this.#cancelRest = this.#options.clock.after(restMs, () => {
      this.#cancelRest = undefined;
      this.flush().catch((error) => {
        this.#failed(error);
        if (this.#cancelRest === undefined) this.#rest(RETRY_MS);
      });
    });
  }

  async #write(): Promise<void> {
    const marks = new Map<PartitionRun, Mark>();
    for (const run of this.#changed) {
      const mark = run.mark();
      if (mark !== undefined) marks.set(run, mark);
      else this.#changed.delete(run);
    }
    if (marks.size === 0) return;

    const moved = new Set(await this.#options.progress.mark([...marks.values()]));
    for (const [run, mark] of marks) {
      run.wroteDown(mark);
      if (run.mark() === undefined) this.#changed.delete(run);
      if (!moved.has(run.partition)) this.#options.onOvertaken(run);
    }
    if (this.#changed.size > 0 && this.#cancelRest === undefined) this.#rest(this.#options.restMs);
  }

  #failed(error: unknown): void {
    this.#options.log.warn("relay_position_unwritten", { error });
  }
}
