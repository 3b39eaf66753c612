import { totalMinor } from "./decimal.ts";
import type { InvoiceDocument } from "./invoice_documents.ts";
import type { InvoiceLine } from "./invoice_line.ts";
import { pricedParts } from "./priced_lines.ts";

/** What goes back to a customer, for a sale of theirs where one fits, else on its own. */
export interface Credit {
  /** The key of the sale; absent: no earlier one of the file has these goods at this price. */
  readonly sale?: string;
  readonly lines: readonly CreditLine[];
}

export interface CreditLine {
  readonly sku: string;
  readonly quantity: number;
  readonly unitMinor: number;
}

/** Pieces of a sale that have not come back yet. */
interface Returnable {
  readonly sale: string;
  left: number;
}

/** The lines of cancellations that might have an earlier sale: only of those is a sale remembered. */
export class ReturnableLines {
  readonly #keys = new Set<string>();

  add({ kind, customerId, lines }: InvoiceDocument): void {
    if (kind !== "cancellation" || customerId === undefined) return;
    for (const line of lines) this.#keys.add(`${customerId}\n${line.stockCode}\n${totalMinor(1, line.price)}`);
  }

  has(key: string): boolean {
    return this.#keys.has(key);
  }
}

/**
 * Finds the sales that cancellations give goods back from. A cancellation names no invoice, so the customer's latest
 * sale that has enough pieces left at that very price is taken. What is found depends on the file alone: a second run
 * finds the same.
 */
export class ReturnMatcher {
  readonly #sold = new Map<string, Returnable[]>();

  constructor(readonly wanted: ReturnableLines) {}

  sold(sale: { readonly key: string; readonly customerId: string; readonly lines: readonly CreditLine[] }): void {
    for (const { sku, quantity, unitMinor } of sale.lines) {
      const key = `${sale.customerId}\n${sku}\n${unitMinor}`;
      if (!this.wanted.has(key)) continue;
      const returnables = this.#sold.get(key) ?? [];
      returnables.push({ sale: sale.key, left: quantity });
      this.#sold.set(key, returnables);
    }
  }

  /** The credits of a cancellation: one per sale, and one for all lines that have none. */
  credits({ customerId, lines }: InvoiceDocument): readonly Credit[] {
    const bySale = new Map<string | undefined, CreditLine[]>();
    for (const line of lines.flatMap(creditLines)) {
      const sale = customerId === undefined ? undefined : this.#take(customerId, line);
      bySale.set(sale, [...(bySale.get(sale) ?? []), line]);
    }
    return [...bySale].map(([sale, credited]) => ({ lines: credited, ...(sale === undefined ? {} : { sale }) }));
  }

  #take(customerId: string, { sku, quantity, unitMinor }: CreditLine): string | undefined {
    const returnables = this.#sold.get(`${customerId}\n${sku}\n${unitMinor}`) ?? [];
    const found = returnables.findLast((returnable) => returnable.left >= quantity);
    if (found === undefined) return undefined;
    found.left -= quantity;
    return found.sale;
  }
}

function creditLines({ stockCode: sku, quantity, price }: InvoiceLine): readonly CreditLine[] {
  return pricedParts(Math.abs(quantity), price).map((part) => ({ sku, ...part }));
}
