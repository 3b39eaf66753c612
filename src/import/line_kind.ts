import type { InvoiceLine } from "./invoice_line.ts";
import { isStocked } from "./stock_codes.ts";

/** What a line of an invoice is about; `aside`: nothing that the shop can replay, and why. */
export type LineKind =
  | { readonly kind: "sale" | "cancellation" | "write_off" }
  | { readonly kind: "aside"; readonly problem: string };

const CANCELLATION = /^C/i;
const BAD_DEBT = /^A\d/i;

/**
 * Tells sales (positive), cancellations (`C…`, negative) and write-offs (negative, worth nothing) apart.
 *
 * Books hold other lines as well, such as corrections of bad debt. They are no trade: they are named and left out, of the
 * shop and of the sums it is compared with.
 */
export function kindOfLine({ invoiceNo, stockCode, quantity, price }: InvoiceLine): LineKind {
  if (BAD_DEBT.test(invoiceNo)) return aside(`belongs to ${invoiceNo}, a correction of the books`);
  if (price.units < 0n) return aside("has a negative UnitPrice");
  if (CANCELLATION.test(invoiceNo)) {
    return quantity < 0 ? { kind: "cancellation" } : aside("has a positive Quantity on a cancellation");
  }
  if (quantity > 0) return { kind: "sale" };
  if (price.units !== 0n) return aside("has a negative Quantity and a price outside a cancellation");
  return isStocked(stockCode) ? { kind: "write_off" } : aside(`writes off ${stockCode}, which is on no shelf`);
}

function aside(problem: string): LineKind {
  return { kind: "aside", problem };
}
