import type { Clock } from "../../actors/runtime/ports.ts";
import { BoundedMap } from "./bounded_map.ts";

/** Counts requests by who sends them. Losing its memory, or asking several copies of it, costs fairness only. */
export interface RateLimit {
  /** Takes one request from the allowance of `key`. Milliseconds to wait first; 0: go ahead. */
  take(key: string): number | Promise<number>;
}

export interface Rate {
  readonly perSecond: number;
  /** How many may come at once after a rest. */
  readonly burst: number;
}

interface Bucket {
  tokens: number;
  filledAt: number;
}

/** Token buckets in memory. A bucket that is forgotten starts full again. */
export class BucketRateLimit implements RateLimit {
  readonly #rate: Rate;
  readonly #clock: Clock;
  readonly #buckets: BoundedMap<string, Bucket>;

  constructor(rate: Rate, { clock, keys }: { readonly clock: Clock; readonly keys: number }) {
    this.#rate = rate;
    this.#clock = clock;
    this.#buckets = new BoundedMap(keys);
  }

  take(key: string): number {
    const { perSecond, burst } = this.#rate;
    const now = this.#clock.now();
    const bucket = this.#buckets.get(key);
    if (bucket === undefined) {
      this.#buckets.set(key, { tokens: burst - 1, filledAt: now });
      return 0;
    }
    const earned = Math.max(0, now - bucket.filledAt) / 1000 * perSecond;
    bucket.tokens = Math.min(burst, bucket.tokens + earned);
    bucket.filledAt = now;
    if (bucket.tokens < 1) return Math.ceil((1 - bucket.tokens) / perSecond * 1000);
    bucket.tokens--;
    return 0;
  }
}

export const UNLIMITED: RateLimit = { take: () => 0 };
