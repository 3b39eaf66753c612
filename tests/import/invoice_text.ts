import type { BrokenLine } from "../../src/import/csv_records.ts";
import type { Bytes } from "../../src/import/invoice_file.ts";
import { readFormat, readInvoiceFile } from "../../src/import/invoice_file.ts";
import type { InvoiceLine } from "../../src/import/invoice_line.ts";
import { isBroken } from "../../src/import/invoice_line.ts";

export const HEADER = "InvoiceNo,StockCode,Description,Quantity,InvoiceDate,UnitPrice,CustomerID,Country";

/** A file of these bytes, handed over in chunks of `chunkSize`. */
export function bytesOf(content: string | Uint8Array, chunkSize = 7): Bytes {
  const bytes = typeof content === "string" ? new TextEncoder().encode(content) : content;
  return async function* (): AsyncGenerator<Uint8Array> {
    for (let at = 0; at < bytes.length; at += chunkSize) yield await Promise.resolve(bytes.slice(at, at + chunkSize));
  };
}

/** A file of the usual columns. */
export function fileOf(...lines: readonly string[]): Bytes {
  return bytesOf([HEADER, ...lines].map((line) => `${line}\n`).join(""));
}

export interface ReadFile {
  readonly lines: readonly InvoiceLine[];
  readonly broken: readonly BrokenLine[];
}

export async function readAll(bytes: Bytes): Promise<ReadFile> {
  const entries = await Array.fromAsync(readInvoiceFile(bytes, await readFormat(bytes)));
  return {
    lines: entries.filter((entry): entry is InvoiceLine => !isBroken(entry)),
    broken: entries.filter(isBroken),
  };
}
