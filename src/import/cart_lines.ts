import { MAX_LINES, MAX_QUANTITY } from "../../machines/cart/messages.ts";
import type { InvoiceLine } from "./invoice_line.ts";
import { pricedParts } from "./priced_lines.ts";

/** Pieces of one product at one price, as a cart takes them. */
export interface SoldLine {
  readonly sku: string;
  readonly name: string;
  readonly quantity: number;
  readonly unitMinor: number;
}

/**
 * The carts that an invoice is sold as: one, unless it holds more lines or more pieces of a line than a cart may. Lines of
 * one product at one price are one line, as a cart would make of them. `nameOf` names what the invoice does not.
 */
export function cartsOf(
  lines: readonly InvoiceLine[],
  nameOf: (sku: string) => string,
): readonly (readonly SoldLine[])[] {
  const carts: SoldLine[][] = [];
  for (const line of mergedLines(lines, nameOf)) {
    let left = line.quantity;
    for (let at = 0; left > 0; at++) {
      const cart = carts[at] ?? [];
      if (at === carts.length) carts.push(cart);
      if (cart.length >= MAX_LINES) continue;
      const quantity = Math.min(left, MAX_QUANTITY);
      cart.push({ ...line, quantity });
      left -= quantity;
    }
  }
  return carts;
}

function mergedLines(lines: readonly InvoiceLine[], nameOf: (sku: string) => string): Iterable<SoldLine> {
  const merged = new Map<string, SoldLine>();
  for (const { stockCode: sku, description, quantity, price } of lines) {
    for (const part of pricedParts(quantity, price)) {
      const key = `${sku}@${part.unitMinor}`;
      const line = merged.get(key);
      merged.set(key, {
        sku,
        name: line?.name ?? (description === "" ? nameOf(sku) : description),
        quantity: (line?.quantity ?? 0) + part.quantity,
        unitMinor: part.unitMinor,
      });
    }
  }
  return merged.values();
}
