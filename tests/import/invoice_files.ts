import { existsSync } from "node:fs";
import { createReadStream } from "node:fs";
import type { ImportSums } from "../../src/import/file_sums.ts";
import type { Bytes } from "../../src/import/invoice_file.ts";

/** A file of invoices with figures that were taken from it by other means. */
export interface KnownFile {
  readonly path: string;
  readonly sums: ImportSums;
  readonly documents: number;
  /** Lines that cannot be read, and lines that are no trade. */
  readonly broken: number;
  readonly aside: number;
}

const REAL_INVOICES = new URL("../../../shared/data/online-retail-2010-12.csv", import.meta.url).pathname;

/** Small and made up, with every untidiness of the real ones: Latin-1, CR LF, other columns, broken and odd lines. */
export const SMALL_SHOP: KnownFile = {
  path: new URL("small_shop.csv", import.meta.url).pathname,
  documents: 50,
  broken: 2,
  aside: 2,
  sums: {
    sales: 32,
    cancellations: 12,
    writeOffs: 6,
    salesMinor: 949_524,
    refundsMinor: 19_773,
    days: new Map([
      ["2011-03-01", { salesMinor: 105_162, refundsMinor: 6_193 }],
      ["2011-03-02", { salesMinor: 93_599, refundsMinor: 6_950 }],
      ["2011-03-04", { salesMinor: 750_763, refundsMinor: 6_630 }],
    ]),
  },
};

const REAL: KnownFile = {
  path: REAL_INVOICES,
  documents: 512,
  broken: 0,
  aside: 0,
  sums: {
    sales: 439,
    cancellations: 43,
    writeOffs: 30,
    salesMinor: 18_424_833,
    refundsMinor: 358_058,
    days: new Map([
      ["2010-12-01", { salesMinor: 5_896_079, refundsMinor: 32_523 }],
      ["2010-12-02", { salesMinor: 4_774_838, refundsMinor: 154_110 }],
      ["2010-12-03", { salesMinor: 4_694_371, refundsMinor: 132_325 }],
      ["2010-12-05", { salesMinor: 3_059_545, refundsMinor: 39_100 }],
    ]),
  },
};

/** The small file, and the real invoices where they lie beside the project. */
export const KNOWN_FILES: readonly KnownFile[] = existsSync(REAL_INVOICES) ? [SMALL_SHOP, REAL] : [SMALL_SHOP];

export function bytesOfFile(path: string): Bytes {
  return () => createReadStream(path);
}
