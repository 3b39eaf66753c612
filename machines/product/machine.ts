import { assign, setup, type SnapshotFrom } from "xstate";
import { evolver } from "../evolver.ts";
import type { ProductEvent } from "./messages.ts";

export interface ProductContext {
  readonly sku: string;
  readonly name: string;
  readonly priceMinor: number;
  readonly currency: string;
  readonly description: string;
  readonly category: string;
  readonly stocked: boolean;
  /** Counts the prices this product has had; 0 while it was never listed. */
  readonly priceVersion: number;
}

const types: { readonly context?: ProductContext; readonly events?: ProductEvent } = {};

/** Which facts may follow which in the life of a product. */
export const productMachine = setup({
  types,
  actions: { record: assign(({ context, event }) => changeBy(context, event)) },
}).createMachine({
  id: "product",
  context: unlisted(""),
  initial: "absent",
  states: {
    absent: { on: { listed: { target: "listed", actions: "record" } } },
    listed: {
      on: {
        changed: { actions: "record" },
        price_changed: { actions: "record" },
        withdrawn: { target: "withdrawn", actions: "record" },
      },
    },
    withdrawn: { on: { listed: { target: "listed", actions: "record" } } },
  },
});

export type Product = SnapshotFrom<typeof productMachine>;

export function initial(sku: string): Product {
  return productMachine.resolveState({ value: "absent", context: unlisted(sku) });
}

/** Moves the product by a fact; one that has no arrow here changes nothing. */
export const evolve: (product: Product, event: ProductEvent) => Product = evolver(productMachine);

function unlisted(sku: string): ProductContext {
  return { sku, name: "", priceMinor: 0, currency: "", description: "", category: "", stocked: true, priceVersion: 0 };
}

function changeBy(product: ProductContext, event: ProductEvent): Partial<ProductContext> {
  switch (event.type) {
    case "listed": {
      const { name, priceMinor, currency, description, category, stocked, priceVersion } = event;
      return { name, priceMinor, currency, description, category, stocked, priceVersion };
    }
    case "changed":
      return {
        name: event.name ?? product.name,
        description: event.description ?? product.description,
        category: event.category ?? product.category,
      };
    case "price_changed":
      return { priceMinor: event.newMinor, priceVersion: event.priceVersion };
    case "withdrawn":
      return {};
  }
}
