import type { Actors } from "../../actors/runtime/actors.ts";
import { addressOf } from "../../actors/runtime/address.ts";
import { ActorError } from "../../actors/runtime/errors.ts";
import type { Principal } from "../../machines/decision.ts";
import type { ProductCommand } from "../../machines/product/messages.ts";
import type { StockCommand } from "../../machines/stock/messages.ts";
import { demoCatalogue } from "./demo_catalogue.ts";
import type { DemoProduct } from "./demo_product.ts";

const SHOPKEEPER: Principal = { sub: "shopkeeper", roles: ["admin"], stores: [] };

/**
 * Fills an empty shop with the demo catalogue, through the same commands as everybody's. Interrupted, it goes on at the
 * next start: the last product says whether all are there.
 */
export async function stockShelves(
  actors: Pick<Actors, "ask" | "read">,
  { isEmpty }: { readonly isEmpty: boolean },
): Promise<void> {
  const { products } = demoCatalogue;
  const first = products.at(0);
  const last = products.at(-1);
  if (first === undefined || last === undefined) return;
  const begun = isEmpty || await isListed(actors, first);
  if (!begun || await isListed(actors, last)) return;
  await Promise.all(products.slice(0, -1).map((product) => putOut(actors, product)));
  await putOut(actors, last);
}

async function isListed(actors: Pick<Actors, "read">, { sku }: DemoProduct): Promise<boolean> {
  try {
    await actors.read({ address: addressOf("product", sku), principal: SHOPKEEPER });
    return true;
  } catch (error) {
    if (error instanceof ActorError && error.code === "not_readable") return false;
    throw error;
  }
}

/** Stock first: a product on sale has its shelf filled. */
async function putOut(actors: Pick<Actors, "ask">, product: DemoProduct): Promise<void> {
  const { sku, name, category, description, priceMinor, stock } = product;
  const receive: StockCommand = { type: "receive", quantity: stock, reason: "opening stock" };
  const { currency } = demoCatalogue;
  const list: ProductCommand = { type: "list", sku, name, category, description, priceMinor, currency, stocked: true };
  for (const [kind, command] of [["stock", receive], ["product", list]] as const) {
    const to = addressOf(kind, sku);
    const commandId = `opening:${kind}`;
    await actors.ask({ to, command, commandId, fresh: false, principal: SHOPKEEPER, correlationId: "opening" });
  }
}
