import { accept, type Decision, refuse, type Turn } from "../decision.ts";
import { credit } from "./crediting.ts";
import { canceled, refunded } from "./closing.ts";
import type { Order } from "./machine.ts";
import type { OrderAction, OrderCommand, OrderEvent, OrderRefusal } from "./messages.ts";
import { authorised, captured, declined, givenBack, pay, pinned, voided } from "./paying.ts";
import { place, start } from "./placing.ts";
import { held, lapse, lost, pinRefused, refused } from "./reserving.ts";
import { returnGoods } from "./returning.ts";
import { allowedTo, isPaying, isStaffOf, statusOf, wasShipped } from "./status.ts";

type OrderDecision = Decision<OrderEvent, OrderRefusal>;
type Asked = Exclude<
  OrderCommand,
  { type: "start" | "place" | "credit" | `stock_${string}` | `payment_${string}` | "lapse" }
>;

/**
 * Decides what a command does to an order. People are refused what is not allowed now; what stock and payment tell comes
 * at least once and in any order, is never refused, and does nothing where it comes too late.
 */
export function decide(order: Order, command: OrderCommand, turn: Turn): OrderDecision {
  const at = turn.now;
  switch (command.type) {
    case "start":
      return start(order, command);
    case "place":
      return place(order, command, turn);
    case "credit":
      return credit(order, command, turn);
    case "stock_held":
      return held(order, command.sku);
    case "stock_refused":
      return refused(order, { sku: command.sku, at });
    case "stock_pinned":
      return pinned(order, command.sku);
    case "stock_pin_refused":
      return pinRefused(order, { sku: command.sku, at });
    case "stock_expired":
      return lost(order, { sku: command.sku, at });
    case "payment_authorised":
      return authorised(order);
    case "payment_captured":
      return captured(order, at);
    case "payment_declined":
      return declined(order, { detail: command.reason, at });
    case "payment_voided":
      return voided(order);
    case "payment_refunded":
      return givenBack(order, command);
    case "lapse":
      return lapse(order, at);
    default:
      return order.matches("absent") ? refuse("not_found") : asked(order, command, turn);
  }
}

function asked(order: Order, command: Asked, turn: Turn): OrderDecision {
  if (!isAllowed(order, command, turn)) {
    return refuse("illegal_transition", { status: statusOf(order), allowed: allowedTo(turn.principal, order) });
  }

  const { customerId, storeId } = order.context;
  const change = { at: turn.now, customerId };
  switch (command.type) {
    case "pay":
      return pay(order, command.paymentMethod);
    case "cancel": {
      const by = isStaffOf(turn.principal, storeId) ? "canceled_by_store" : "canceled_by_customer";
      return canceled(order, { reason: command.reason ?? by, at: turn.now });
    }
    case "accept_order":
      return accept([{ type: "accepted", ...change }]);
    case "mark_ready":
      return accept([{ type: "ready_marked", ...change }]);
    case "ship": {
      const { carrier, trackingNumber } = command;
      return accept([{ type: "shipped", carrier, trackingNumber, ...change }]);
    }
    case "deliver":
      return accept([{ type: "delivered", ...change }]);
    case "refund":
      return refunded(order, { reason: command.reason ?? "refunded_by_store", at: turn.now });
    case "return_goods":
      return returnGoods(order, command, turn);
  }
}

const ACTION: Readonly<Record<Exclude<Asked["type"], "return_goods">, OrderAction>> = {
  pay: "pay",
  cancel: "cancel",
  accept_order: "accept",
  mark_ready: "ready",
  ship: "ship",
  deliver: "deliver",
  refund: "refund",
};

function isAllowed(order: Order, command: Asked, { principal }: Turn): boolean {
  if (command.type === "return_goods") return canComeBack(order);
  // A second click on "pay" finds the payment under way, which is what it wants.
  if (command.type === "pay" && isPaying(order)) return true;
  return allowedTo(principal, order).includes(ACTION[command.type]);
}

/** Once sold, unless closing the order has put everything back on the shelf. */
function canComeBack(order: Order): boolean {
  if (order.matches("pending") || order.matches("canceled") || order.matches("failed")) return false;
  return !order.matches("refunded") || wasShipped(order);
}
