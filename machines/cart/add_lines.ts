import { accept, type Decision, refuse, type Refused } from "../decision.ts";
import { type CartLine, lineAt, newLineId, withAdded } from "./lines.ts";
import type { Cart } from "./machine.ts";
import { type AddedLine, type CartEvent, type CartRefusal, MAX_LINES, MAX_QUANTITY } from "./messages.ts";

type LineAdded = Extract<CartEvent, { type: "line_added" }>;

/** Adds all the lines or none. The same SKU at the same price adds up; at another price it is a line of its own. */
export function addLines(cart: Cart, added: readonly AddedLine[]): Decision<CartEvent, CartRefusal> {
  const events: LineAdded[] = [];
  let { lines } = cart.context;
  for (const line of added) {
    const event = addLine(lines, { line, currency: cart.context.currency });
    if ("reason" in event) return event;
    events.push(event);
    if (added.length > 1) lines = withAdded(lines, lineOf(event));
  }
  return accept(events);
}

function addLine(
  lines: readonly CartLine[],
  { line, currency }: { readonly line: AddedLine; readonly currency: string },
): LineAdded | Refused<CartRefusal> {
  if (line.currency !== undefined && line.currency !== currency) return refuse("currency_differs", { currency });
  const present = lineAt(lines, line);
  if (present === undefined && lines.length >= MAX_LINES) return refuse("cart_is_full", { maxLines: MAX_LINES });
  if ((present?.quantity ?? 0) + line.quantity > MAX_QUANTITY) {
    return refuse("quantity_too_large", { maxQuantity: MAX_QUANTITY });
  }

  const { sku, name, quantity, unitMinor, listMinor, priceReason } = line;
  return {
    type: "line_added",
    lineId: present?.lineId ?? newLineId(lines, line),
    sku,
    name,
    quantity,
    unitMinor,
    stocked: line.stocked ?? true,
    ...(listMinor !== undefined && { listMinor }),
    ...(priceReason !== undefined && { priceReason }),
  };
}

function lineOf({ lineId, sku, name, quantity, unitMinor, stocked }: LineAdded): CartLine {
  return { lineId, sku, name, quantity, unitMinor, stocked };
}
