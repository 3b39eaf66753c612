import type { BrokenLine } from "./csv_records.ts";
import type { InvoiceDocument } from "./invoice_documents.ts";
import { DocumentReader } from "./invoice_documents.ts";
import type { Bytes, InvoiceFormat } from "./invoice_file.ts";
import { readInvoiceFile } from "./invoice_file.ts";
import { isBroken } from "./invoice_line.ts";

/** A file that can be read again and again, and its format. */
export interface InvoiceSource {
  readonly bytes: Bytes;
  readonly format: InvoiceFormat;
}

export interface LineProblems {
  /** A line that cannot be read. */
  broken(line: BrokenLine): void;
  /** A line that can be read and is no trade. */
  aside(line: BrokenLine): void;
}

const SILENT: LineProblems = { broken: () => {}, aside: () => {} };

/** The invoices of a file in its order, one in memory at a time. */
export async function* readDocuments(
  { bytes, format }: InvoiceSource,
  problems: LineProblems = SILENT,
): AsyncGenerator<InvoiceDocument> {
  const reader = new DocumentReader((line) => problems.aside(line));
  for await (const entry of readInvoiceFile(bytes, format)) {
    if (isBroken(entry)) problems.broken(entry);
    else yield* reader.push(entry);
  }
  yield* reader.end();
}
