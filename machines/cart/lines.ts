import type { PlacedLine } from "./messages.ts";

/** A line of a cart; the order gets it as it is. */
export type CartLine = PlacedLine;

type Lines = readonly CartLine[];

/** The line of this SKU at this price. */
export function lineAt(
  lines: Lines,
  price: { readonly sku: string; readonly unitMinor: number },
): CartLine | undefined {
  return lines.find((line) => line.sku === price.sku && line.unitMinor === price.unitMinor);
}

export function lineById(lines: Lines, lineId: string): CartLine | undefined {
  return lines.find((line) => line.lineId === lineId);
}

/** The id for a new line: free, since a SKU has one line per price, and a SKU never holds `@`. */
export function newLineId(lines: Lines, price: { readonly sku: string; readonly unitMinor: number }): string {
  return lineById(lines, price.sku) === undefined ? price.sku : `${price.sku}@${price.unitMinor}`;
}

/** Puts pieces on top of the line with that id, or a new line at the end. */
export function withAdded(lines: Lines, added: CartLine): Lines {
  const line = lineById(lines, added.lineId);
  if (line === undefined) return [...lines, added];
  return withQuantity(lines, { lineId: added.lineId, quantity: line.quantity + added.quantity });
}

export function withQuantity(lines: Lines, change: { readonly lineId: string; readonly quantity: number }): Lines {
  const index = lines.findIndex((line) => line.lineId === change.lineId);
  const line = lines[index];
  return line === undefined ? lines : lines.with(index, { ...line, quantity: change.quantity });
}

export function withoutLine(lines: Lines, lineId: string): Lines {
  return lines.filter((line) => line.lineId !== lineId);
}
