import type { ImportSums, TradeSums } from "./file_sums.ts";
import { NO_TRADE, plus } from "./file_sums.ts";
import type { CreditStep, ImportStep, SaleStep } from "./import_steps.ts";
import type { ShopBooks } from "./shop_books.ts";

/** Where the shop's books must show a step. */
interface Booking {
  readonly kind: "sale" | "credit";
  readonly invoiceNo: string;
  readonly orderId: string;
  readonly entryId: string;
}

const ORDERS_PER_QUERY = 1_000;

/**
 * Remembers where the steps of an import are booked, and adds up what the shop's read models say of those bookings and of
 * no others: the same database may hold other sales of the same days.
 */
export class ShopSums {
  readonly #bookings: Booking[] = [];
  readonly #reasons: string[] = [];
  readonly #failed = new Set<string>();

  sold({ invoiceNo }: SaleStep, orderId: string): void {
    this.#bookings.push({ kind: "sale", invoiceNo, orderId, entryId: "sale" });
  }

  credited({ invoiceNo, key }: CreditStep, orderId: string): void {
    this.#bookings.push({ kind: "credit", invoiceNo, orderId, entryId: `return:${key}` });
  }

  writtenOff(reason: string): void {
    this.#reasons.push(reason);
  }

  /** An invoice counts when all of its steps do. */
  failed({ invoiceNo }: ImportStep): void {
    this.#failed.add(invoiceNo);
  }

  async sums(books: ShopBooks): Promise<ImportSums> {
    const found = { sale: new Set<string>(), credit: new Set<string>() };
    const days = new Map<string, TradeSums>();
    let total = NO_TRADE;
    for (let at = 0; at < this.#bookings.length; at += ORDERS_PER_QUERY) {
      const bookings = this.#bookings.slice(at, at + ORDERS_PER_QUERY);
      const entries = await books.entries([...new Set(bookings.map(({ orderId }) => orderId))]);
      const byPlace = new Map(entries.map((entry) => [`${entry.orderId} ${entry.entryId}`, entry]));
      for (const { kind, invoiceNo, orderId, entryId } of bookings) {
        const entry = byPlace.get(`${orderId} ${entryId}`);
        if (entry === undefined) {
          this.#failed.add(invoiceNo);
          continue;
        }
        found[kind].add(invoiceNo);
        total = plus(total, entry);
        days.set(entry.day, plus(days.get(entry.day) ?? NO_TRADE, entry));
      }
    }
    return {
      ...total,
      sales: found.sale.difference(this.#failed).size,
      cancellations: found.credit.difference(this.#failed).size,
      writeOffs: await this.#writeOffs(books),
      days: new Map([...days].sort()),
    };
  }

  async #writeOffs(books: ShopBooks): Promise<number> {
    let count = 0;
    for (let at = 0; at < this.#reasons.length; at += ORDERS_PER_QUERY) {
      count += (await books.reasonsGiven(this.#reasons.slice(at, at + ORDERS_PER_QUERY))).size;
    }
    return count;
  }
}
