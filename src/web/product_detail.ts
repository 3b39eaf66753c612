import { z } from "zod";
import type { Actors } from "../../actors/runtime/actors.ts";
import { Money } from "../../machines/money.ts";
import { productOnSale } from "../edge/product_on_sale.ts";

const ProductDetail = z.object({
  sku: z.string(),
  name: z.string(),
  price: Money,
  description: z.string(),
  category: z.string(),
  imageUrl: z.string(),
  available: z.int(),
});

/** A product as its own page shows it. */
export type ProductDetail = Readonly<z.infer<typeof ProductDetail>>;

/** The product as it is now; undefined when it is not on sale. */
export async function productDetail(sku: string, actors: Pick<Actors, "read">): Promise<ProductDetail | undefined> {
  const product = await productOnSale(sku, actors);
  return product === undefined ? undefined : ProductDetail.parse(product);
}
