import type { Decimal } from "./decimal.ts";
import { totalMinor } from "./decimal.ts";

/** Pieces that cost a whole number of minor units each. */
export interface PricedPart {
  readonly quantity: number;
  readonly unitMinor: number;
}

/**
 * The parts that a line of an invoice is sold as, so that quantity and total are exactly those of the invoice.
 *
 * Carts know whole minor units only. 1,000 pieces at 0.001 cost 1.00: 900 are sold at 0.00 and 100 at 0.01. A line's
 * total is exact and rounded once, halves away from zero; prices without fractions of a penny make one part.
 */
export function pricedParts(quantity: number, price: Decimal): readonly PricedPart[] {
  const total = totalMinor(quantity, price);
  const low = Math.floor(total / quantity);
  const dear = total - low * quantity;
  const cheap = { quantity: quantity - dear, unitMinor: low };
  return dear === 0 ? [cheap] : [cheap, { quantity: dear, unitMinor: low + 1 }];
}
