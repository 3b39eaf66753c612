import { accept, acceptNothing, type Decision } from "../decision.ts";
import { get } from "../persistent_map.ts";
import { failed } from "./closing.ts";
import { toStock } from "./letters.ts";
import type { Order } from "./machine.ts";
import type { OrderEvent, OrderRefusal } from "./messages.ts";
import { paymentIfReady } from "./paying.ts";
import { isClosedUnpaid } from "./status.ts";

type OrderDecision = Decision<OrderEvent, OrderRefusal>;

/** A stock item holds its goods; the last one lets the payment begin. What comes too late goes back. */
export function held(order: Order, sku: string): OrderDecision {
  const { orderId, goods, awaited } = order.context;
  const ours = get(goods, sku);
  if (ours === undefined) return acceptNothing();
  if (isClosedUnpaid(order)) return acceptNothing({ messages: [toStock(sku, { type: "release", orderId })] });
  if (!order.matches({ pending: "reserving" }) || ours.standing !== "asked") return acceptNothing();
  if (awaited > 1) return accept([{ type: "part_held", sku }]);

  const { events, messages } = paymentIfReady(order.context);
  return accept([{ type: "stock_reserved", sku }, ...events], { messages });
}

/** Counts only as the first answer: after a hold was told, it is a repeated letter that was refused. */
export function refused(order: Order, { sku, at }: { readonly sku: string; readonly at: number }): OrderDecision {
  const isFirst = order.matches({ pending: "reserving" }) && get(order.context.goods, sku)?.standing === "asked";
  return isFirst ? failed(order, { reason: "out_of_stock", sku, at }) : acceptNothing();
}

/** A hold is gone, by its deadline or before it could be pinned. Told of a pinned one, it is old news. */
export function lost(order: Order, { sku, at }: { readonly sku: string; readonly at: number }): OrderDecision {
  const ours = get(order.context.goods, sku);
  const matters = order.matches("pending") && ours !== undefined && ours.standing !== "pinned";
  return matters ? failed(order, { reason: "reservation_expired", sku, at }) : acceptNothing();
}

/** A pin is refused only while it is awaited. */
export function pinRefused(order: Order, told: { readonly sku: string; readonly at: number }): OrderDecision {
  return order.matches({ pending: "securing" }) ? lost(order, told) : acceptNothing();
}

export function lapse(order: Order, at: number): OrderDecision {
  if (!order.matches({ pending: "reserved" }) || order.context.goods.size > 0) return acceptNothing();
  return failed(order, { reason: "reservation_expired", at });
}
