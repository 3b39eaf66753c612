import type { Money } from "./cart_shape.ts";

const formats = new Map<string, Intl.NumberFormat>();

/** An amount as people write it: `£12.50`. */
export function moneyText({ minor, currency }: Money): string {
  const format = formats.get(currency) ?? new Intl.NumberFormat("en-GB", { style: "currency", currency });
  formats.set(currency, format);
  return format.format(minor / 10 ** (format.resolvedOptions().maximumFractionDigits ?? 2));
}

/** Day and time where the reader is: `20 Nov, 14:03`. `at` is RFC 3339. */
export function timeText(at: string): string {
  return new Intl.DateTimeFormat("en-GB", { day: "numeric", month: "short", hour: "2-digit", minute: "2-digit" })
    .format(new Date(at));
}

/** `20 November 2026`. */
export function dayText(at: string): string {
  return new Intl.DateTimeFormat("en-GB", { day: "numeric", month: "long", year: "numeric" }).format(new Date(at));
}

export function countText(count: number, [one, many]: readonly [string, string]): string {
  return `${count} ${count === 1 ? one : many}`;
}

export type StockLevel = "none" | "few" | "many";

const FEW = 5;

export function stockLevel(available: number): StockLevel {
  if (available <= 0) return "none";
  return available <= FEW ? "few" : "many";
}

export function stockText(available: number): string {
  switch (stockLevel(available)) {
    case "none":
      return "Sold out";
    case "few":
      return `Only ${available} left`;
    case "many":
      return "In stock";
  }
}
