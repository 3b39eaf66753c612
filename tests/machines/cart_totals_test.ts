import { describe, it } from "@std/testing/bdd";
import { expect } from "@std/expect";
import type { CartLine } from "../../machines/cart/lines.ts";
import { type Coupon, MAX_LINES, MAX_QUANTITY } from "../../machines/cart/messages.ts";
import { discountOf, totalsOf } from "../../machines/cart/totals.ts";
import { type Chance, forSeeds } from "./seeded.ts";

const DEAREST = 100_000_000;

describe("a cart's totals", () => {
  it("are nothing for an empty cart, also with a coupon", () => {
    const nothing = { itemCount: 0, subtotalMinor: 0, discountMinor: 0, totalMinor: 0 };
    expect(totalsOf([], null)).toEqual(nothing);
    expect(totalsOf([], { code: "FIVER", amountOffMinor: 500 })).toEqual(nothing);
  });
  it("are exact for the fullest cart of the dearest lines", () => {
    const line = lineOf({ quantity: MAX_QUANTITY, unitMinor: DEAREST });
    const lines = Array.from({ length: MAX_LINES }, () => line);
    expect(totalsOf(lines, { code: "MOST", percentOff: 99 })).toEqual({
      itemCount: 10_000_000,
      subtotalMinor: 1_000_000_000_000_000,
      discountMinor: 990_000_000_000_000,
      totalMinor: 10_000_000_000_000,
    });
  });
  it("round a percentage once per cart, half a penny up", () => {
    expect(discountOf(5, { code: "TEN", percentOff: 10 })).toBe(1);
    expect(discountOf(4, { code: "TEN", percentOff: 10 })).toBe(0);
    expect(discountOf(250, { code: "ONE", percentOff: 1 })).toBe(3);
    expect(discountOf(249, { code: "ONE", percentOff: 1 })).toBe(2);
    const pennies = [1, 1, 1, 1, 1].map((unitMinor) => lineOf({ quantity: 1, unitMinor }));
    expect(totalsOf(pennies, { code: "TEN", percentOff: 10 }).totalMinor).toBe(4);
  });
  it("are never below nothing", () => {
    expect(totalsOf([lineOf({ quantity: 1, unitMinor: 300 })], { code: "FIVER", amountOffMinor: 500 }))
      .toEqual({ itemCount: 1, subtotalMinor: 300, discountMinor: 300, totalMinor: 0 });
    expect(discountOf(12_345, { code: "ALL", percentOff: 100 })).toBe(12_345);
  });
  it("take off exactly the percentage, however large the cart", () => {
    forSeeds(1_000, (chance) => {
      const subtotal = chance.int(0, MAX_LINES * MAX_QUANTITY * DEAREST);
      const coupon = { code: "PERCENT", percentOff: chance.int(1, 100) };
      expect(BigInt(discountOf(subtotal, coupon))).toBe(bigDiscount(BigInt(subtotal), coupon));
    });
  });
  it("equal the same sums in whole numbers of any size", () => {
    forSeeds(1_000, (chance) => {
      const lines = Array.from({ length: chance.int(0, 60) }, () => randomLine(chance));
      const coupon = randomCoupon(chance);
      const subtotal = lines.reduce((sum, line) => sum + BigInt(line.quantity) * BigInt(line.unitMinor), 0n);
      const discount = bigDiscount(subtotal, coupon);

      const totals = totalsOf(lines, coupon);
      expect(BigInt(totals.subtotalMinor)).toBe(subtotal);
      expect(BigInt(totals.discountMinor)).toBe(discount);
      expect(BigInt(totals.totalMinor)).toBe(subtotal - discount);
      expect(totals.itemCount).toBe(lines.reduce((sum, line) => sum + line.quantity, 0));
    });
  });
});

function lineOf({ quantity, unitMinor }: Pick<CartLine, "quantity" | "unitMinor">): CartLine {
  return { lineId: "mug", sku: "mug", name: "Red mug", quantity, unitMinor, stocked: true };
}

function randomLine(chance: Chance): CartLine {
  const isDear = chance.happens(20);
  return lineOf({ quantity: chance.int(1, MAX_QUANTITY), unitMinor: chance.int(0, isDear ? DEAREST : 5_000) });
}

function randomCoupon(chance: Chance): Coupon | null {
  if (chance.happens(20)) return null;
  if (chance.happens(40)) return { code: "AMOUNT", amountOffMinor: chance.int(1, DEAREST) };
  return { code: "PERCENT", percentOff: chance.int(1, 100) };
}

function bigDiscount(subtotal: bigint, coupon: Coupon | null): bigint {
  if (coupon === null) return 0n;
  if ("percentOff" in coupon) return (subtotal * BigInt(coupon.percentOff) * 2n + 100n) / 200n;
  const amount = BigInt(coupon.amountOffMinor);
  return amount < subtotal ? amount : subtotal;
}
