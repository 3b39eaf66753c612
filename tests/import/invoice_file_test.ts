import { describe, it } from "@std/testing/bdd";
import { expect } from "@std/expect";
import { bytesOf, fileOf, HEADER, readAll } from "./invoice_text.ts";

const MUG = "536365,85123A,WHITE MUG,6,2010-12-01 08:26:00,2.55,17850.0,United Kingdom";
const LAMP = "536366,71053,LAMP,1,2010-12-01 08:28:00,3.39,17850,United Kingdom";

describe("a file of invoices", () => {
  it("is read line by line with the numbers an editor shows", async () => {
    const { lines, broken } = await readAll(fileOf(MUG, LAMP));

    expect(broken).toEqual([]);
    expect(lines).toEqual([
      {
        line: 2,
        invoiceNo: "536365",
        stockCode: "85123A",
        description: "WHITE MUG",
        quantity: 6,
        price: { units: 255n, scale: 2 },
        day: "2010-12-01",
        customerId: "17850",
      },
      expect.objectContaining({ line: 3, invoiceNo: "536366", customerId: "17850" }),
    ]);
  });

  it("reads the same whatever the chunks it arrives in", async () => {
    const content = `${HEADER}\r\n${MUG}\r\n536367,22745,"A ""£5"" GIFT, BOXED",1,2010-12-01,4.95,,EIRE\r\n${LAMP}`;
    const whole = await readAll(bytesOf(content, 100_000));

    for (const size of [1, 2, 3, 64]) expect(await readAll(bytesOf(content, size))).toEqual(whole);
    expect(whole.lines.map((line) => line.description)).toEqual(["WHITE MUG", 'A "£5" GIFT, BOXED', "LAMP"]);
  });

  it("may begin with a byte order mark", async () => {
    const { lines } = await readAll(bytesOf(`\ufeff${HEADER}\n${MUG}\n`));

    expect(lines).toHaveLength(1);
  });

  it("may be Latin-1, even in some of its lines only", async () => {
    const latin = Uint8Array.from(`${HEADER}\n536365,1,CAF\u00c9 \u00a35,1,2010-12-01,1,,X\n`, (c) => c.charCodeAt(0));
    const utf8 = new TextEncoder().encode("536366,2,CAFÉ £5,1,2010-12-01,1,,X\n");
    const { lines } = await readAll(bytesOf(new Uint8Array([...latin, ...utf8])));

    expect(lines.map((line) => line.description)).toEqual(["CAFÉ £5", "CAFÉ £5"]);
  });

  it("may end its lines with CR LF, and the last one with nothing", async () => {
    const { lines, broken } = await readAll(bytesOf(`${HEADER}\r\n${MUG}\r\n${LAMP}`));

    expect(broken).toEqual([]);
    expect(lines.map((line) => line.line)).toEqual([2, 3]);
  });

  it("may hold commas, quotes and line ends inside quotes", async () => {
    const { lines } = await readAll(fileOf('536365,1,"SET 3, ""RED""\nAND BLUE",2,2010-12-01,1.25,,X', LAMP));

    expect(lines.map((line) => [line.line, line.description])).toEqual([[2, 'SET 3, "RED" AND BLUE'], [4, "LAMP"]]);
  });

  it("takes a quote inside an unquoted field as it is", async () => {
    const { lines } = await readAll(fileOf('536365,1,12" RULER,2,2010-12-01,1.25,,X'));

    expect(lines[0]?.description).toBe('12" RULER');
  });

  it("finds its columns by name, in any order and case, by either name", async () => {
    const header = "price,COUNTRY,Customer ID,invoice,Quantity,stockcode,DESCRIPTION,invoicedate";
    const { lines } = await readAll(bytesOf(`${header}\n2.55,UK,17850,536365,6,85123A,MUG,2010-12-01 08:26\n`));

    expect(lines[0]).toEqual({
      line: 2,
      invoiceNo: "536365",
      stockCode: "85123A",
      description: "MUG",
      quantity: 6,
      price: { units: 255n, scale: 2 },
      day: "2010-12-01",
      customerId: "17850",
    });
  });

  it("may do without dates", async () => {
    const { lines, broken } = await readAll(bytesOf("InvoiceNo,StockCode,Quantity,UnitPrice\n536365,85123A,6,2.55\n"));

    expect(broken).toEqual([]);
    expect(lines[0]?.day).toBeUndefined();
    expect(lines[0]?.customerId).toBeUndefined();
  });

  it("writes customers as floats, as numbers or not at all", async () => {
    const customers = ["17850.0", "17850", "", "nan", "NULL"];
    const { lines } = await readAll(fileOf(...customers.map((id) => `1,2,X,1,2010-12-01,1,${id},UK`)));

    expect(lines.map((line) => line.customerId)).toEqual(["17850", "17850", undefined, undefined, undefined]);
  });

  it("tells days from months by the first date that can only be read one way", async () => {
    const days = async (...dates: string[]): Promise<unknown> =>
      (await readAll(fileOf(...dates.map((date) => `1,2,X,1,${date},1,,UK`)))).lines.map((line) => line.day);

    expect(await days("12/1/2010 8:26", "12/13/2010 8:26")).toEqual(["2010-12-01", "2010-12-13"]);
    expect(await days("01/12/2010 08:26", "13/12/2010 08:26")).toEqual(["2010-12-01", "2010-12-13"]);
    expect(await days("12/1/10")).toEqual(["2010-12-01"]);
  });

  it("skips empty lines and fields that only fill up a line", async () => {
    const { lines, broken } = await readAll(fileOf(MUG, "", "  ", `${LAMP},,`));

    expect(broken).toEqual([]);
    expect(lines.map((line) => line.line)).toEqual([2, 5]);
  });
});

