import type { BrokenLine, CsvEntry } from "./csv_records.ts";
import { RecordReader } from "./csv_records.ts";
import type { DateOrder } from "./invoice_date.ts";
import { orderIn } from "./invoice_date.ts";
import type { InvoiceColumns } from "./invoice_header.ts";
import { InvoiceFileError, readHeader } from "./invoice_header.ts";
import type { InvoiceLine } from "./invoice_line.ts";
import { readInvoiceLine } from "./invoice_line.ts";
import { LineCutter } from "./source_lines.ts";

/** A file's bytes from its beginning, as often as asked: an import reads it more than once and keeps none of it. */
export type Bytes = () => AsyncIterable<Uint8Array>;

/** What `readInvoiceFile` needs to know of a file before its first line. */
export interface InvoiceFormat {
  readonly columns: InvoiceColumns;
  readonly dateOrder: DateOrder;
}

const UTF_16_MARKS = [[0xff, 0xfe], [0xfe, 0xff]];

/**
 * Reads the header, and as many dates as it takes to tell days from months: `1/12/2010` is 12 January until a date of the
 * file can only be written the other way round. Throws `InvoiceFileError` when this is no file of invoices.
 */
export async function readFormat(bytes: Bytes): Promise<InvoiceFormat> {
  let columns: InvoiceColumns | undefined;
  for await (const entry of readEntries(bytes)) {
    if (columns === undefined) {
      if ("problem" in entry) throw new InvoiceFileError(`Cannot read the header: line ${entry.line} ${entry.problem}`);
      columns = readHeader(entry.fields);
      continue;
    }
    if (columns.invoiceDate === undefined) break;
    if ("problem" in entry) continue;
    const order = orderIn((entry.fields[columns.invoiceDate] ?? "").trim());
    if (order === "unambiguous") break;
    if (order !== undefined) return { columns, dateOrder: order };
  }
  if (columns === undefined) throw new InvoiceFileError("Cannot read the header: the file is empty");
  return { columns, dateOrder: "month_first" };
}

/** Every line after the header, in the order of the file, broken ones among them. */
export async function* readInvoiceFile(bytes: Bytes, format: InvoiceFormat): AsyncGenerator<InvoiceLine | BrokenLine> {
  let header = true;
  for await (const entry of readEntries(bytes)) {
    if (header) header = false;
    else yield "problem" in entry ? entry : readInvoiceLine(entry, format);
  }
}

async function* readEntries(bytes: Bytes): AsyncGenerator<CsvEntry> {
  const cutter = new LineCutter();
  const records = new RecordReader();
  let first = true;
  for await (const chunk of bytes()) {
    if (first) refuseUtf16(chunk);
    first = false;
    for (const line of cutter.push(chunk)) yield* records.push(line);
  }
  for (const line of cutter.end()) yield* records.push(line);
  yield* records.end();
}

function refuseUtf16(chunk: Uint8Array): void {
  const marked = UTF_16_MARKS.some(([first, second]) => chunk[0] === first && chunk[1] === second);
  if (marked) {
    throw new InvoiceFileError("Cannot read the file: it is UTF-16, and CSV files of invoices are UTF-8 or Latin-1");
  }
}
