import type { TakeCart } from "../customer/messages.ts";
import { accept, acceptNothing, type Decision, send } from "../decision.ts";
import type { Cart } from "./machine.ts";
import type { CartCommand, CartEvent, CartRefusal } from "./messages.ts";

/**
 * Closes a guest's cart and sends its lines to the customer who the guest turned out to be. What is added before goes
 * with them; whoever comes later is told where to. An order's cart stays that order's.
 */
export function seal(
  cart: Cart,
  { movedTo, toCustomerId, strategy }: Extract<CartCommand, { type: "seal" }>,
): Decision<CartEvent, CartRefusal> {
  if (cart.matches("sealed") || cart.matches("checked_out")) return acceptNothing();

  const { cartId: fromCartId, currency, lines } = cart.context;
  const spareCartId = spareFor(fromCartId, movedTo);
  const taking: TakeCart = { type: "take_cart", fromCartId, spareCartId, currency, lines, strategy };
  return accept([{ type: "sealed", movedTo, toCustomerId }], {
    messages: lines.length === 0 ? [] : [send(`customer/${toCustomerId}`, taking)],
  });
}

/**
 * The cart to open should `movedTo` be checked out before the lines arrive: it routes like `movedTo`, and no other cart
 * makes the same of itself. Backwards, since guest and customer may share a slot.
 */
function spareFor(cartId: string, movedTo: string): string {
  return movedTo.slice(0, 6) + [...cartId.slice(6)].reverse().join("");
}
