import { z } from "zod";
import { addressOf } from "../../../actors/runtime/address.ts";
import { Currency, type ProductCommand, ProductName, Sku, UnitMinor } from "../../../machines/product/messages.ts";
import type { StockCommand } from "../../../machines/stock/messages.ts";
import { type EdgeError, invalid } from "../edge_error.ts";
import { command, type CommandDeps, type CommandResult, type CommandSpec } from "./command.ts";
import { ADMINS } from "./roles.ts";
import type { Wish } from "./wish.ts";

const Price = z.strictObject({ minor: UnitMinor, currency: Currency });
const Description = z.string().max(4000);
const Category = z.string().max(100);
const Pieces = z.int().min(1).max(1_000_000_000);

const create = command({
  name: "product.create",
  summary: "Puts a product on sale.",
  roles: ADMINS,
  creates: true,
  params: z.strictObject({
    sku: Sku,
    name: ProductName,
    price: Price,
    description: Description.optional(),
    category: Category.optional(),
    /** False for fees and services: nothing is reserved for them. */
    stocked: z.boolean().default(true),
    /** How many pieces there are to begin with. */
    stock: Pieces.optional(),
  }).refine(({ stocked, stock }) => stocked || stock === undefined, {
    path: ["stock"],
    error: "What is not stocked has none",
  }),
  async run({ price, stock, ...product }, wish, deps): Promise<CommandResult> {
    const { sku } = product;
    const listing: ProductCommand = { type: "list", priceMinor: price.minor, currency: price.currency, ...product };
    const intent = JSON.stringify({ ...listing, stock });
    const result = await act({ sku, action: listing, intent }, wish, deps);
    if (!result.ok) return result;

    const received = stock === undefined || await receiveFirst({ sku, quantity: stock }, wish);
    return received === true ? { ...result, status: 201 } : received;
  },
});

const change = command({
  name: "product.change",
  summary: "Changes a product; every price it ever had is kept.",
  roles: ADMINS,
  params: z.strictObject({
    sku: Sku,
    name: ProductName.optional(),
    price: Price.optional(),
    description: Description.optional(),
    category: Category.optional(),
  }),
  async run({ sku, price, ...texts }, wish, deps): Promise<CommandResult> {
    const changing: ProductCommand = { type: "change", priceMinor: price?.minor, ...texts };
    const isSoldOtherwise = price === undefined ? undefined : await otherCurrency(sku, price.currency, deps);
    const intent = JSON.stringify(changing);
    return await act({ sku, action: isSoldOtherwise ?? changing, intent }, wish, deps);
  },
});

const withdraw = command({
  name: "product.withdraw",
  summary: "Takes a product off sale.",
  roles: ADMINS,
  params: z.strictObject({ sku: Sku }),
  run: ({ sku }, wish, deps) => act({ sku, action: { type: "withdraw" } }, wish, deps),
});

export const productCommands: readonly CommandSpec[] = [create, change, withdraw];

/**
 * The first delivery of a product that was just listed: true, or why not. It comes after the listing, which is refused
 * when the product is there already; a repeat that finds the listing done finishes the delivery, once.
 */
async function receiveFirst(
  { sku, quantity }: { readonly sku: string; readonly quantity: number },
  wish: Wish,
): Promise<true | CommandResult> {
  const receiving: StockCommand = { type: "receive", quantity, reason: "opening stock" };
  const answer = await wish.ask(addressOf("stock", sku), receiving);
  return answer.ok ? true : wish.result(answer);
}

async function act(
  { sku, action, intent }: {
    readonly sku: string;
    readonly action: ProductCommand | EdgeError;
    readonly intent?: string;
  },
  wish: Wish,
  { catalogue }: CommandDeps,
): Promise<CommandResult> {
  try {
    return wish.result(await wish.ask(addressOf("product", sku), action, intent === undefined ? {} : { intent }));
  } finally {
    // Whatever came of it: what is remembered may be wrong by now.
    catalogue.invalidate(sku);
  }
}

/** A product keeps its currency: the number alone would mean another price. Undefined when it is the same. */
async function otherCurrency(
  sku: string,
  currency: string,
  { catalogue }: CommandDeps,
): Promise<EdgeError | undefined> {
  const item = await catalogue.find(sku);
  if (item === undefined || item.currency === currency) return undefined;
  return invalid("price.currency", `It is sold in ${item.currency}`);
}
