import { totalMinor } from "./decimal.ts";
import type { InvoiceDocument } from "./invoice_documents.ts";

/** Money in minor units; refunds count positive. */
export interface TradeSums {
  readonly salesMinor: number;
  readonly refundsMinor: number;
}

/** What a file of invoices adds up to, or what the shop says about the same invoices. */
export interface ImportSums extends TradeSums {
  readonly sales: number;
  readonly cancellations: number;
  /** Lines. */
  readonly writeOffs: number;
  /** By `YYYY-MM-DD`; empty when the file has no dates. */
  readonly days: ReadonlyMap<string, TradeSums>;
}

export const NO_TRADE: TradeSums = { salesMinor: 0, refundsMinor: 0 };

/**
 * Adds up a file of invoices, straight from quantity and price: nothing here passes through a cart, an order or a
 * projection, so that agreeing with them proves something.
 */
export class FileSums {
  readonly #sales = new Set<string>();
  readonly #cancellations = new Set<string>();
  readonly #days = new Map<string, TradeSums>();
  #writeOffs = 0;
  #total = NO_TRADE;

  add({ kind, invoiceNo, day, lines }: InvoiceDocument): void {
    if (kind === "write_off") {
      this.#writeOffs += lines.length;
      return;
    }
    (kind === "sale" ? this.#sales : this.#cancellations).add(invoiceNo);
    const minor = lines.reduce((sum, line) => sum + totalMinor(line.quantity, line.price), 0);
    const trade = kind === "sale" ? { salesMinor: minor, refundsMinor: 0 } : { salesMinor: 0, refundsMinor: 0 - minor };
    this.#total = plus(this.#total, trade);
    if (day !== undefined) this.#days.set(day, plus(this.#days.get(day) ?? NO_TRADE, trade));
  }

  sums(): ImportSums {
    return {
      ...this.#total,
      sales: this.#sales.size,
      cancellations: this.#cancellations.size,
      writeOffs: this.#writeOffs,
      days: this.#days,
    };
  }
}

export function plus(one: TradeSums, other: TradeSums): TradeSums {
  return {
    salesMinor: one.salesMinor + other.salesMinor,
    refundsMinor: one.refundsMinor + other.refundsMinor,
  };
}
