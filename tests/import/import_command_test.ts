import { after, before, describe, it } from "@std/testing/bdd";
import { expect } from "@std/expect";
import { holdDataDirectory } from "../../src/store/data_directory.ts";
import { embeddedShop, type ImportShop, runImport, temporaryFile } from "./import_shop.ts";
import { KNOWN_FILES, SMALL_SHOP } from "./invoice_files.ts";
import { HEADER } from "./invoice_text.ts";
import { expectTable, figuresOf, returnedPieces } from "./shop_figures.ts";

const MUG = "1,A1000,MUG,6,2010-12-01 08:26:00,2.55,17850.0,United Kingdom";

describe("the import command", () => {
  let shop: ImportShop;
  before(async () => {
    shop = await embeddedShop();
  });
  after(() => shop[Symbol.asyncDispose]());

  it("compares its own invoices alone, whatever else the shop sold on those days", async () => {
    await using first = await temporaryFile(`${HEADER}\n${MUG}\n`);
    await using second = await temporaryFile(`${HEADER}\n${MUG.replace("1,", "2,")}\n`);
    expect(await runImport(first.path, shop)).toMatchObject({ code: 0 });
    const { code, output } = await runImport(second.path, shop);

    expect(code).toBe(0);
    expect(output).toMatch(/^sales invoices +1 +1$/m);
    expect(await figuresOf(shop)).toMatchObject({ sales: { sales: 3_060, refunds: 0 } });
  });

  it("ends with 1 and marks the figures when the shop holds an invoice with other ones", async () => {
    await using changed = await temporaryFile(`${HEADER}\n${MUG.replace("2.55", "2.65")}\n`);
    const { code, output } = await runImport(changed.path, shop);

    expect(code).toBe(1);
    expect(output).toMatch(/^sales +15\.90 +15\.30 +<- differs$/m);
    expect(output).toContain("DO NOT agree");
  });

  it("takes files without dates, and invoices fuller than a cart may be", async () => {
    const header = "InvoiceNo,StockCode,Description,Quantity,UnitPrice,CustomerID";
    const many = Array.from({ length: 1_114 }, (_, at) => `573585,A${1_000 + at},THING,1,0.85,`);
    const large = ["573586,B1000,CRAFT BIRDIE,80995,2.08,16446.0", "C573587,B1000,X,-80995,2.08,16446.0"];
    await using file = await temporaryFile([header, ...many, ...large].join("\n"));
    const { code, output } = await runImport(file.path, shop);

    expect(code).toBe(0);
    expect(output).toMatch(/^sales invoices +2 +2$/m);
    expect(output).toMatch(/^sales +169,416\.50 +169,416\.50$/m);
    expect(output).toMatch(/^refunds +-168,469\.60 +-168,469\.60$/m);
    expect(output).toContain("The file has no dates");
  });

  it("says in one sentence what somebody has to change, and ends with 2", async () => {
    await using foreign = await temporaryFile("name,price\nMUG,2\n");
    await using good = await temporaryFile(`${HEADER}\n${MUG}\n`);
    expect(await runImport("/nowhere.csv", shop)).toMatchObject({
      code: 2,
      output: expect.stringContaining('Cannot read "/nowhere.csv"'),
    });
    expect(await runImport(foreign.path, shop)).toMatchObject({
      code: 2,
      output: 'Cannot read the header: column "InvoiceNo" is missing',
    });
    await using _held = await holdDataDirectory(shop.env["DATA_DIR"] ?? "");
    expect(await runImport(good.path, shop)).toMatchObject({
      code: 2,
      output: expect.stringContaining("another process is using it"),
    });
  });
});

for (const known of KNOWN_FILES.filter((file) => file !== SMALL_SHOP)) {
  describe("real invoices", () => {
    it("end with the figures that are known of them", async () => {
      await using shop = await embeddedShop();
      const { code, output } = await runImport(known.path, shop);

      expect({ code, output }).toMatchObject({ code: 0 });
      expectTable(output, known);
      expect((await figuresOf(shop)).available).toBe(await returnedPieces(known));
    });
  });
}
