import { describe, it } from "@std/testing/bdd";
import { expect } from "@std/expect";
import type { ImportSums } from "../../src/import/file_sums.ts";
import { agree, amountText, report } from "../../src/import/import_report.ts";

const sums: ImportSums = {
  sales: 2,
  cancellations: 1,
  writeOffs: 3,
  salesMinor: 123_456,
  refundsMinor: 56,
  days: new Map([["2010-12-01", { salesMinor: 123_456, refundsMinor: 56 }]]),
};

describe("the report of an import", () => {
  it("shows both books side by side", () => {
    expect(report({ file: sums, shop: sums }, "GBP")).toBe(`\
                                  the file          the shop
sales invoices                           2                 2
sales                             1,234.56          1,234.56
cancellations                            1                 1
refunds                              -0.56             -0.56
stock write-offs                         3                 3
net GBP                           1,234.00          1,234.00

sales 2010-12-01                  1,234.56          1,234.56
refunds 2010-12-01                   -0.56             -0.56

The file and the shop agree to the penny.`);
  });

  it("agrees only when every figure does", () => {
    const others: readonly ImportSums[] = [
      { ...sums, sales: 3 },
      { ...sums, cancellations: 0 },
      { ...sums, writeOffs: 2 },
      { ...sums, salesMinor: 123_457 },
      { ...sums, refundsMinor: 57 },
      { ...sums, days: new Map([["2010-12-02", { salesMinor: 123_456, refundsMinor: 56 }]]) },
    ];
    expect(agree({ file: sums, shop: sums })).toBe(true);
    for (const shop of others) expect(agree({ file: sums, shop })).toBe(false);
  });

  it("does not ask for days that the file does not have", () => {
    expect(agree({ file: { ...sums, days: new Map() }, shop: sums })).toBe(true);
  });

  it("writes amounts as people do", () => {
    expect([0, 5, -99, 100, 123_456, -358_058, 1_234_567_890].map(amountText)).toEqual([
      "0.00",
      "0.05",
      "-0.99",
      "1.00",
      "1,234.56",
      "-3,580.58",
      "12,345,678.90",
    ]);
  });
});
