import type { Health } from "./health.ts";
import type { Partitions } from "./partitions.ts";
import type { Clock, Log, Store } from "./ports.ts";
import type { PostOffice } from "./post_office.ts";
import type { Recovery } from "./recovery.ts";

const INTERVAL_MS = 2000;

export interface ClaimingOptions {
  readonly node: string;
  readonly store: Store;
  readonly clock: Clock;
  readonly log: Log;
  readonly partitions: Partitions;
  readonly recovery: Recovery;
  readonly health: Health;
  readonly postOffice: PostOffice;
}

/** Takes back what was lost to a fence: on a single node nobody else should have it. */
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

  async #claim(): Promise<void> {
    const { store, node, log, partitions, recovery, health, postOffice } = this.#options;
    const missing = Array.from({ length: store.identity.partitions }, (_, id) => id).filter((id) =>
      !partitions.owns(id)
    );
    if (missing.length === 0) return;
    health.ail("partitions", `${missing.length} of ${store.identity.partitions} partitions are not here`);
    try {
      const taken = await store.take(missing, node);
      if (this.#isStopped) return await store.release(taken, node);
      recovery.gain(taken);
      if (taken.length === missing.length) health.recover("partitions");
      await postOffice.sweep();
    } catch (error) {
      log.warn("claim_failed", { partitions: missing.length, error: String(error) });
    }
  }
}
