import { accept, acceptNothing, type Decision } from "../decision.ts";
import { type CartLine, lineAt, newLineId, withAdded } from "./lines.ts";
import type { Cart } from "./machine.ts";
import { type CartCommand, type CartEvent, type CartRefusal, MAX_LINES, MAX_QUANTITY } from "./messages.ts";

type Lines = readonly CartLine[];

/**
 * Takes a guest's lines in, at the prices they had. Never refuses, since nobody waits who could be told: what a cart
 * cannot hold, by quantity, by lines or in another currency, is left out.
 */
export function takeIn(
  cart: Cart,
  { currency, lines, strategy }: Extract<CartCommand, { type: "take_in" }>,
): Decision<CartEvent, CartRefusal> {
  const mine = cart.context.lines;
  const isOpen = cart.matches("open") || cart.matches("checking_out");
  if (!isOpen || currency !== cart.context.currency) return acceptNothing();

  switch (strategy) {
    case "add":
      return accept(additions(mine, lines));
    case "keep_mine":
      return mine.length > 0 ? acceptNothing() : accept(additions([], lines));
    case "take_guest":
      return accept([...mine.map(removal), ...additions([], lines)]);
  }
}

function additions(present: Lines, added: Lines): readonly CartEvent[] {
  const events: CartEvent[] = [];
  let lines = present;
  for (const line of added) {
    const known = lineAt(lines, line);
    const quantity = Math.min(line.quantity, MAX_QUANTITY - (known?.quantity ?? 0));
    if (quantity === 0 || (known === undefined && lines.length >= MAX_LINES)) continue;

    const addition = { ...line, lineId: known?.lineId ?? newLineId(lines, line), quantity };
    events.push({ type: "line_added", ...addition });
    lines = withAdded(lines, addition);
  }
  return events;
}

function removal({ lineId, sku, name, unitMinor }: CartLine): CartEvent {
  return { type: "line_removed", lineId, sku, name, unitMinor };
}
