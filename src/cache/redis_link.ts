import { Redis, ReplyError } from "ioredis";
import type { Clock } from "../../actors/runtime/ports.ts";

/**
 * Why a call to Redis came to nothing.
 *
 * - `closed`: there is no connection, or it ended meanwhile.
 * - `unusable`: Redis answered that it cannot serve anybody now: it is loading, a replica, or does not know us.
 * - `refused`: Redis is there and turned this one call away.
 * - `late`: it took too long; nobody knows what became of it.
 */
export type LinkFailure = "closed" | "unusable" | "refused" | "late";

export class LinkError extends Error {
  override readonly name = "LinkError";

  /** `reason` is Redis's own word, such as `WRONGTYPE`, or the system's, such as `ECONNREFUSED`. */
  constructor(readonly failure: LinkFailure, readonly reason: string) {
    super(`Cannot call Redis: ${reason}`);
  }
}

/** One connection to Redis, for as long as it lasts. Rejects with `LinkError` alone, and has no limit of time. */
export interface Link {
  get(name: string): Promise<string | null>;
  set(name: string, value: string, ttlMs: number): Promise<void>;
  delete(name: string): Promise<void>;
  /** Runs a script on one key. */
  run(script: string, name: string, args: readonly (string | number)[]): Promise<unknown>;
  close(): void;
}

export interface LinkOptions {
  /** `redis://` or `rediss://`, with user, password and number of the database where needed. */
  readonly url: string;
  readonly clock: Clock;
  /** How long it may take to connect and to be let in. */
  readonly timeoutMs: number;
  /** Called once when the connection ends, also by `close`. */
  onClosed(): void;
}

const UNUSABLE = new Set(["LOADING", "MASTERDOWN", "CLUSTERDOWN", "READONLY", "NOAUTH", "WRONGPASS", "NOPERM"]);
/** How long a connection may take to end nicely. */
const CLOSING_MS = 100;

/**
 * Connects. The only file that knows the library: it neither queues nor tries again for us, so a call fails at once
 * when there is no connection.
 */
export async function openLink({ url, clock, timeoutMs, onClosed }: LinkOptions): Promise<Link> {
  const redis = new Redis(url, {
    lazyConnect: true,
    enableOfflineQueue: false,
    enableReadyCheck: false,
    retryStrategy: () => null,
    maxRetriesPerRequest: 0,
    autoResendUnfulfilledCommands: false,
    // Version 3 brings nothing here, and old servers do not know it.
    protocol: 2,
    disableClientInfo: true,
    connectTimeout: timeoutMs,
    disconnectTimeout: CLOSING_MS,
  });
  let trouble: unknown;
  redis.on("error", (error) => trouble ??= error);
  // The library waits for ever for a server that takes the connection and then says nothing.
  const cancel = clock.after(timeoutMs, () => redis.disconnect());
  try {
    await redis.connect();
    // Such as a database that is not there: the library would go on with another.
    if (trouble !== undefined) throw trouble;
  } catch (error) {
    redis.disconnect();
    throw linkError(trouble ?? error);
  } finally {
    cancel();
  }
  redis.once("end", onClosed);

  async function tell<Reply>(call: Promise<Reply>): Promise<Reply> {
    try {
      return await call;
    } catch (error) {
      throw linkError(error);
    }
  }

  return {
    get: (name) => tell(redis.get(name)),
    set: async (name, value, ttlMs) => void await tell(redis.set(name, value, "PX", ttlMs)),
    delete: async (name) => void await tell(redis.del(name)),
    run: (script, name, args) => tell(redis.eval(script, 1, name, ...args)),
    close: () => redis.disconnect(),
  };
}

function linkError(error: unknown): LinkError {
  if (error instanceof ReplyError && error instanceof Error) {
    const [word = "ERR"] = error.message.split(" ");
    return new LinkError(UNUSABLE.has(word) ? "unusable" : "refused", /^[A-Z]+$/.test(word) ? word : "ERR");
  }
  const code = error instanceof Error && "code" in error ? String(error.code) : "connection closed";
  return new LinkError("closed", code);
}
