import type { Look } from "../web/picture/look.ts";

/** A product of the demo shop, as it is listed and stocked when the database is empty. */
export interface DemoProduct {
  readonly sku: string;
  readonly name: string;
  readonly category: string;
  readonly description: string;
  readonly priceMinor: number;
  readonly stock: number;
  readonly look: Look;
}

/** The products of one shelf, before they know its name. */
export type ShelfItem = Omit<DemoProduct, "category">;

export function shelf(category: string, items: readonly ShelfItem[]): readonly DemoProduct[] {
  return items.map((item) => ({ ...item, category }));
}
