import { accept, type Decision, type Message } from "../decision.ts";
import { entriesOf } from "../persistent_map.ts";
import { type OrderContext, refundableOf } from "./context.ts";
import { lapseCanceled, toPayment, toStock } from "./letters.ts";
import type { Order } from "./machine.ts";
import type { FailureReason, OrderEvent, OrderRefusal } from "./messages.ts";
import { returnedOf } from "./returning.ts";
import { isPaying, wasShipped } from "./status.ts";

type OrderDecision = Decision<OrderEvent, OrderRefusal>;

interface Closing {
  readonly reason: string;
  readonly at: number;
}

/** Ends the order before it was paid or before it was shipped; goods and money go back. */
export function canceled(order: Order, { reason, at }: Closing): OrderDecision {
  const { customerId } = order.context;
  const messages = order.matches("pending") ? letGo(order) : takeBack(order, "canceled");
  return accept([{ type: "canceled", reason, at, customerId }], { messages });
}

/** Gives back what is left of the money. Goods that were shipped come back by `return_goods`, if at all. */
export function refunded(order: Order, { reason, at }: Closing): OrderDecision {
  const { customerId } = order.context;
  return accept([{ type: "refunded", reason, at, customerId }], { messages: takeBack(order, "refunded") });
}

/** Ends an order that could not be had or paid. `sku` holds nothing any more; all others let go. */
export function failed(
  order: Order,
  failure: { readonly reason: FailureReason; readonly sku?: string; readonly detail?: string; readonly at: number },
): OrderDecision {
  const { reason, sku, detail, at } = failure;
  const { customerId } = order.context;
  const event: OrderEvent = {
    type: "failed",
    reason,
    ...(sku !== undefined && { sku }),
    ...(detail !== undefined && { detail }),
    at,
    customerId,
  };
  const payment = reason === "payment_declined" ? [] : unpaid(order);
  return accept([event], { messages: [...released(order.context, sku), ...payment] });
}

function letGo(order: Order): readonly Message[] {
  return [...released(order.context), ...unpaid(order), ...lapseCanceled(order.context)];
}

/** Also where stock has not answered: its hold may be on the way. */
function released({ orderId, goods }: OrderContext, except?: string): readonly Message[] {
  return [...entriesOf(goods)]
    .filter(([sku]) => sku !== except)
    .map(([sku]) => toStock(sku, { type: "release", orderId }));
}

function unpaid(order: Order): readonly Message[] {
  return isPaying(order) ? [toPayment(order.context, { type: "void" })] : [];
}

/** Sold goods go back to the shelf unless they were shipped, less what came back before; so does the money. */
function takeBack(order: Order, returnId: string): readonly Message[] {
  const { orderId, goods } = order.context;
  const messages: Message[] = [];
  if (!wasShipped(order)) {
    const returned = returnedOf(order.context);
    for (const [sku, ours] of entriesOf(goods)) {
      const quantity = ours.quantity - (returned.get(sku) ?? 0);
      if (quantity > 0) messages.push(toStock(sku, { type: "restock", orderId, returnId, quantity }));
    }
  }
  if (refundableOf(order.context) > 0) messages.push(toPayment(order.context, { type: "refund" }));
  return messages;
}
