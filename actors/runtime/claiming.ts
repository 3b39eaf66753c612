import { everyPartition } from "./address.ts";
import type { Health } from "./health.ts";
import type { Partitions } from "./partitions.ts";
import type { Clock, Log } from "./ports.ts";

const INTERVAL_MS = 2000;

export interface ClaimingOptions {
  readonly clock: Clock;
  readonly log: Log;
  readonly health: Health;
  readonly partitionCount: number;
  readonly partitions: Partitions;
  readonly claim: (partitions: readonly number[]) => Promise<readonly number[]>;
}

/** Takes back what was lost to a fence: on a node that is alone nobody else should have it. */
export class Claiming {
  readonly #options: ClaimingOptions;
  #cancel: () => void = (): void => {};
  #isStopped = false;

  constructor(options: ClaimingOptions) {
    this.#options = options;
  }

  start(): void {
    this.#cancel = this.#options.clock.after(INTERVAL_MS, async () => {
      await this.#claim();
      if (!this.#isStopped) this.start();
    });
  }

  stop(): void {
    this.#isStopped = true;
    this.#cancel();
  }

  /** The partitions that are not here. */
  get missing(): readonly number[] {
    const { partitions, partitionCount } = this.#options;
    return everyPartition(partitionCount).filter((id) => !partitions.owns(id));
  }

  /** Readiness is off until everything is here again. */
  ail(): void {
    const { health, partitionCount } = this.#options;
    health.ail("partitions", `${this.missing.length} of ${partitionCount} partitions are not here`);
  }

  async #claim(): Promise<void> {
    const { log, health, claim } = this.#options;
    const { missing } = this;
    if (missing.length === 0) return;
    this.ail();
    try {
      await claim(missing);
      if (this.missing.length === 0) health.recover("partitions");
    } catch (error) {
      log.warn("claim_failed", { partitions: missing.length, error: String(error) });
    }
  }
}
