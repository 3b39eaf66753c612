import { Redis as Client } from "ioredis";
import type { CacheMetrics } from "../../src/cache/cache.ts";
import { MemoryCache } from "../../src/cache/memory_cache.ts";
import { RedisCache } from "../../src/cache/redis_cache.ts";
import { monotonicClock } from "../../src/clock/monotonic_clock.ts";
import { until } from "../harness/until.ts";

export interface NodeOptions {
  readonly url: string;
  readonly incarnation?: string;
  /** Generous unless the test is about it: the machine may be busy. */
  readonly callMs?: number;
}

export interface RedisNode extends AsyncDisposable {
  readonly cache: RedisCache;
  /** What was logged, in one text a line. */
  readonly lines: string[];
  readonly failures: () => number;
  /** Resolves once the node has, or has no, Redis. */
  isBack(): Promise<void>;
  isAway(): Promise<void>;
}

/** A node's cache on a Redis, whether or not that is there. */
export function redisNode({ url, incarnation = "first", callMs = 10_000 }: NodeOptions): RedisNode {
  const lines: string[] = [];
  let failures = 0;
  let away: boolean | undefined;
  const write = (event: string, fields = {}): void => void lines.push(`${event} ${JSON.stringify(fields)}`);
  const metrics: CacheMetrics = { cacheFailed: () => void failures++, cacheAway: (isAway) => void (away = isAway) };
  const clock = monotonicClock(Date.now());
  const cache = new RedisCache({
    url,
    identity: { incarnation, secret: "5e".repeat(32) },
    clock,
    log: { info: write, warn: write, error: write },
    metrics,
    meanwhile: new MemoryCache({ clock, entries: 1000, bytes: 10_000_000, allowances: 1000 }),
    callMs,
  });
  const becomes = (wanted: boolean): Promise<void> =>
    until(() => away === wanted, { withinMs: 30_000, what: () => `Redis to be ${wanted ? "away" : "back"}\n${lines}` });
  return {
    cache,
    lines,
    failures: () => failures,
    isBack: () => becomes(false),
    isAway: () => becomes(true),
    [Symbol.asyncDispose]: () => cache[Symbol.asyncDispose](),
  };
}

export type Stranger = Client & AsyncDisposable;

/** Somebody else who has a connection to that Redis. */
export function stranger(url: string): Stranger {
  const client = new Client(url);
  return Object.assign(client, { [Symbol.asyncDispose]: () => Promise.resolve(client.disconnect()) });
}
