/** Where the columns of an invoice file stand; the file's order does not matter. */
export interface InvoiceColumns {
  readonly invoiceNo: number;
  readonly stockCode: number;
  readonly quantity: number;
  readonly unitPrice: number;
  readonly description: number | undefined;
  readonly invoiceDate: number | undefined;
  readonly customerId: number | undefined;
  readonly country: number | undefined;
}

type Column = keyof InvoiceColumns;

/** Headers as they occur, in lower case and without spaces or signs. */
const COLUMNS: Readonly<Record<string, Column>> = {
  invoiceno: "invoiceNo",
  invoice: "invoiceNo",
  invoicenumber: "invoiceNo",
  stockcode: "stockCode",
  description: "description",
  quantity: "quantity",
  invoicedate: "invoiceDate",
  unitprice: "unitPrice",
  price: "unitPrice",
  customerid: "customerId",
  customer: "customerId",
  country: "country",
};

/** The file is not one of invoices at all, so nothing of it is read. */
export class InvoiceFileError extends Error {
  override readonly name = "InvoiceFileError";
}

/** Finds the columns by name, in any order and case; throws `InvoiceFileError` when a needed one is missing. */
export function readHeader(fields: readonly string[]): InvoiceColumns {
  const found = new Map<Column, number>();
  for (const [at, field] of fields.entries()) {
    const column = COLUMNS[field.toLowerCase().replaceAll(/[^a-z]/g, "")];
    if (column === undefined) continue;
    if (found.has(column)) throw new InvoiceFileError(`Cannot read the header: "${field}" names a column twice`);
    found.set(column, at);
  }

  return {
    invoiceNo: needed(found, { column: "invoiceNo", header: "InvoiceNo" }),
    stockCode: needed(found, { column: "stockCode", header: "StockCode" }),
    quantity: needed(found, { column: "quantity", header: "Quantity" }),
    unitPrice: needed(found, { column: "unitPrice", header: "UnitPrice" }),
    description: found.get("description"),
    invoiceDate: found.get("invoiceDate"),
    customerId: found.get("customerId"),
    country: found.get("country"),
  };
}

function needed(
  found: ReadonlyMap<Column, number>,
  wanted: { readonly column: Column; readonly header: string },
): number {
  const at = found.get(wanted.column);
  if (at === undefined) throw new InvoiceFileError(`Cannot read the header: column "${wanted.header}" is missing`);
  return at;
}
