import { accept, acceptNothing, type Decision, refuse, type Turn } from "../decision.ts";
import { checkOut } from "./check_out.ts";
import { addLines } from "./add_lines.ts";
import { lineById } from "./lines.ts";
import { mayAsk } from "./may_ask.ts";
import type { Cart } from "./machine.ts";
import { type CartCommand, type CartEvent, type CartRefusal, type Coupon, MAX_QUANTITY } from "./messages.ts";
import { seal } from "./seal.ts";
import { takeIn } from "./take_in.ts";

type CartDecision = Decision<CartEvent, CartRefusal>;
type Of<Type extends CartCommand["type"]> = Extract<CartCommand, { type: Type }>;

/** Decides what a command does to a cart. Prices come in the command, put there by the edge. */
export function decide(cart: Cart, command: CartCommand, turn: Turn): CartDecision {
  if (command.type === "open") return open(cart, command);
  // On a guest's word, but sent by the customer whose cart it is.
  if (command.type === "take_in") return takeIn(cart, command);
  // A caused turn comes unasked whose cart it is: an order names any cart it likes.
  if (cart.matches("absent") || !mayAsk(cart, turn.principal)) return refuse("not_found");
  if (command.type === "seal") return seal(cart, command);
  if (cart.matches("sealed")) return refuse("cart_moved", { movedTo: cart.context.movedTo?.cartId });
  if (command.type === "check_out") return checkOut(cart, command);
  if (cart.matches("checked_out")) return refuse("cart_is_closed", { orderId: cart.context.orderId });

  const { lines, coupon, addressId, paymentMethod } = cart.context;
  switch (command.type) {
    case "add_line":
      return addLines(cart, [command]);
    case "add_lines":
      return addLines(cart, command.lines);
    case "change_quantity":
      return changeQuantity(cart, command);
    case "remove_line":
      return changeQuantity(cart, { sku: command.sku, quantity: 0 });
    case "apply_coupon":
      return applyCoupon(cart, command);
    case "remove_coupon":
      if (coupon?.code !== command.code) return refuse("coupon_is_missing");
      return accept([{ type: "coupon_removed", code: command.code }]);
    case "begin_checkout":
      if (lines.length === 0) return refuse("cart_is_empty");
      return cart.matches("checking_out") ? acceptNothing() : accept([{ type: "checkout_begun" }]);
    case "set_address":
      if (addressId === command.personalId) return acceptNothing();
      return accept([{ type: "address_set", personalId: command.personalId }]);
    case "set_payment_method":
      if (paymentMethod === command.method) return acceptNothing();
      return accept([{ type: "payment_method_set", method: command.method }]);
  }
}

function open(cart: Cart, command: Of<"open">): CartDecision {
  const { customerId, currency } = command;
  if (cart.matches("absent")) return accept([{ type: "opened", customerId, currency }]);
  const isOpen = cart.matches("open") || cart.matches("checking_out");
  const isRepeat = isOpen && cart.context.customerId === customerId;
  return isRepeat ? acceptNothing() : refuse("cart_exists");
}

function changeQuantity(cart: Cart, wish: { readonly sku: string; readonly quantity: number }): CartDecision {
  const line = lineById(cart.context.lines, wish.sku);
  if (line === undefined) return refuse("line_is_missing", { sku: wish.sku });
  if (wish.quantity === line.quantity) return acceptNothing();
  if (wish.quantity > MAX_QUANTITY) return refuse("quantity_too_large", { maxQuantity: MAX_QUANTITY });

  const { lineId, sku, name, unitMinor } = line;
  if (wish.quantity === 0) return accept([{ type: "line_removed", lineId, sku, name, unitMinor }]);
  return accept([{ type: "quantity_changed", lineId, quantity: wish.quantity }]);
}

/** One coupon a cart: the last one wins. */
function applyCoupon(cart: Cart, command: Of<"apply_coupon">): CartDecision {
  const coupon = couponOf(command);
  const present = cart.context.coupon;
  if (present !== null && isSame(present, coupon)) return acceptNothing();
  return accept([{ type: "coupon_applied", coupon }]);
}

function couponOf({ code, percentOff, amountOffMinor }: Of<"apply_coupon">): Coupon {
  return percentOff === undefined ? { code, amountOffMinor: amountOffMinor ?? 0 } : { code, percentOff };
}

function isSame(one: Coupon, other: Coupon): boolean {
  if (one.code !== other.code) return false;
  if ("percentOff" in one) return "percentOff" in other && one.percentOff === other.percentOff;
  return "amountOffMinor" in other && one.amountOffMinor === other.amountOffMinor;
}
