import { z } from "zod";
import { type Message, type Principal, send } from "../machines/decision.ts";
import { decide } from "../machines/cart/decide.ts";
import { type CartLine, lineById } from "../machines/cart/lines.ts";
import { type Cart, type CartContext, cartMachine, evolve, initial } from "../machines/cart/machine.ts";
import { mayAsk } from "../machines/cart/may_ask.ts";
import { CartCommand, type CartEvent } from "../machines/cart/messages.ts";
import { totalsOf } from "../machines/cart/totals.ts";
import type { ChangedLine, NoteCart } from "../machines/customer/messages.ts";
import { actsFor, isTrusted } from "../machines/customer/owner.ts";
import { cartView } from "./cart_view.ts";
import type { Kind, StoredState } from "./runtime/kind.ts";

/** Sent by the turns of customers and orders; nobody outside may. */
const INTERNAL: ReadonlySet<CartCommand["type"]> = new Set<CartCommand["type"]>([
  "open",
  "check_out",
  "seal",
  "take_in",
]);

const StoredCart = z.object({
  value: z.enum(["absent", "open", "checking_out", "checked_out", "sealed"]),
  context: z.custom<CartContext>((context) => typeof context === "object" && context !== null),
});

/** A cart lives beside its customer, whose feed shows what happens to it; it has no feed of its own. */
export const cart: Kind<Cart, CartCommand, CartEvent> = {
  name: "cart",
  routing: "slot",
  schemaVersion: 2,
  parse: (command) => CartCommand.parse(command),
  initial,
  decide,
  evolve,
  tells,
  mayCommand,
  mayRead,
  feedOf: ({ context: { customerId } }) => customerId === "" ? undefined : `customer/${customerId}`,
  view: cartView,
  feedState: () => null,
  frame: () => undefined,
  freeze: ({ value, context }) => ({ value, context }),
  thaw,
};

function tells({ context, value }: Cart, event: CartEvent): readonly Message[] {
  const { cartId, customerId, currency, lines, coupon, version } = context;
  const { itemCount, totalMinor } = totalsOf(lines, coupon);
  const note: NoteCart = {
    type: "note_cart",
    cartId,
    itemCount,
    totalMinor,
    currency,
    cartVersion: version,
    changed: changedLines(lines, event),
    status: value,
  };
  return [send(`customer/${customerId}`, note)];
}

function changedLines(lines: readonly CartLine[], event: CartEvent): readonly ChangedLine[] {
  if (event.type === "line_removed") {
    const { lineId, sku, name, unitMinor } = event;
    return [{ lineId, sku, name, quantity: 0, unitMinor }];
  }
  if (event.type !== "line_added" && event.type !== "quantity_changed") return [];

  const line = lineById(lines, event.lineId);
  if (line === undefined) return [];
  const { lineId, sku, name, quantity, unitMinor } = line;
  return [{ lineId, sku, name, quantity, unitMinor }];
}

function mayCommand(state: Cart, principal: Principal, command: CartCommand): boolean {
  if (state.matches("absent") || INTERNAL.has(command.type)) return false;
  if (overridesPrice(command) && !isTrusted(principal)) return false;
  return mayAsk(state, principal);
}

function overridesPrice(command: CartCommand): boolean {
  if (command.type === "add_lines") return command.lines.some((line) => line.listMinor !== undefined);
  return command.type === "add_line" && command.listMinor !== undefined;
}

function mayRead(state: Cart, principal: Principal, feed?: string): boolean {
  if (state.matches("absent") || feed !== undefined) return false;
  return principal.roles.includes("staff") || actsFor(principal, state.context.customerId);
}

function thaw(stored: StoredState): Cart {
  return cartMachine.resolveState(StoredCart.parse(stored));
}
