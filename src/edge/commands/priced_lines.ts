import { MAX_QUANTITY } from "../../../machines/cart/messages.ts";
import type { OrderLine } from "../../../machines/order/messages.ts";
import type { Catalogue } from "../catalogue.ts";
import { EdgeError, invalid } from "../edge_error.ts";

export interface WantedItem {
  readonly sku: string;
  readonly quantity: number;
}

/** Items at today's prices, one line a SKU. Rejects with `product_is_missing` or `invalid_request`. */
export async function pricedLines(
  items: readonly WantedItem[],
  { catalogue, currency }: { readonly catalogue: Catalogue; readonly currency: string },
): Promise<readonly OrderLine[]> {
  const wanted = new Map<string, number>();
  for (const { sku, quantity } of items) wanted.set(sku, (wanted.get(sku) ?? 0) + quantity);

  return await Promise.all([...wanted].map(async ([sku, quantity]) => {
    if (quantity > MAX_QUANTITY) throw invalid("items", `A line holds at most ${MAX_QUANTITY} pieces`);
    const item = await catalogue.find(sku);
    if (item === undefined) throw new EdgeError("product_is_missing", { sku });
    if (item.currency !== currency) throw invalid("items", `This shop sells in ${currency}`);
    return { lineId: sku, sku, name: item.name, quantity, unitMinor: item.unitMinor, stocked: item.stocked };
  }));
}