describe("a broken line", () => {
  const problems: Readonly<Record<string, string>> = {
    "536365,1,MUG": "has 3 fields where the header has 8",
    "536365,1,MUG, RED,6,2010-12-01,2.55,,UK": "has 9 fields where the header has 8",
    '536365,1,"MUG,6,2010-12-01,2.55,,UK': "has a quote in field 3 that is never closed",
    '536365,1,"MUG" RED,6,2010-12-01,2.55,,UK': "has text after the closing quote of field 3",
    ",1,MUG,6,2010-12-01,2.55,,UK": 'has no usable InvoiceNo: ""',
    "536365,,MUG,6,2010-12-01,2.55,,UK": 'has no usable StockCode: ""',
    "536365,a/b,MUG,6,2010-12-01,2.55,,UK": 'has no usable StockCode: "a/b"',
    "536365,1,MUG,six,2010-12-01,2.55,,UK": 'has a Quantity that is no whole number other than 0: "six"',
    "536365,1,MUG,1.5,2010-12-01,2.55,,UK": 'has a Quantity that is no whole number other than 0: "1.5"',
    "536365,1,MUG,0,2010-12-01,2.55,,UK": 'has a Quantity that is no whole number other than 0: "0"',
    "536365,1,MUG,6,2010-12-01,2.5.5,,UK": 'has a UnitPrice that is no number: "2.5.5"',
    "536365,1,MUG,6,2010-12-01,,,UK": 'has a UnitPrice that is no number: ""',
    "536365,1,MUG,6,2010-12-01,1e9,,UK": 'has a UnitPrice that is too high: "1e9"',
    "536365,1,MUG,6,2010-12-01,2.55,a b,UK": 'has no usable CustomerID: "a b"',
    "536365,1,MUG,6,2010-02-30,2.55,,UK": 'has no usable InvoiceDate: "2010-02-30"',
    "536365,1,MUG,6,soon,2.55,,UK": 'has no usable InvoiceDate: "soon"',
  };

  for (const [line, problem] of Object.entries(problems)) {
    it(`is named with what is wrong, and the rest goes on: ${problem}`, async () => {
      const { lines, broken } = await readAll(fileOf(MUG, line, LAMP));

      expect(broken).toEqual([{ line: 3, problem }]);
      expect(lines.map((entry) => entry.line)).toEqual([2, 4]);
    });
  }

  it("with an open quote costs no line that follows, even one with quotes of its own", async () => {
    const quoted = '536367,1,"MUG, RED",6,2010-12-01,2.55,,UK';
    const { lines, broken } = await readAll(fileOf('536365,1,"MUG,6,2010-12-01,2.55,,UK', quoted, LAMP, quoted));

    expect(broken).toEqual([{ line: 2, problem: expect.stringContaining("quote") }]);
    expect(lines.map((entry) => entry.line)).toEqual([3, 4, 5]);
  });

  it("may be longer than memory allows", async () => {
    const { lines, broken } = await readAll(bytesOf(`${HEADER}\n${"x".repeat(300_000)}\n${MUG}\n`, 4_096));

    expect(broken).toEqual([{ line: 2, problem: "is longer than 65536 bytes" }]);
    expect(lines.map((entry) => entry.line)).toEqual([3]);
  });
});

describe("a file that is none of invoices", () => {
  const files: Readonly<Record<string, string | Uint8Array>> = {
    "the file is empty": "",
    'column "UnitPrice" is missing': "InvoiceNo,StockCode,Quantity\n1,2,3\n",
    '"Invoice" names a column twice': "InvoiceNo,Invoice,StockCode,Quantity,Price\n",
    "it is UTF-16": new Uint8Array([0xff, 0xfe, 0x49, 0x00]),
  };

  for (const [problem, content] of Object.entries(files)) {
    it(`is refused in one sentence: ${problem}`, async () => {
      await expect(readAll(bytesOf(content))).rejects.toThrow(problem);
    });
  }
});
