import { describe, it } from "@std/testing/bdd";
import { expect } from "@std/expect";
import type { InvoiceDocument } from "../../src/import/invoice_documents.ts";
import type { CreditLine } from "../../src/import/return_matching.ts";
import { ReturnableLines, ReturnMatcher } from "../../src/import/return_matching.ts";

interface Wish {
  readonly customerId?: string;
  readonly lines: readonly (readonly [stockCode: string, quantity: number, pence: bigint])[];
}

function cancellation({ customerId, lines }: Wish): InvoiceDocument {
  return {
    kind: "cancellation",
    key: "cancellation:C9",
    invoiceNo: "C9",
    ...(customerId === undefined ? {} : { customerId }),
    lines: lines.map(([stockCode, quantity, pence], at) => ({
      line: at + 2,
      invoiceNo: "C9",
      stockCode,
      description: "",
      quantity: -quantity,
      price: { units: pence, scale: 2 },
    })),
  };
}

function matcherFor(document: InvoiceDocument): ReturnMatcher {
  const returnable = new ReturnableLines();
  returnable.add(document);
  return new ReturnMatcher(returnable);
}

const mugs = (quantity: number, unitMinor = 255): CreditLine[] => [{ sku: "MUG", quantity, unitMinor }];

describe("a cancellation", () => {
  it("gives goods back from the customer's latest order that has enough of them left", () => {
    const document = cancellation({ customerId: "7", lines: [["MUG", 4, 255n], ["MUG", 2, 255n], ["MUG", 2, 255n]] });
    const matcher = matcherFor(document);
    matcher.sold({ key: "first", customerId: "7", lines: mugs(6) });
    matcher.sold({ key: "second", customerId: "7", lines: mugs(3) });

    expect(matcher.credits(document)).toEqual([
      { sale: "first", lines: [...mugs(4), ...mugs(2)] },
      { sale: "second", lines: mugs(2) },
    ]);
  });

  it("stands alone where nobody bought that, or at another price, or where another customer did", () => {
    const document = cancellation({ customerId: "7", lines: [["MUG", 1, 255n], ["LAMP", 1, 300n]] });
    const matcher = matcherFor(document);
    matcher.sold({ key: "dearer", customerId: "7", lines: mugs(6, 265) });
    matcher.sold({ key: "foreign", customerId: "8", lines: mugs(6) });

    expect(matcher.credits(document)).toEqual([{ lines: [...mugs(1), { sku: "LAMP", quantity: 1, unitMinor: 300 }] }]);
  });

  it("of a guest stands alone", () => {
    const document = cancellation({ lines: [["MUG", 1, 255n]] });

    expect(matcherFor(document).credits(document)).toEqual([{ lines: mugs(1) }]);
  });
});
