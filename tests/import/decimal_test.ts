import { describe, it } from "@std/testing/bdd";
import { expect } from "@std/expect";
import { parseDecimal, totalMinor, wholeOf } from "../../src/import/decimal.ts";
import { pricedParts } from "../../src/import/priced_lines.ts";

function price(text: string): { readonly units: bigint; readonly scale: number } {
  const decimal = parseDecimal(text);
  if (decimal === undefined) throw new Error(`not a decimal: ${text}`);
  return decimal;
}

describe("an amount written as text", () => {
  it("is read to the last digit", () => {
    expect(price("2.55")).toEqual({ units: 255n, scale: 2 });
    expect(price("-11062.06")).toEqual({ units: -1_106_206n, scale: 2 });
    expect(price(".5")).toEqual({ units: 5n, scale: 1 });
    expect(price("1,234.50")).toEqual({ units: 123_450n, scale: 2 });
    expect(totalMinor(1_000, price("1e-05"))).toBe(1);
    expect(totalMinor(1, price("1.5E2"))).toBe(15_000);
  });

  for (const text of ["", "-", ".", "1.2.3", "0x10", "1,23", "£2", "NaN", "Infinity", "2 50", "1e400"]) {
    it(`is no number when it reads "${text}"`, () => expect(parseDecimal(text)).toBeUndefined());
  }

  it("is a whole number only without a fraction", () => {
    expect(wholeOf(price("6.0"))).toBe(6);
    expect(wholeOf(price("-2880"))).toBe(-2_880);
    expect(wholeOf(price("1.5"))).toBeUndefined();
  });

  it("sums where floats would not", () => {
    expect(totalMinor(3, price("1.005"))).toBe(302);
    expect(totalMinor(1, price("1.005"))).toBe(101);
    expect(totalMinor(-1, price("1.005"))).toBe(-101);
    expect(totalMinor(1_000_000, price("999999.99"))).toBe(99_999_999_000_000);
  });
});

describe("a price with fractions of a penny", () => {
  it("is sold in two parts that add up to the exact total", () => {
    expect(pricedParts(1_000, price("0.001"))).toEqual([
      { quantity: 900, unitMinor: 0 },
      { quantity: 100, unitMinor: 1 },
    ]);
    expect(pricedParts(6, price("2.55"))).toEqual([{ quantity: 6, unitMinor: 255 }]);
  });

  it("keeps pieces and total for any quantity and price", () => {
    for (let seed = 1; seed < 2_000; seed++) {
      const quantity = 1 + (seed * 7_919) % 997;
      const decimal = { units: BigInt((seed * 104_729) % 1_000_003), scale: seed % 6 };
      const parts = pricedParts(quantity, decimal);

      expect(parts.reduce((sum, part) => sum + part.quantity, 0)).toBe(quantity);
      const total = parts.reduce((sum, part) => sum + part.quantity * part.unitMinor, 0);
      expect(total).toBe(totalMinor(quantity, decimal));
    }
  });
});
