import { z } from "zod";
import type { Clock, Identity, Log } from "../../actors/runtime/ports.ts";
import { type Cache, type CacheMetrics, type Keeping, LONGEST_VALUE, type OpenCache, type Rate } from "./cache.ts";
import { LinkKeeper } from "./link_keeper.ts";
import { openLink } from "./redis_link.ts";
import { KEEP, TAKE } from "./redis_scripts.ts";
import { type Seal, sealOf } from "./sealing.ts";

/** Where a key's value lies, and how it is closed. */
interface Place {
  readonly seal: Seal;
  readonly name: string;
}

export interface RedisCacheOptions {
  readonly url: string;
  readonly identity: Pick<Identity, "incarnation" | "secret">;
  readonly clock: Clock;
  readonly log: Log;
  readonly metrics: CacheMetrics;
  /** How long one call may take. */
  readonly callMs: number;
  /** Takes over while Redis is away, so it is told of everything too. */
  readonly meanwhile: Cache;
}

const CONNECT_MS = 1000;
const PROOF_MS = 1000;
/** What Redis holds under a name: `<version>:<sealed text>`. */
const HELD = /^(0|[1-9]\d{0,15}):(.*)$/;
/** The text of a version that says only that older ones do not count: no JSON. */
const OUTDATED = "";
const Milliseconds = z.int().min(0);

/** Redis, shared by all nodes of a database; while it is away, this node's own memory. */
export class RedisCache implements OpenCache {
  readonly #options: RedisCacheOptions;
  readonly #keeper: LinkKeeper;

  constructor(options: RedisCacheOptions) {
    this.#options = options;
    const { url, clock } = options;
    this.#keeper = new LinkKeeper({
      ...options,
      open: (onClosed) => openLink({ url, clock, timeoutMs: CONNECT_MS, onClosed }),
      // A replica, or a server that is full, answers questions: only a write proves anything.
      prove: (link) => link.set(this.#placeOf("proof/written").name, "", PROOF_MS),
    });
  }

  async get(key: string): Promise<string | undefined> {
    const place = this.#placeOf(key);
    const used = await this.#keeper.use((link) => link.get(place.name));
    if (used.ok) return used.result === null ? undefined : this.#read(used.result, place);
    if (used.error.reason === "WRONGTYPE") this.#clear(place);
    return used.error.failure === "refused" ? undefined : await this.#options.meanwhile.get(key);
  }

  async set(key: string, json: string, keeping: Keeping): Promise<void> {
    await this.#options.meanwhile.set(key, json, keeping);
    const { ttlMs, version = 0 } = keeping;
    if (ttlMs < 1 || json.length > LONGEST_VALUE) return;
    await this.#keep(this.#placeOf(key), { text: json, version, ttlMs, same: "replaced" });
  }

  async outdate(key: string, before: Required<Keeping>): Promise<void> {
    await this.#options.meanwhile.outdate(key, before);
    if (before.ttlMs < 1) return;
    await this.#keep(this.#placeOf(key), { ...before, text: OUTDATED, same: "kept" });
  }

  async delete(key: string): Promise<void> {
    await this.#options.meanwhile.delete(key);
    const { name } = this.#placeOf(key);
    await this.#keeper.use((link) => link.delete(name));
  }

  async take(key: string, rate: Rate): Promise<number> {
    const { name } = this.#placeOf(key);
    const used = await this.#keeper.use((link) => link.run(TAKE, name, [rate.perSecond, rate.burst]));
    const waitMs = used.ok ? Milliseconds.safeParse(used.result) : undefined;
    return waitMs?.success ? waitMs.data : await this.#options.meanwhile.take(key, rate);
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await this.#keeper[Symbol.asyncDispose]();
  }

  async #keep(
    { seal, name }: Place,
    { text, version, ttlMs, same }: Required<Keeping> & { readonly text: string; readonly same: "kept" | "replaced" },
  ): Promise<void> {
    const sealed = seal.close(text, version);
    await this.#keeper.use((link) => link.run(KEEP, name, [version, sealed, Math.floor(ttlMs), same]));
  }

  #read(held: string, place: Place): string | undefined {
    const [, version = "", sealed = ""] = HELD.exec(held) ?? [];
    const text = place.seal.open(sealed, Number(version));
    // Nobody who knows the secret wrote it: a later value must not be taken for older than this.
    if (text === undefined) this.#clear(place);
    return text === OUTDATED ? undefined : text;
  }

  #clear({ name }: Place): void {
    void this.#keeper.use((link) => link.delete(name));
  }

  #placeOf(key: string): Place {
    const { identity } = this.#options;
    const seal = sealOf(key, identity);
    const kind = key.slice(0, Math.max(0, key.indexOf("/")));
    return { seal, name: `vitrine:${identity.incarnation}:${kind}:${seal.name}` };
  }
}
