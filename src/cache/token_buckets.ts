import { BoundedMap } from "../edge/bounded_map.ts";
import type { Rate } from "./cache.ts";

interface Bucket {
  tokens: number;
  filledAt: number;
}

/** Token buckets in memory. A bucket that is forgotten starts full again. */
export class TokenBuckets {
  readonly #buckets: BoundedMap<string, Bucket>;

  constructor(keys: number) {
    this.#buckets = new BoundedMap(keys);
  }

  /** Milliseconds until there is a token; 0: one was taken. */
  take(key: string, { rate: { perSecond, burst }, now }: { readonly rate: Rate; readonly now: number }): number {
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
