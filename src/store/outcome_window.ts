import type { Clock, Log, Store } from "../../actors/runtime/ports.ts";
import { StoreError } from "../../actors/runtime/errors.ts";

const LOOK_EVERY_MS = 60_000;
const CHUNK = 1000;

export interface OutcomeWindowOptions {
  readonly store: Pick<Store, "forgetOutcomes">;
  readonly clock: Clock;
  readonly log: Pick<Log, "warn">;
  /** Milliseconds for which outcomes are kept at the least: a day by contract. */
  readonly windowMs: number;
}

/**
 * Forgets outcomes that are older than the window, a chunk at a time, so that no commit waits for long. Returns what ends
 * it.
 */
export function forgetOldOutcomes({ store, clock, log, windowMs }: OutcomeWindowOptions): () => void {
  let isOver = false;
  let cancel = clock.after(LOOK_EVERY_MS, look);

  function look(): void {
    forget().catch((error) => {
      if (!(error instanceof StoreError)) throw error;
      log.warn("outcomes_kept", { error: error.message });
    }).finally(() => {
      if (!isOver) cancel = clock.after(LOOK_EVERY_MS, look);
    });
  }

  async function forget(): Promise<void> {
    const before = clock.now() - windowMs;
    while (!isOver && await store.forgetOutcomes({ before, limit: CHUNK }) === CHUNK);
  }

  return () => {
    isOver = true;
    cancel();
  };
}
