import { z } from "zod";
import type { Actors } from "../../actors/runtime/actors.ts";
import { ActorError } from "../../actors/runtime/errors.ts";
import type { Principal } from "../../machines/decision.ts";
import { Money } from "../../machines/money.ts";

/** A product as its own page shows it. */
export interface ProductDetail {
  readonly sku: string;
  readonly name: string;
  readonly price: Money;
  readonly description: string;
  readonly category: string;
  readonly imageUrl: string;
  readonly available: number;
}

const VISITOR: Principal = { sub: "visitor", roles: [], stores: [] };
/** Shown for what is never counted, such as a service. */
const UNCOUNTED = 10_000;

const ProductView = z.object({
  sku: z.string(),
  name: z.string(),
  price: Money,
  description: z.string(),
  category: z.string(),
  imageUrl: z.string(),
  status: z.string(),
  stocked: z.boolean(),
});

const StockView = z.object({ available: z.int() });

/** The product as it is now; undefined when it is not on sale. */
export async function productDetail(sku: string, actors: Pick<Actors, "read">): Promise<ProductDetail | undefined> {
  const product = await read(`product/${sku}`, ProductView, actors);
  if (product?.status !== "listed") return undefined;
  const stock = product.stocked ? await read(`stock/${sku}`, StockView, actors) : { available: UNCOUNTED };
  return { ...product, available: stock?.available ?? 0 };
}

async function read<View>(
  address: `product/${string}` | `stock/${string}`,
  shape: z.ZodType<View>,
  actors: Pick<Actors, "read">,
): Promise<View | undefined> {
  try {
    return shape.parse((await actors.read({ address, principal: VISITOR })).view);
  } catch (error) {
    if (error instanceof ActorError && error.code === "not_readable") return undefined;
    throw error;
  }
}
