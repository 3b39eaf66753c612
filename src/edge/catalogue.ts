import { z } from "zod";
import type { Actors } from "../../actors/runtime/actors.ts";
import { addressOf, isWellFormedId } from "../../actors/runtime/address.ts";
import { ActorError } from "../../actors/runtime/errors.ts";
import type { Clock } from "../../actors/runtime/ports.ts";
import type { Principal } from "../../machines/decision.ts";
import { Money } from "../../machines/money.ts";
import { Currency, UnitMinor } from "../../machines/product/messages.ts";
import type { Cache } from "../cache/cache.ts";
import { parsedJson } from "../cache/parsed_json.ts";
import { BoundedMap } from "./bounded_map.ts";
import type { EdgeMetrics } from "./ports.ts";

const CatalogueItem = z.strictObject({
  sku: z.string(),
  name: z.string(),
  unitMinor: UnitMinor,
  currency: Currency,
  stocked: z.boolean(),
});

/** What the edge must know of a product to put it into a cart. */
export type CatalogueItem = Readonly<z.infer<typeof CatalogueItem>>;

/** Where prices come from: never from a client. */
export interface Catalogue {
  /** The product, if it is on sale. */
  find(sku: string): Promise<CatalogueItem | undefined>;
  /**
   * What is known of the product may be wrong: the next `find` asks its actor. With the version of the change, no node
   * learns what was before it from this one or another.
   */
  invalidate(sku: string, version?: number): void;
}

export interface CatalogueOptions {
  readonly actors: Pick<Actors, "read">;
  readonly cache: Pick<Cache, "get" | "set" | "outdate">;
  readonly clock: Clock;
  readonly metrics: Pick<EdgeMetrics, "catalogueAsked">;
  readonly items: number;
  /** How long another node's change of price may go unnoticed. */
  readonly ttlMs: number;
}

const READER: Principal = { sub: "catalogue", roles: [], stores: [] };

const ProductView = z.object({
  sku: z.string(),
  name: z.string(),
  price: Money,
  stocked: z.boolean(),
  status: z.string(),
});

/** A product as its actor showed it, or null when it is not on sale, and by when it was asked: epoch milliseconds. */
const Shared = z.strictObject({ item: CatalogueItem.nullable(), readAt: z.number() });

interface Seen {
  readonly item: CatalogueItem | undefined;
  readonly readAt: number;
}

interface Lookup {
  readonly startedAt: number;
  readonly found: Promise<CatalogueItem | undefined>;
}

interface Entry {
  readonly item: CatalogueItem | undefined;
  readonly staleAt: number;
}

/**
 * Reads through to the product's actor and remembers, also that there is no such product: in this node's memory, and in
 * the cache for the other nodes. The age counts from before the actor was asked, and travels with what is shared: it is
 * never more than `ttlMs`, through however many hands it went.
 */
export class ActorCatalogue implements Catalogue {
  readonly #options: CatalogueOptions;
  readonly #entries: BoundedMap<string, Entry>;
  /** Look-ups on their way, shared by all who ask soon after. One that is invalidated leaves this map first. */
  readonly #underway = new Map<string, Lookup>();
  /** Changed here a moment ago: until when others may still share what was before. */
  readonly #changed: BoundedMap<string, number>;

  constructor(options: CatalogueOptions) {
    this.#options = options;
    this.#entries = new BoundedMap(options.items);
    this.#changed = new BoundedMap(options.items);
  }

  find(sku: string): Promise<CatalogueItem | undefined> {
    const { metrics, clock, ttlMs } = this.#options;
    const now = clock.now();
    const entry = this.#entries.get(sku);
    const isHit = entry !== undefined && entry.staleAt > now;
    metrics.catalogueAsked(isHit);
    if (isHit) return Promise.resolve(entry.item);
    if (!isWellFormedId(sku, "hash")) return Promise.resolve(undefined);
    const underway = this.#underway.get(sku);
    // One that takes that long may have seen what is too old by now.
    return underway !== undefined && underway.startedAt + ttlMs > now ? underway.found : this.#load(sku);
  }

  invalidate(sku: string, version?: number): void {
    const { cache, clock, ttlMs } = this.#options;
    this.#entries.delete(sku);
    this.#underway.delete(sku);
    this.#changed.set(sku, clock.now() + ttlMs);
    // Whatever is older than this change is too old to count by the time this is forgotten.
    if (version !== undefined) void cache.outdate(keyOf(sku), { version, ttlMs });
  }

  #load(sku: string): Promise<CatalogueItem | undefined> {
    const { clock, ttlMs } = this.#options;
    const found = this.#look(sku).then(({ item, readAt }) => {
      // Invalidated meanwhile: it may have been read before the change.
      if (this.#underway.get(sku) === lookup) {
        this.#entries.set(sku, { item, staleAt: Math.min(readAt, clock.now()) + ttlMs });
      }
      return item;
    }).finally(() => {
      if (this.#underway.get(sku) === lookup) this.#underway.delete(sku);
    });
    const lookup: Lookup = { startedAt: clock.now(), found };
    this.#underway.set(sku, lookup);
    return found;
  }

  async #look(sku: string): Promise<Seen> {
    return await this.#shared(sku) ?? await this.#read(sku);
  }

  /** What another node saw, if it is young enough. */
  async #shared(sku: string): Promise<Seen | undefined> {
    const { cache, clock, ttlMs } = this.#options;
    if ((this.#changed.get(sku) ?? 0) > clock.now()) return undefined;
    const shared = parsedJson(await cache.get(keyOf(sku)), Shared);
    if (shared === undefined || shared.readAt + ttlMs <= clock.now()) return undefined;
    const { item, readAt } = shared;
    return item === null || item.sku === sku ? { item: item ?? undefined, readAt } : undefined;
  }

  async #read(sku: string): Promise<Seen> {
    const readAt = this.#options.clock.now();
    try {
      const { view, version } = await this.#options.actors.read({
        address: addressOf("product", sku),
        principal: READER,
      });
      const { status, name, price, stocked } = ProductView.parse(view);
      const listed = { sku, name, unitMinor: price.minor, currency: price.currency, stocked };
      const seen = { item: status === "listed" ? listed : undefined, readAt };
      this.#share(seen, { sku, version });
      return seen;
    } catch (error) {
      // Not shared: anybody may ask for what does not exist.
      if (error instanceof ActorError && error.code === "not_readable") return { item: undefined, readAt };
      throw error;
    }
  }

  #share({ item, readAt }: Seen, { sku, version }: { readonly sku: string; readonly version: number }): void {
    const { cache, clock, ttlMs } = this.#options;
    const shared: z.infer<typeof Shared> = { item: item ?? null, readAt };
    void cache.set(keyOf(sku), JSON.stringify(shared), { version, ttlMs: readAt + ttlMs - clock.now() });
  }
}

function keyOf(sku: string): string {
  return `product/${sku}`;
}
