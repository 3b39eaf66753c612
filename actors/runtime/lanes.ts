import { Lane, type LaneOptions } from "./lane.ts";
import { LaneGate } from "./lane_gate.ts";
import type { OpenBatch } from "./open_batch.ts";
import type { Mail } from "./mail.ts";
import type { Resident } from "./resident.ts";

export interface LanesOptions extends Omit<LaneOptions, "makeRoom" | "gate"> {
  /** At least one. */
  readonly count: number;
}

/**
 * The lanes of a node. Under load each has a commit of its own under way: while the database writes one batch, another is
 * decided. A partition belongs to one of them, hence so does every unit.
 */
export class Lanes {
  readonly #lanes: readonly Lane[];

  constructor({ count, ...options }: LanesOptions) {
    const { residency, limits } = options;
    const gate = new LaneGate(limits.actorsBesideOthers);
    const makeRoom = (): void => {
      for (const resident of residency.passivationDue()) this.snapshot(resident);
    };
    this.#lanes = Array.from(
      { length: count },
      (_, index) => new Lane(`lane ${index}`, { ...options, makeRoom, gate }),
    );
  }

  /** Resolves when all of them have been stopped and have done with what they had in hand. */
  async run(): Promise<void> {
    await Promise.all(this.#lanes.map((lane) => lane.run()));
  }

  stop(): void {
    for (const lane of this.#lanes) lane.stop();
  }

  /** Somebody waits for room in memory. */
  wake(): void {
    for (const lane of this.#lanes) lane.wake();
  }

  /** Gives a resident its turn, once it is ready and has mail. */
  schedule(resident: Resident): void {
    this.#of(resident.partition).schedule(resident);
  }

  /** Adds a snapshot to the next batch of its lane. */
  snapshot(resident: Resident): void {
    this.#of(resident.partition).snapshot(resident);
  }

  /** Decides mail of one partition's lane into a batch of its own. */
  decideAlone(partition: number, mails: readonly Mail[]): OpenBatch {
    return this.#of(partition).decideAlone(mails);
  }

  /** Runs `task` for the partitions of each lane when no batch of that lane is under way. */
  async between(partitions: readonly number[], task: (partitions: readonly number[]) => void): Promise<void> {
    const shares = Map.groupBy(partitions, (partition) => this.#of(partition));
    await Promise.all([...shares].map(([lane, share]) => lane.between(() => task(share))));
  }

  #of(partition: number): Lane {
    const lane = this.#lanes[partition % this.#lanes.length];
    if (lane === undefined) throw new Error(`Cannot find the lane of partition ${partition}`);
    return lane;
  }
}
