import type { ImportSums } from "./file_sums.ts";
import { NO_TRADE } from "./file_sums.ts";

/** What the file adds up to, and what the shop says of the same invoices. */
export interface Comparison {
  readonly file: ImportSums;
  readonly shop: ImportSums;
}

interface Line {
  readonly label: string;
  readonly file: string;
  readonly shop: string;
}

const LABEL_WIDTH = 24;
const COLUMN_WIDTH = 18;

/** Whether both agree to the penny: in all, and day by day where the file has days. */
export function agree({ file, shop }: Comparison): boolean {
  const lines = totals({ file, shop }, "");
  return [...lines, ...days({ file, shop })].every((line) => line.file === line.shop);
}

/** Both side by side, a line for each figure; figures that differ are marked. */
export function report({ file, shop }: Comparison, currency: string): string {
  const byDay = days({ file, shop });
  return [
    row({ label: "", file: "the file", shop: "the shop" }),
    ...totals({ file, shop }, currency).map(marked),
    "",
    ...(file.days.size === 0
      ? ["The file has no dates: the shop books it on the day of the import."]
      : byDay.map(marked)),
    "",
    agree({ file, shop })
      ? "The file and the shop agree to the penny."
      : "The file and the shop DO NOT agree. Figures that differ are marked.",
  ].join("\n");
}

/** Minor units as people write them: `-3,580.58`. */
export function amountText(minor: number): string {
  const digits = String(Math.abs(minor)).padStart(3, "0");
  const whole = digits.slice(0, -2).replaceAll(/\B(?=(\d{3})+$)/g, ",");
  return `${minor < 0 ? "-" : ""}${whole}.${digits.slice(-2)}`;
}

function totals({ file, shop }: Comparison, currency: string): readonly Line[] {
  const line = (label: string, figure: (sums: ImportSums) => string): Line => {
    return { label, file: figure(file), shop: figure(shop) };
  };
  return [
    line("sales invoices", ({ sales }) => String(sales)),
    line("sales", ({ salesMinor }) => amountText(salesMinor)),
    line("cancellations", ({ cancellations }) => String(cancellations)),
    line("refunds", ({ refundsMinor }) => amountText(0 - refundsMinor)),
    line("stock write-offs", ({ writeOffs }) => String(writeOffs)),
    line(`net ${currency}`, ({ salesMinor, refundsMinor }) => amountText(salesMinor - refundsMinor)),
  ];
}

function days({ file, shop }: Comparison): readonly Line[] {
  if (file.days.size === 0) return [];
  const all = [...new Set([...file.days.keys(), ...shop.days.keys()])].sort();
  const line = (label: string, day: string, figure: (trade: typeof NO_TRADE) => number): Line => ({
    label: `${label} ${day}`,
    file: amountText(figure(file.days.get(day) ?? NO_TRADE)),
    shop: amountText(figure(shop.days.get(day) ?? NO_TRADE)),
  });
  return [
    ...all.map((day) => line("sales", day, ({ salesMinor }) => salesMinor)),
    ...all.map((day) => line("refunds", day, ({ refundsMinor }) => 0 - refundsMinor)),
  ];
}

function marked(line: Line): string {
  return line.file === line.shop ? row(line) : `${row(line)}  <- differs`;
}

function row({ label, file, shop }: Line): string {
  return `${label.padEnd(LABEL_WIDTH)}${file.padStart(COLUMN_WIDTH)}${shop.padStart(COLUMN_WIDTH)}`;
}
