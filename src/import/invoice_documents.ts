import type { BrokenLine } from "./csv_records.ts";
import type { InvoiceLine } from "./invoice_line.ts";
import { kindOfLine } from "./line_kind.ts";

/** One invoice, or what of it is of one kind: at least one line, all of one customer. */
export interface InvoiceDocument {
  readonly kind: "sale" | "cancellation" | "write_off";
  /** The same in every file that holds the invoice: everything replayed from it derives its ids from this. */
  readonly key: string;
  readonly invoiceNo: string;
  /** Absent: a guest. */
  readonly customerId?: string;
  /** The day of its first line; absent when the file has no dates. */
  readonly day?: string;
  readonly lines: readonly InvoiceLine[];
}

type DocumentKind = InvoiceDocument["kind"];

const KINDS: readonly DocumentKind[] = ["sale", "cancellation", "write_off"];

/**
 * Makes documents of lines: neighbours with the same number and customer are one invoice. A number that comes again later
 * is a further part of the same invoice, with a key of its own.
 */
export class DocumentReader {
  readonly #parts = new Map<string, number>();
  #group: InvoiceLine[] = [];

  /** Lines that are no trade go to `onAside`. */
  constructor(readonly onAside: (line: BrokenLine) => void = () => {}) {}

  push(line: InvoiceLine): InvoiceDocument[] {
    const [first] = this.#group;
    const belongs = first === undefined || (first.invoiceNo === line.invoiceNo && first.customerId === line.customerId);
    const documents = belongs ? [] : this.end();
    this.#group.push(line);
    return documents;
  }

  end(): InvoiceDocument[] {
    const group = this.#group;
    this.#group = [];
    const byKind: Record<DocumentKind, InvoiceLine[]> = { sale: [], cancellation: [], write_off: [] };
    for (const line of group) {
      const kind = kindOfLine(line);
      if (kind.kind === "aside") this.onAside({ line: line.line, problem: kind.problem });
      else byKind[kind.kind].push(line);
    }
    return KINDS.flatMap((kind) => this.#document(kind, byKind[kind]));
  }

  #document(kind: DocumentKind, lines: readonly InvoiceLine[]): InvoiceDocument[] {
    const [first] = lines;
    if (first === undefined) return [];
    const { invoiceNo, customerId, day } = first;
    const name = `${kind}:${invoiceNo}`;
    const part = (this.#parts.get(name) ?? 0) + 1;
    this.#parts.set(name, part);
    return [{
      kind,
      key: part === 1 ? name : `${name}:${part}`,
      invoiceNo,
      lines,
      ...(customerId === undefined ? {} : { customerId }),
      ...(day === undefined ? {} : { day }),
    }];
  }
}
