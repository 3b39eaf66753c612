import type { PartitionEpoch, TakenPartition } from "./ports.ts";

interface Held {
  readonly epoch: number;
  position: number;
}

/** The partitions in this node's hands: under which epoch, and how far their journals go. */
export class Partitions {
  readonly #held = new Map<number, Held>();
  #latest = 0;

  take(taken: readonly TakenPartition[]): void {
    for (const { id, epoch, position, lastOccurredAt } of taken) {
      this.#held.set(id, { epoch, position });
      this.#latest = Math.max(this.#latest, lastOccurredAt);
    }
  }

  drop(ids: readonly number[]): void {
    for (const id of ids) this.#held.delete(id);
  }

  owns(id: number): boolean {
    return this.#held.has(id);
  }

  get ids(): readonly number[] {
    return [...this.#held.keys()];
  }

  /** The epoch under which this node decides; throws when the partition is not held. */
  fence(id: number): PartitionEpoch {
    return { id, epoch: this.#hold(id).epoch };
  }

  get fences(): readonly PartitionEpoch[] {
    return this.ids.map((id) => this.fence(id));
  }

  position(id: number): number {
    return this.#hold(id).position;
  }

  advance(id: number, position: number): void {
    this.#hold(id).position = position;
  }

  /** The time of the next batch: never before what any partition here has seen. */
  stamp(now: number): number {
    this.#latest = Math.max(this.#latest, Math.floor(now));
    return this.#latest;
  }

  #hold(id: number): Held {
    const held = this.#held.get(id);
    if (held === undefined) throw new Error(`Cannot use partition ${id}: not held`);
    return held;
  }
}
