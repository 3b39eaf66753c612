import { accept, acceptNothing, type Decision, refuse, send } from "../decision.ts";
import type { Cart } from "./machine.ts";
import type { CartCommand, CartEvent, CartRefusal, PlaceOrder } from "./messages.ts";
import { totalsOf } from "./totals.ts";

type CheckOut = Extract<CartCommand, { type: "check_out" }>;

/**
 * Turns the cart into the order that asks for it: at most one, ever. The cart need not have begun its checkout. A
 * repeat by the same order changes nothing, since the order was placed in the unit of the first.
 */
export function checkOut(cart: Cart, command: CheckOut): Decision<CartEvent, CartRefusal> {
  const { orderId } = command;
  const { context } = cart;
  if (cart.matches("checked_out")) {
    return context.orderId === orderId ? acceptNothing() : refuse("cart_is_closed", { orderId: context.orderId });
  }
  if (context.lines.length === 0) return refuse("cart_is_empty");

  return accept([{ type: "checked_out", orderId }], { messages: [send(`order/${orderId}`, placing(cart, command))] });
}

function placing(cart: Cart, { trackingId, storeId, occurredOn, ...chosen }: CheckOut): PlaceOrder {
  const { cartId, customerId, currency, lines, coupon, addressId } = cart.context;
  const { discountMinor } = totalsOf(lines, coupon);
  const paymentMethod = chosen.paymentMethod ?? cart.context.paymentMethod;
  return {
    type: "place",
    customerId,
    cartId,
    trackingId,
    storeId,
    currency,
    lines,
    ...(addressId !== null && { addressId }),
    ...(paymentMethod !== null && { paymentMethod }),
    ...(coupon !== null && { discountMinor }),
    ...(occurredOn !== undefined && { occurredOn }),
  };
}
