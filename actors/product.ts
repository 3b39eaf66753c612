import { z } from "zod";
import type { Principal } from "../machines/decision.ts";
import { isTrusted } from "../machines/customer/owner.ts";
import { type Money, money } from "../machines/money.ts";
import { decide } from "../machines/product/decide.ts";
import { evolve, initial, type Product, type ProductContext, productMachine } from "../machines/product/machine.ts";
import { ProductCommand, type ProductEvent } from "../machines/product/messages.ts";
import type { Kind, Place, StoredState } from "./runtime/kind.ts";

const StoredProduct = z.object({
  value: z.enum(["absent", "listed", "withdrawn"]),
  context: z.custom<ProductContext>((context) => typeof context === "object" && context !== null),
});

/** The catalogue's entry for a SKU: anybody reads it, admins and services change it. */
export const product: Kind<Product, ProductCommand, ProductEvent> = {
  name: "product",
  routing: "hash",
  schemaVersion: 1,
  parse: (command) => ProductCommand.parse(command),
  initial,
  decide,
  evolve,
  tells: () => [],
  mayCommand,
  mayRead: (state, _principal, feed) => feed === undefined && !state.matches("absent"),
  feedOf: () => undefined,
  view: productView,
  feedState: () => null,
  frame: () => undefined,
  freeze: ({ value, context }) => ({ value, context }),
  thaw,
};

export interface ProductView {
  readonly sku: string;
  readonly name: string;
  readonly price: Money;
  readonly description: string;
  readonly category: string;
  readonly imageUrl: string;
  readonly priceVersion: number;
  readonly status: Product["value"];
  readonly stocked: boolean;
  readonly version: number;
  readonly cursor: string;
}

function productView({ context, value }: Product, { version, cursor }: Place): ProductView {
  const { sku, name, priceMinor, currency, description, category, priceVersion, stocked } = context;
  return {
    sku,
    name,
    price: money(priceMinor, currency),
    description,
    category,
    imageUrl: `/images/products/${encodeURIComponent(sku)}.svg`,
    priceVersion,
    status: value,
    stocked,
    version,
    cursor,
  };
}

function mayCommand({ context }: Product, principal: Principal, command: ProductCommand): boolean {
  if (command.type === "list" && command.sku !== context.sku) return false;
  return isTrusted(principal);
}

function thaw(stored: StoredState): Product {
  return productMachine.resolveState(StoredProduct.parse(stored));
}
