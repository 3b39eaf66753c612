import type { PartitionRun } from "./partition_run.ts";

/** A partition in this node's hands. */
export interface Owned {
  readonly partition: number;
  /** Its journal is at least this long. */
  known: number;
  /** What the runs before have stored. */
  stored: number;
  /** Undefined while it is prepared. */
  run: PartitionRun | undefined;
  /** The event that the stream refused last, and how often. */
  refused: { readonly position: number; readonly times: number };
}

/** The partitions that a relay publishes, by their numbers. */
export class Holdings extends Map<number, Owned> {
  /** Adds those that are not here, and returns them. */
  take(partitions: readonly number[]): readonly number[] {
    const taken = partitions.filter((partition) => !this.has(partition));
    for (const partition of taken) {
      this.set(partition, { partition, known: 0, stored: 0, run: undefined, refused: { position: 0, times: 0 } });
    }
    return taken;
  }

  get areAllPublished(): boolean {
    return this.values().every(({ run }) => run !== undefined);
  }

  get isAnyPublished(): boolean {
    return this.values().some(({ run }) => run !== undefined);
  }

  /** Events that are committed and not yet published, as far as is known. */
  get lag(): number {
    return this.values().reduce((lag, { known, run, stored }) => lag + Math.max(0, known - (run?.stored ?? stored)), 0);
  }
}
