import type { Money } from "../../machines/money.ts";

/** A product as lists show it. */
export interface ListedProduct {
  readonly sku: string;
  readonly name: string;
  readonly price: Money;
  readonly imageUrl: string;
  readonly available: number;
  readonly category?: string;
}

export interface Page<Item> {
  readonly items: readonly Item[];
  /** Where the next page begins; opaque. */
  readonly next: string | null;
}

/** The catalogue as people browse it: a projection, so a little behind. */
export interface ProductListing {
  search(query: { readonly q?: string; readonly after?: string; readonly limit: number }): Promise<Page<ListedProduct>>;
}

/** Orders of that customer and of those stores, either; all of them when neither is given. */
export interface OrderQuery {
  readonly customerId?: string;
  readonly storeIds?: readonly string[];
  readonly status?: string;
  readonly after?: string;
  readonly limit: number;
}

/** Orders by who may see them: a projection, so a little behind. */
export interface OrderListing {
  list(query: OrderQuery): Promise<Page<unknown>>;
}

export interface Projector {
  /**
   * Resolves when the lists show everything that was committed in these partitions when it was called. That may take for
   * ever: by the signal, whoever waits no longer is let go.
   */
  caughtUp(partitions: readonly number[], signal?: AbortSignal): Promise<void>;
}

/** What the edge counts. Called on the hot path. */
export interface EdgeMetrics {
  orderCreated(tookMs: number): void;
  catalogueAsked(hit: boolean): void;
  /** Prometheus text of everything that this node counts. */
  exposition(): string | Promise<string>;
}

/** Whether this node can commit and route now; the reasons when it cannot. */
export type Ready = () => { readonly ok: boolean; readonly reasons: readonly string[] };
