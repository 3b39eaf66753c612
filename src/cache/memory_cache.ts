import type { Clock } from "../../actors/runtime/ports.ts";
import { type Keeping, LONGEST_VALUE, type OpenCache, type Rate } from "./cache.ts";
import { TokenBuckets } from "./token_buckets.ts";

export interface MemoryCacheOptions {
  readonly clock: Clock;
  readonly entries: number;
  readonly bytes: number;
  /** How many allowances are counted at once. */
  readonly allowances: number;
}

interface Entry {
  /** Undefined: what was known is outdated. */
  readonly json?: string;
  readonly version: number;
  readonly staleAt: number;
  readonly bytes: number;
}

/** What an entry costs beside its texts, roughly. */
const ENTRY_BYTES = 200;

/** One node's own memory, bounded in entries and bytes: what was used longest ago goes first. */
export class MemoryCache implements OpenCache {
  readonly #options: MemoryCacheOptions;
  /** In the order of their use. */
  readonly #entries = new Map<string, Entry>();
  readonly #buckets: TokenBuckets;
  #bytes = 0;

  constructor(options: MemoryCacheOptions) {
    this.#options = options;
    this.#buckets = new TokenBuckets(options.allowances);
  }

  /** How much it holds, roughly. */
  get bytes(): number {
    return this.#bytes;
  }

  get(key: string): Promise<string | undefined> {
    const entry = this.#find(key);
    if (entry !== undefined) this.#put(key, entry);
    return Promise.resolve(entry?.json);
  }

  set(key: string, json: string, { ttlMs, version = 0 }: Keeping): Promise<void> {
    const known = this.#find(key);
    if (known !== undefined && known.version > version) return Promise.resolve();
    if (ttlMs >= 1 && json.length <= LONGEST_VALUE) this.#keep(key, { json, version, ttlMs });
    return Promise.resolve();
  }

  outdate(key: string, { version, ttlMs }: Required<Keeping>): Promise<void> {
    const known = this.#find(key);
    if (known !== undefined && known.version >= version) return Promise.resolve();
    if (ttlMs >= 1) this.#keep(key, { version, ttlMs });
    return Promise.resolve();
  }

  delete(key: string): Promise<void> {
    this.#drop(key);
    return Promise.resolve();
  }

  take(key: string, rate: Rate): Promise<number> {
    return Promise.resolve(this.#buckets.take(key, { rate, now: this.#options.clock.now() }));
  }

  [Symbol.asyncDispose](): Promise<void> {
    this.#entries.clear();
    this.#bytes = 0;
    return Promise.resolve();
  }

  #find(key: string): Entry | undefined {
    const entry = this.#entries.get(key);
    if (entry === undefined || entry.staleAt > this.#options.clock.now()) return entry;
    this.#drop(key);
    return undefined;
  }

  #keep(key: string, { json, version, ttlMs }: Required<Keeping> & { readonly json?: string }): void {
    const bytes = ENTRY_BYTES + 2 * (key.length + (json?.length ?? 0));
    this.#put(key, { json, version, bytes, staleAt: this.#options.clock.now() + ttlMs });
    for (const oldest of this.#entries.keys()) {
      if (this.#entries.size <= this.#options.entries && this.#bytes <= this.#options.bytes) break;
      this.#drop(oldest);
    }
  }

  #put(key: string, entry: Entry): void {
    this.#drop(key);
    this.#entries.set(key, entry);
    this.#bytes += entry.bytes;
  }

  #drop(key: string): void {
    const entry = this.#entries.get(key);
    if (entry === undefined) return;
    this.#entries.delete(key);
    this.#bytes -= entry.bytes;
  }
}
