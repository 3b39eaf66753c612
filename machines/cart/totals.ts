import type { CartLine } from "./lines.ts";
import type { Coupon } from "./messages.ts";

export interface Totals {
  readonly itemCount: number;
  /** The sum of the lines. */
  readonly subtotalMinor: number;
  readonly discountMinor: number;
  /** What is to be paid. */
  readonly totalMinor: number;
}

/** Adds a cart up. Exact: a full cart of the dearest lines is 10^15, below 2^53. */
export function totalsOf(lines: readonly CartLine[], coupon: Coupon | null): Totals {
  let itemCount = 0;
  let subtotalMinor = 0;
  for (const line of lines) {
    itemCount += line.quantity;
    subtotalMinor += line.quantity * line.unitMinor;
  }
  const discountMinor = coupon === null ? 0 : discountOf(subtotalMinor, coupon);
  return { itemCount, subtotalMinor, discountMinor, totalMinor: subtotalMinor - discountMinor };
}

/**
 * What a coupon takes off, at most everything. A percentage is of the whole cart and rounded once, half a penny up:
 * 10 % of 0.05 is 0.01. Rounding line by line would drift.
 */
export function discountOf(subtotalMinor: number, coupon: Coupon): number {
  if ("amountOffMinor" in coupon) return Math.min(subtotalMinor, coupon.amountOffMinor);

  // Hundreds and rest apart: the product of a large subtotal and 100 is past 2^53.
  const rest = subtotalMinor % 100;
  const hundreds = (subtotalMinor - rest) / 100;
  return hundreds * coupon.percentOff + Math.floor((rest * coupon.percentOff + 50) / 100);
}
