/** How fast an allowance comes back, and how much of it may be used at once after a rest. */
export interface Rate {
  readonly perSecond: number;
  readonly burst: number;
}

export interface Keeping {
  /** Forgotten after so long, or before. */
  readonly ttlMs: number;
  /** What the value is a version of; 0 when absent. An older version never takes the place of a newer one. */
  readonly version?: number;
}

/** A value longer than this, in UTF-16 units, is not kept. */
export const LONGEST_VALUE = 256 * 1024;

/**
 * What nodes remember for each other: never the truth. Whatever it holds may be gone at any moment, and losing it costs
 * latency only.
 *
 * No call rejects or takes longer than a moment, whatever has happened to what is behind it: then nothing is found,
 * nothing is kept, and allowances are this node's own. What was deleted or outdated meanwhile may be found again until
 * its `ttlMs` is over; whoever cannot bear that writes into the value until when it counts.
 *
 * A key is any text: what stands before its first slash names what kind of thing it is and is shown to operators, the
 * rest is hidden, as are the values. Two databases never see each other's keys. No call touches more than one key.
 */
export interface Cache {
  /** The JSON text, as it was set under this very key. The reader parses it: another release may have written it. */
  get(key: string): Promise<string | undefined>;
  /** Keeps it, unless a newer version is known. What is too long, or has no time left, changes nothing. */
  set(key: string, json: string, keeping: Keeping): Promise<void>;
  /** Forgets every version before this one, and lets none of them in for `ttlMs`. */
  outdate(key: string, before: Required<Keeping>): Promise<void>;
  delete(key: string): Promise<void>;
  /**
   * Takes one from the allowance of `key`, atomically among all nodes. Milliseconds to wait first; 0: go ahead. An
   * allowance that is forgotten starts full again.
   */
  take(key: string, rate: Rate): Promise<number>;
}

export interface OpenCache extends Cache, AsyncDisposable {}

export interface CacheMetrics {
  /** A call failed, or took too long. */
  cacheFailed(): void;
  /** Whether the nodes' common memory cannot be had at present. */
  cacheAway(isAway: boolean): void;
}
