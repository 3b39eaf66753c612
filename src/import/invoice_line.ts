import { Sku, UnitMinor } from "../../machines/product/messages.ts";
import type { BrokenLine, CsvRecord } from "./csv_records.ts";
import type { Decimal } from "./decimal.ts";
import { parseDecimal, totalMinor, wholeOf } from "./decimal.ts";
import type { DateOrder } from "./invoice_date.ts";
import { dayOf } from "./invoice_date.ts";
import type { InvoiceColumns } from "./invoice_header.ts";

/** One line of an invoice. Quantity and price keep the signs of the file. */
export interface InvoiceLine {
  readonly line: number;
  readonly invoiceNo: string;
  readonly stockCode: string;
  /** Without surplus spaces; empty when the file says nothing. */
  readonly description: string;
  readonly quantity: number;
  readonly price: Decimal;
  /** `YYYY-MM-DD`; absent when the file has no dates. */
  readonly day?: string;
  /** Absent: a guest. */
  readonly customerId?: string;
}

const INVOICE_NO = /^[A-Za-z0-9][A-Za-z0-9_-]{0,39}$/;
const CUSTOMER_ID = /^[A-Za-z0-9][A-Za-z0-9_-]{0,39}$/;
const NO_CUSTOMER = /^(?:|nan|null|none|na|n\/a)$/i;
const FLOAT_TAIL = /^(\d+)\.0*$/;
const MAX_QUANTITY = 1_000_000;
const MAX_NAME_LENGTH = 200;

/** Reads a record as a line of an invoice, or says what is wrong with it. */
export function readInvoiceLine(
  record: CsvRecord,
  { columns, dateOrder }: { readonly columns: InvoiceColumns; readonly dateOrder: DateOrder },
): InvoiceLine | BrokenLine {
  const cell = (at: number | undefined): string => at === undefined ? "" : (record.fields[at] ?? "").trim();
  const broken = (problem: string): BrokenLine => ({ line: record.line, problem });

  const invoiceNo = withoutFloatTail(cell(columns.invoiceNo));
  if (!INVOICE_NO.test(invoiceNo)) return broken(`has no usable InvoiceNo: ${shown(invoiceNo)}`);
  const stockCode = cell(columns.stockCode);
  if (!Sku.safeParse(stockCode).success) return broken(`has no usable StockCode: ${shown(stockCode)}`);
  const quantity = readQuantity(cell(columns.quantity));
  if (quantity === undefined) {
    return broken(`has a Quantity that is no whole number other than 0: ${shown(cell(columns.quantity))}`);
  }
  const price = parseDecimal(cell(columns.unitPrice));
  if (price === undefined) return broken(`has a UnitPrice that is no number: ${shown(cell(columns.unitPrice))}`);
  if (!UnitMinor.safeParse(Math.abs(totalMinor(1, price))).success) {
    return broken(`has a UnitPrice that is too high: ${shown(cell(columns.unitPrice))}`);
  }
  const customerId = readCustomerId(cell(columns.customerId));
  if (customerId === "broken") return broken(`has no usable CustomerID: ${shown(cell(columns.customerId))}`);
  const dateText = cell(columns.invoiceDate);
  const day = columns.invoiceDate === undefined ? undefined : dayOf(dateText, dateOrder);
  if (columns.invoiceDate !== undefined && day === undefined) {
    return broken(`has no usable InvoiceDate: ${shown(dateText)}`);
  }

  return {
    line: record.line,
    invoiceNo,
    stockCode,
    description: readName(cell(columns.description)),
    quantity,
    price,
    ...(day === undefined ? {} : { day }),
    ...(customerId === undefined ? {} : { customerId }),
  };
}

export function isBroken(entry: InvoiceLine | BrokenLine): entry is BrokenLine {
  return "problem" in entry;
}

function readQuantity(text: string): number | undefined {
  const decimal = parseDecimal(text);
  const quantity = decimal === undefined ? undefined : wholeOf(decimal);
  return quantity === undefined || quantity === 0 || Math.abs(quantity) > MAX_QUANTITY ? undefined : quantity;
}

/** `17850.0` is what table programs make of 17850 in a column with gaps. */
function readCustomerId(text: string): string | undefined | "broken" {
  if (NO_CUSTOMER.test(text)) return undefined;
  const id = withoutFloatTail(text);
  return CUSTOMER_ID.test(id) ? id : "broken";
}

function readName(text: string): string {
  // deno-lint-ignore no-control-regex -- control characters are what is taken out
  return text.replaceAll(/[\s\u0000-\u001f\u007f]+/g, " ").trim().slice(0, MAX_NAME_LENGTH);
}

function withoutFloatTail(text: string): string {
  return FLOAT_TAIL.exec(text)?.[1] ?? text;
}

function shown(text: string): string {
  return JSON.stringify(text.length > 40 ? `${text.slice(0, 40)}…` : text);
}
