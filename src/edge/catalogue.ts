import { z } from "zod";
import type { Actors } from "../../actors/runtime/actors.ts";
import { addressOf, isWellFormedId } from "../../actors/runtime/address.ts";
import { ActorError } from "../../actors/runtime/errors.ts";
import type { Clock } from "../../actors/runtime/ports.ts";
import type { Principal } from "../../machines/decision.ts";
import { Money } from "../../machines/money.ts";
import { BoundedMap } from "./bounded_map.ts";
import type { EdgeMetrics } from "./ports.ts";

/** What the edge must know of a product to put it into a cart. */
export interface CatalogueItem {
  readonly sku: string;
  readonly name: string;
  readonly unitMinor: number;
  readonly currency: string;
  readonly stocked: boolean;
}

/** Where prices come from: never from a client. */
export interface Catalogue {
  /** The product, if it is on sale. */
  find(sku: string): Promise<CatalogueItem | undefined>;
  /** What is known of the product may be wrong: the next `find` asks its actor. */
  invalidate(sku: string): void;
}

export interface CatalogueOptions {
  readonly actors: Pick<Actors, "read">;
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

interface Entry {
  readonly item: CatalogueItem | undefined;
  readonly staleAt: number;
}

/** Reads through to the product's actor and remembers, also that there is no such product. */
export class ActorCatalogue implements Catalogue {
  readonly #options: CatalogueOptions;
  readonly #entries: BoundedMap<string, Entry>;
  /** Look-ups on their way, shared by all who ask meanwhile. One that is invalidated leaves this map first. */
  readonly #underway = new Map<string, Promise<CatalogueItem | undefined>>();

  constructor(options: CatalogueOptions) {
    this.#options = options;
    this.#entries = new BoundedMap(options.items);
  }

  find(sku: string): Promise<CatalogueItem | undefined> {
    const entry = this.#entries.get(sku);
    const isHit = entry !== undefined && entry.staleAt > this.#options.clock.now();
    this.#options.metrics.catalogueAsked(isHit);
    if (isHit) return Promise.resolve(entry.item);
    if (!isWellFormedId(sku, "hash")) return Promise.resolve(undefined);
    return this.#underway.get(sku) ?? this.#load(sku);
  }

  invalidate(sku: string): void {
    this.#entries.delete(sku);
    this.#underway.delete(sku);
  }

  #load(sku: string): Promise<CatalogueItem | undefined> {
    const loading = this.#read(sku).then((item) => {
      // Invalidated meanwhile: it may have been read before the change.
      if (this.#underway.get(sku) !== loading) return item;
      this.#entries.set(sku, { item, staleAt: this.#options.clock.now() + this.#options.ttlMs });
      return item;
    }).finally(() => {
      if (this.#underway.get(sku) === loading) this.#underway.delete(sku);
    });
    this.#underway.set(sku, loading);
    return loading;
  }

  async #read(sku: string): Promise<CatalogueItem | undefined> {
    try {
      const { view } = await this.#options.actors.read({ address: addressOf("product", sku), principal: READER });
      const { status, name, price, stocked } = ProductView.parse(view);
      if (status !== "listed") return undefined;
      return { sku, name, unitMinor: price.minor, currency: price.currency, stocked };
    } catch (error) {
      if (error instanceof ActorError && error.code === "not_readable") return undefined;
      throw error;
    }
  }
}
