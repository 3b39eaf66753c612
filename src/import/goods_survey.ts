import { totalMinor } from "./decimal.ts";
import type { InvoiceDocument } from "./invoice_documents.ts";
import type { InvoiceLine } from "./invoice_line.ts";
import { fallbackName, isStocked } from "./stock_codes.ts";

/** A product as a file of invoices knows it. */
export interface Goods {
  readonly sku: string;
  readonly name: string;
  /** The price it has most often; the first of them when several are as frequent. */
  readonly priceMinor: number;
  readonly stocked: boolean;
  /** How many pieces the file takes off the shelf; what comes back is not counted on. */
  readonly needed: number;
}

interface Sighting {
  readonly names: Map<string, number>;
  readonly notes: Map<string, number>;
  readonly prices: Map<number, number>;
  needed: number;
}

/** Gathers what has to be on sale and on the shelf before a file of invoices can be replayed. */
export class GoodsSurvey {
  readonly #seen = new Map<string, Sighting>();

  add({ kind, lines }: InvoiceDocument): void {
    for (const line of lines) {
      const sighting = this.#sighting(line.stockCode);
      if (kind !== "cancellation") sighting.needed += Math.abs(line.quantity);
      noteName(sighting, line);
      if (kind === "sale" && line.price.units > 0n) count(sighting.prices, totalMinor(1, line.price));
    }
  }

  goods(): Goods[] {
    return [...this.#seen].map(([sku, { names, notes, prices, needed }]) => {
      const stocked = isStocked(sku);
      return {
        sku,
        name: mostFrequent(names) ?? mostFrequent(notes) ?? fallbackName(sku),
        priceMinor: mostFrequent(prices) ?? 0,
        stocked,
        needed: stocked ? needed : 0,
      };
    });
  }

  #sighting(stockCode: string): Sighting {
    const known = this.#seen.get(stockCode);
    if (known !== undefined) return known;
    const sighting: Sighting = { names: new Map(), notes: new Map(), prices: new Map(), needed: 0 };
    this.#seen.set(stockCode, sighting);
    return sighting;
  }
}

/** Lines that cost nothing carry notes of the warehouse ("damaged", "amazon") more often than names. */
function noteName({ names, notes }: Sighting, { description, price }: InvoiceLine): void {
  if (description === "") return;
  count(price.units === 0n ? notes : names, description);
}

function count<Key>(counts: Map<Key, number>, key: Key): void {
  counts.set(key, (counts.get(key) ?? 0) + 1);
}

function mostFrequent<Key>(counts: ReadonlyMap<Key, number>): Key | undefined {
  let best: Key | undefined;
  let most = 0;
  for (const [key, times] of counts) {
    if (times <= most) continue;
    best = key;
    most = times;
  }
  return best;
}
