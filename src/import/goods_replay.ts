import { z } from "zod";
import { addressOf } from "../../actors/runtime/address.ts";
import type { ProductCommand } from "../../machines/product/messages.ts";
import type { StockCommand } from "../../machines/stock/messages.ts";
import { FEES } from "../projections/product_listing.ts";
import type { StockMovements } from "../projections/stock_movements.ts";
import type { Goods } from "./goods_survey.ts";
import type { ShopDesk } from "./shop_desk.ts";

export interface GoodsReplayOptions {
  readonly desk: ShopDesk;
  readonly stockMovements: StockMovements;
  readonly currency: string;
  /** Of the file: its goods are delivered once, whatever the file is called. */
  readonly fingerprint: string;
  readonly onDone: () => void;
}

const SIDE_BY_SIDE = 64;
const CORRELATION_ID = "import:goods";
const ProductView = z.object({ price: z.object({ minor: z.number() }) });

/**
 * Puts the file's goods on sale and on the shelf, as many as it sells and writes off, so that no order waits for stock.
 * What is on sale already stays as it is. Returns the catalogue's prices.
 */
export async function replayGoods(
  goods: readonly Goods[],
  options: GoodsReplayOptions,
): Promise<ReadonlyMap<string, number>> {
  const reason = `opening stock for the import of ${options.fingerprint}`;
  const delivered = await options.stockMovements.skusMovedFor(reason);
  const prices = new Map<string, number>();
  const left = goods.values();
  await Promise.all(Array.from({ length: SIDE_BY_SIDE }, async () => {
    for (const item of left) {
      prices.set(item.sku, await putOnSale(item, options));
      if (item.needed > 0 && !delivered.has(item.sku)) await receive(item, { desk: options.desk, reason });
      options.onDone();
    }
  }));
  return prices;
}

/** Returns the price in the catalogue, which may be another one than the file's. */
async function putOnSale(item: Goods, { desk, currency }: GoodsReplayOptions): Promise<number> {
  const { sku, name, priceMinor, stocked } = item;
  const to = addressOf("product", sku);
  const listed = await desk.read(to);
  if (listed !== undefined) return ProductView.parse(listed).price.minor;

  const category = stocked ? {} : { category: FEES };
  const command: ProductCommand = { type: "list", sku, name, priceMinor, currency, stocked, ...category };
  await desk.ask({ to, command, key: "list", correlationId: CORRELATION_ID });
  return priceMinor;
}

async function receive(
  { sku, needed }: Goods,
  { desk, reason }: { readonly desk: ShopDesk; readonly reason: string },
): Promise<void> {
  const command: StockCommand = { type: "receive", quantity: needed, reason };
  await desk.ask({ to: addressOf("stock", sku), command, key: reason, correlationId: CORRELATION_ID });
}
