import { z } from "zod";
import type { Actors } from "../../actors/runtime/actors.ts";
import { addressOf } from "../../actors/runtime/address.ts";
import { ActorError } from "../../actors/runtime/errors.ts";
import { MAX_QUANTITY } from "../../machines/cart/messages.ts";
import type { Principal } from "../../machines/decision.ts";

/** Anybody may look. */
const VISITOR: Principal = { sub: "visitor", roles: [], stores: [] };

/** Stock items show more than visitors may see: of what this reader is told, only `available` is passed on. */
const STOCK_READER: Principal = { sub: "shelves", roles: ["service"], stores: [] };

const ProductView = z.looseObject({ status: z.string(), stocked: z.boolean() });
const StockView = z.object({ available: z.int() });

/** A product as its actor shows it. */
export interface ProductOnSale extends z.infer<typeof ProductView> {
  readonly version: number;
  /** How many can be had now; of what is never counted, such as a service, as many as a line holds. */
  readonly available: number;
}

/** The product as it is now; undefined when it is not on sale. Rejects with `ActorError`. */
export async function productOnSale(sku: string, actors: Pick<Actors, "read">): Promise<ProductOnSale | undefined> {
  const address = addressOf("product", sku);
  const { view, version } = await actors.read({ address, principal: VISITOR }).catch(nobody);
  if (view === undefined) return undefined;
  const product = ProductView.parse(view);
  if (product.status !== "listed") return undefined;
  return { ...product, version, available: product.stocked ? await availableOf(sku, actors) : MAX_QUANTITY };
}

async function availableOf(sku: string, actors: Pick<Actors, "read">): Promise<number> {
  const { view } = await actors.read({ address: addressOf("stock", sku), principal: STOCK_READER });
  return StockView.parse(view).available;
}

function nobody(error: unknown): { readonly view: undefined; readonly version: 0 } {
  if (error instanceof ActorError && error.code === "not_readable") return { view: undefined, version: 0 };
  throw error;
}
