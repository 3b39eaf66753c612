import type { Cache, Rate } from "../cache/cache.ts";

/** Counts requests by who sends them. Losing its memory, or asking several copies of it, costs fairness only. */
export interface RateLimit {
  /** Takes one request from the allowance of `key`. Milliseconds to wait first; 0: go ahead. */
  take(key: string): number | Promise<number>;
}

/** Counts in the cache: for all nodes together where they share one, for each by itself while they do not. */
export class CachedRateLimit implements RateLimit {
  readonly #rate: Rate;
  readonly #cache: Pick<Cache, "take">;

  constructor(rate: Rate, cache: Pick<Cache, "take">) {
    this.#rate = rate;
    this.#cache = cache;
  }

  take(key: string): Promise<number> {
    return this.#cache.take(`rate/${key}`, this.#rate);
  }
}

export const UNLIMITED: RateLimit = { take: () => 0 };
