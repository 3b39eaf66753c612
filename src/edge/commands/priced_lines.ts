import { MAX_QUANTITY } from "../../../machines/cart/messages.ts";
import type { OrderLine } from "../../../machines/order/messages.ts";
import type { Catalogue } from "../catalogue.ts";
import { EdgeError, invalid } from "../edge_error.ts";

export interface WantedItem {
  readonly sku: string;
  readonly quantity: number;
}

/**
 * Items at today's prices, one line a SKU; `product_is_missing` or `invalid_request` when they are not on sale today.
 * Rejects with `invalid_request` when nobody can ever have them.
 */
export async function pricedLines(
  items: readonly WantedItem[],
  { catalogue, currency }: { readonly catalogue: Catalogue; readonly currency: string },
): Promise<readonly OrderLine[] | EdgeError> {
  const wanted = new Map<string, number>();
  for (const { sku, quantity } of items) wanted.set(sku, (wanted.get(sku) ?? 0) + quantity);
  if (Math.max(...wanted.values()) > MAX_QUANTITY) {
    throw invalid("items", `A line holds at most ${MAX_QUANTITY} pieces`);
  }

  const found = await Promise.all([...wanted.keys()].map((sku) => catalogue.find(sku)));
  const lines: OrderLine[] = [];
  for (const [index, [sku, quantity]] of [...wanted].entries()) {
    const item = found[index];
    if (item === undefined) return new EdgeError("product_is_missing", { sku });
    if (item.currency !== currency) return invalid("items", `This shop sells in ${currency}`);
    lines.push({ lineId: sku, sku, name: item.name, quantity, unitMinor: item.unitMinor, stocked: item.stocked });
  }
  return lines;
}
