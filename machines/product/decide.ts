import { accept, acceptNothing, type Decision, refuse } from "../decision.ts";
import type { Product, ProductContext } from "./machine.ts";
import type { ProductCommand, ProductEvent, ProductRefusal } from "./messages.ts";

type ProductDecision = Decision<ProductEvent, ProductRefusal>;
type Of<Type extends ProductCommand["type"]> = Extract<ProductCommand, { type: Type }>;

/** Decides what a command does to a product. Every price it ever had is a fact with its version. */
export function decide(product: Product, command: ProductCommand): ProductDecision {
  if (command.type === "list") return list(product, command);
  if (product.matches("absent")) return refuse("product_is_missing");

  switch (command.type) {
    case "change":
      return product.matches("withdrawn") ? refuse("product_is_missing") : change(product.context, command);
    case "withdraw":
      return product.matches("withdrawn") ? acceptNothing() : accept([{ type: "withdrawn" }]);
  }
}

function list(product: Product, command: Of<"list">): ProductDecision {
  if (product.matches("listed")) return refuse("product_exists");

  const { priceMinor, priceVersion, currency } = product.context;
  const isOldPrice = priceVersion > 0 && command.priceMinor === priceMinor && command.currency === currency;
  return accept([{
    type: "listed",
    name: command.name,
    priceMinor: command.priceMinor,
    currency: command.currency,
    description: command.description ?? "",
    category: command.category ?? "",
    stocked: command.stocked,
    priceVersion: isOldPrice ? priceVersion : priceVersion + 1,
  }]);
}

function change(product: ProductContext, wish: Of<"change">): ProductDecision {
  return accept([...textChange(product, wish), ...priceChange(product, wish)]);
}

function textChange(product: ProductContext, wish: Of<"change">): readonly ProductEvent[] {
  const different = {
    ...(wish.name !== undefined && wish.name !== product.name && { name: wish.name }),
    ...(wish.description !== undefined && wish.description !== product.description &&
      { description: wish.description }),
    ...(wish.category !== undefined && wish.category !== product.category && { category: wish.category }),
  };
  return Object.keys(different).length === 0 ? [] : [{ type: "changed", ...different }];
}

function priceChange({ priceMinor, priceVersion }: ProductContext, wish: Of<"change">): readonly ProductEvent[] {
  const newMinor = wish.priceMinor;
  if (newMinor === undefined || newMinor === priceMinor) return [];
  return [{ type: "price_changed", oldMinor: priceMinor, newMinor, priceVersion: priceVersion + 1 }];
}
