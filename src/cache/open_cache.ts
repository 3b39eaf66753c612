import type { Clock, Identity, Log } from "../../actors/runtime/ports.ts";
import type { Config } from "../config.ts";
import type { CacheMetrics, OpenCache } from "./cache.ts";
import { MemoryCache } from "./memory_cache.ts";
import { RedisCache } from "./redis_cache.ts";

export interface CacheParts {
  readonly identity: Pick<Identity, "incarnation" | "secret">;
  readonly clock: Clock;
  readonly log: Log;
  readonly metrics: CacheMetrics;
}

/** A request waits no longer for what can only make it faster. */
const CALL_MS = 50;
const MEMORY = { entries: 50_000, bytes: 32 * 1024 * 1024, allowances: 100_000 };

/** The cache of this node. Waits for nothing: with Redis away it starts on memory and changes over later. */
export function openCache({ redisUrl }: Pick<Config, "redisUrl">, parts: CacheParts): OpenCache {
  const memory = new MemoryCache({ clock: parts.clock, ...MEMORY });
  return redisUrl === undefined
    ? memory
    : new RedisCache({ url: redisUrl, meanwhile: memory, callMs: CALL_MS, ...parts });
}
