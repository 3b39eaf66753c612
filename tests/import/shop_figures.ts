import { expect } from "@std/expect";
import { amountText } from "../../src/import/import_report.ts";
import { readFormat } from "../../src/import/invoice_file.ts";
import { readDocuments } from "../../src/import/read_documents.ts";
import { isStocked } from "../../src/import/stock_codes.ts";
import type { ImportShop } from "./import_shop.ts";
import type { KnownFile } from "./invoice_files.ts";
import { bytesOfFile } from "./invoice_files.ts";

/** What a database says after an import, in figures that no further run may change. */
export interface ShopFigures {
  /** Facts of all actors but stock items, which may hear of the last sales only when the shop opens again. */
  readonly facts: unknown;
  /** By status: how many orders, and their worth. */
  readonly orders: readonly unknown[];
  readonly sales: unknown;
  /** Pieces that can be sold. */
  readonly available: unknown;
  readonly movements: unknown;
}

export function figuresOf(shop: ImportShop): Promise<ShopFigures> {
  return shop.look(async ({ reads: connections }) => {
    const [facts] = await connections.run((sql) =>
      sql`select count(*)::integer as count from event where kind <> 'stock'`
    );
    const orders = await connections.run((sql) =>
      sql`
        select status, count(*)::integer as count, sum(total_minor)::bigint as minor
        from listed_order where status <> 'FAILED' group by status order by status
      `
    );
    const [sales] = await connections.run((sql) =>
      sql`select sum(sales_minor)::bigint as sales, sum(refunds_minor)::bigint as refunds from sales_entry where counted`
    );
    const [shelf] = await connections.run((sql) =>
      sql`select sum(available)::bigint as pieces from listed_product where stocked`
    );
    const [movements] = await connections.run((sql) =>
      sql`select count(*)::integer as count, sum(delta)::bigint as pieces from stock_movement`
    );
    return { facts, orders: [...orders], sales, available: shelf?.pieces, movements };
  });
}

/** What a file leaves on the shelves: what it sells is delivered before, so what comes back. */
export async function returnedPieces({ path }: KnownFile): Promise<number> {
  const bytes = bytesOfFile(path);
  let pieces = 0;
  for await (const { kind, lines } of readDocuments({ bytes, format: await readFormat(bytes) })) {
    if (kind !== "cancellation") continue;
    for (const { stockCode, quantity } of lines) if (isStocked(stockCode)) pieces -= quantity;
  }
  return pieces;
}

/** The printed table shows a file's figures twice: from the file, and from the shop. */
export function expectTable(output: string, { sums }: KnownFile): void {
  const rows = output.split("\n").map((line) => line.trim().split(/\s{2,}/));
  const figures: readonly (readonly [label: string, figure: string])[] = [
    ["sales invoices", String(sums.sales)],
    ["sales", amountText(sums.salesMinor)],
    ["cancellations", String(sums.cancellations)],
    ["refunds", amountText(-sums.refundsMinor)],
    ["stock write-offs", String(sums.writeOffs)],
    ["net GBP", amountText(sums.salesMinor - sums.refundsMinor)],
    ...[...sums.days].map(([day, { salesMinor }]): [string, string] => [`sales ${day}`, amountText(salesMinor)]),
    ...[...sums.days].map(([day, { refundsMinor }]): [string, string] => [`refunds ${day}`, amountText(-refundsMinor)]),
  ];
  for (const [label, figure] of figures) expect(rows).toContainEqual([label, figure, figure]);
  expect(output).toContain("The file and the shop agree to the penny.");
}
