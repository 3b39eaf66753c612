import { StoreError } from "./errors.ts";
import { pause } from "./pause.ts";
import type { Clock, Log } from "./ports.ts";

const RETRY_MS = 100;

export interface PersistingOptions {
  readonly clock: Clock;
  readonly log: Log;
  /** Asked before every try. */
  readonly isNeeded: () => boolean;
}

/** Repeats a query until it succeeds; undefined when nobody needs it any more. */
export async function persist<Rows>(
  query: () => Promise<Rows>,
  { clock, log, isNeeded }: PersistingOptions,
): Promise<Rows | undefined> {
  while (isNeeded()) {
    try {
      return await query();
    } catch (error) {
      if (!(error instanceof StoreError)) throw error;
      log.warn("query_failed", { failure: error.failure, error: error.message });
      await pause(clock, RETRY_MS);
    }
  }
  return undefined;
}
