import { describe, it } from "@std/testing/bdd";
import { expect } from "@std/expect";
import { cartsOf } from "../../src/import/cart_lines.ts";
import type { BrokenLine } from "../../src/import/csv_records.ts";
import { FileSums } from "../../src/import/file_sums.ts";
import { GoodsSurvey } from "../../src/import/goods_survey.ts";
import type { InvoiceDocument } from "../../src/import/invoice_documents.ts";
import { DocumentReader } from "../../src/import/invoice_documents.ts";
import { fileOf, readAll } from "./invoice_text.ts";

interface Documents {
  readonly documents: readonly InvoiceDocument[];
  readonly aside: readonly BrokenLine[];
}

async function documentsOf(...lines: readonly string[]): Promise<Documents> {
  const aside: BrokenLine[] = [];
  const reader = new DocumentReader((line) => aside.push(line));
  const read = await readAll(fileOf(...lines));
  const documents = read.lines.flatMap((line) => reader.push(line));
  return { documents: [...documents, ...reader.end()], aside };
}

describe("the invoices of a file", () => {
  it("are neighbouring lines with one number and one customer", async () => {
    const { documents } = await documentsOf(
      "1,A1000,X,1,2010-12-01,1,7,UK",
      "1,A1001,X,1,2010-12-01,1,7,UK",
      "2,A1000,X,1,2010-12-01,1,7,UK",
      "2,A1000,X,1,2010-12-01,1,8,UK",
      "1,A1000,X,1,2010-12-01,1,7,UK",
    );

    expect(documents.map(({ key, customerId, lines }) => [key, customerId, lines.length])).toEqual([
      ["sale:1", "7", 2],
      ["sale:2", "7", 1],
      ["sale:2:2", "8", 1],
      ["sale:1:2", "7", 1],
    ]);
  });

  it("are sales, cancellations or write-offs by number, sign and price", async () => {
    const { documents, aside } = await documentsOf(
      "1,A1000,X,5,2010-12-01,1.50,7,UK",
      "C2,A1000,X,-2,2010-12-01,1.50,7,UK",
      "3,A1000,damaged,-3,2010-12-01,0,,UK",
    );

    expect(aside).toEqual([]);
    expect(documents.map(({ kind, key }) => [kind, key])).toEqual([
      ["sale", "sale:1"],
      ["cancellation", "cancellation:C2"],
      ["write_off", "write_off:3"],
    ]);
  });

  it("are named and left out where they are no trade", async () => {
    const { documents, aside } = await documentsOf(
      "A563185,B,Adjust bad debt,1,2010-12-01,11062.06,,UK",
      "A563186,B,Adjust bad debt,1,2010-12-01,-11062.06,,UK",
      "4,A1000,X,1,2010-12-01,-2,,UK",
      "C5,A1000,X,1,2010-12-01,2,,UK",
      "6,A1000,X,-1,2010-12-01,2,7,UK",
      "6,A1001,X,1,2010-12-01,2,7,UK",
      "7,POST,X,-1,2010-12-01,0,,UK",
    );

    expect(aside).toEqual([
      { line: 2, problem: "belongs to A563185, a correction of the books" },
      { line: 3, problem: "belongs to A563186, a correction of the books" },
      { line: 4, problem: "has a negative UnitPrice" },
      { line: 5, problem: "has a positive Quantity on a cancellation" },
      { line: 6, problem: "has a negative Quantity and a price outside a cancellation" },
      { line: 8, problem: "writes off POST, which is on no shelf" },
    ]);
    expect(documents.map(({ key }) => key)).toEqual(["sale:6"]);
  });

  it("add up straight from quantity and price", async () => {
    const { documents } = await documentsOf(
      "1,A1000,X,3,2010-12-01,1.10,7,UK",
      "1,POST,POSTAGE,1,2010-12-02,18.00,7,UK",
      "C2,A1000,X,-1,2010-12-02,1.10,7,UK",
      "3,A1000,,-3,2010-12-02,0,,UK",
    );
    const sums = new FileSums();
    for (const document of documents) sums.add(document);

    expect(sums.sums()).toEqual({
      sales: 1,
      cancellations: 1,
      writeOffs: 1,
      salesMinor: 2_130,
      refundsMinor: 110,
      days: new Map([
        ["2010-12-01", { salesMinor: 2_130, refundsMinor: 0 }],
        ["2010-12-02", { salesMinor: 0, refundsMinor: 110 }],
      ]),
    });
  });
});

describe("the goods of a file", () => {
  it("have their most frequent name and price, and as many pieces as leave the shelf", async () => {
    const { documents } = await documentsOf(
      "1,A1000,amazon,2,2010-12-01,0,,UK",
      "2,A1000,,1,2010-12-01,1.95,7,UK",
      "3,A1000,RED MUG,1,2010-12-01,2.10,7,UK",
      "4,A1000,RED MUG,1,2010-12-01,2.10,8,UK",
      "C5,A1000,RED MUG,-1,2010-12-01,2.10,8,UK",
      "6,A1000,,-4,2010-12-01,0,,UK",
      "7,POST,,1,2010-12-01,18,7,UK",
      "8,A1001,?,1,2010-12-01,0,,UK",
      "9,A1002,,1,2010-12-01,0,,UK",
    );
    const survey = new GoodsSurvey();
    for (const document of documents) survey.add(document);

    expect(survey.goods()).toEqual([
      { sku: "A1000", name: "RED MUG", priceMinor: 210, stocked: true, needed: 9 },
      { sku: "POST", name: "Postage", priceMinor: 1_800, stocked: false, needed: 0 },
      { sku: "A1001", name: "?", priceMinor: 0, stocked: true, needed: 1 },
      { sku: "A1002", name: "A1002", priceMinor: 0, stocked: true, needed: 1 },
    ]);
  });
});

describe("the carts of an invoice", () => {
  const nameOf = (sku: string): string => `name of ${sku}`;

  it("hold one line per product and price", async () => {
    const { documents: [sale] } = await documentsOf(
      "1,A1000,MUG,1,2010-12-01,2.10,7,UK",
      "1,A1000,MUG,2,2010-12-01,2.10,7,UK",
      "1,A1000,,3,2010-12-01,2.00,7,UK",
    );

    expect(cartsOf(sale?.lines ?? [], nameOf)).toEqual([[
      { sku: "A1000", name: "MUG", quantity: 3, unitMinor: 210 },
      { sku: "A1000", name: "name of A1000", quantity: 3, unitMinor: 200 },
    ]]);
  });

  it("are several when one would be fuller than carts may be", async () => {
    const { documents: [large] } = await documentsOf("1,A1000,MUG,25000,2010-12-01,2.10,7,UK");
    expect(cartsOf(large?.lines ?? [], nameOf).map((cart) => cart.map((line) => line.quantity))).toEqual([
      [10_000],
      [10_000],
      [5_000],
    ]);

    const many = Array.from({ length: 1_114 }, (_, at) => `1,A${1_000 + at},MUG,1,2010-12-01,2.10,7,UK`);
    const { documents: [long] } = await documentsOf(...many);
    expect(cartsOf(long?.lines ?? [], nameOf).map((cart) => cart.length)).toEqual([1_000, 114]);
  });
});
