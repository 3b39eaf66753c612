import { accept, acceptNothing, type Decision, type Message } from "../decision.ts";
import { entriesOf, get } from "../persistent_map.ts";
import { failed } from "./closing.ts";
import type { OrderContext } from "./context.ts";
import { lapseCanceled, toPayment, toStock } from "./letters.ts";
import type { Order } from "./machine.ts";
import type { OrderEvent, OrderRefusal } from "./messages.ts";
import { isClosedUnpaid, isPaying } from "./status.ts";

type OrderDecision = Decision<OrderEvent, OrderRefusal>;

/** Facts, and what they make others do. */
export interface Begun {
  readonly events: readonly OrderEvent[];
  readonly messages: readonly Message[];
}

/** Begins the payment of an order whose goods are all held, once its method is known. */
export function paymentIfReady(order: OrderContext): Begun {
  const { orderId, customerId, totalMinor: amountMinor, currency, paymentMethod: method } = order;
  if (method === null) return { events: [], messages: [] };
  return {
    events: [{ type: "payment_started", method, amountMinor, currency }],
    messages: [toPayment(order, { type: "authorise", orderId, customerId, amountMinor, currency, method })],
  };
}

/** The customer pays, or says how to once the goods are held. A second click finds the payment under way. */
export function pay(order: Order, method: string): OrderDecision {
  if (isPaying(order)) return acceptNothing();

  const { context } = order;
  const chosen: OrderEvent[] = context.paymentMethod === method ? [] : [{ type: "payment_method_chosen", method }];
  if (order.matches({ pending: "reserving" })) return accept(chosen);

  const { events, messages } = paymentIfReady({ ...context, paymentMethod: method });
  return accept([...chosen, ...events], { messages: [...messages, ...lapseCanceled(context)] });
}

/** The money is blocked: the holds must not expire before it is taken. */
export function authorised(order: Order): OrderDecision {
  if (!order.matches({ pending: "authorising" })) return acceptNothing();

  const { orderId, goods } = order.context;
  const event: OrderEvent = { type: "payment_authorised" };
  if (goods.size === 0) {
    return accept([event, { type: "stock_pinned" }], { messages: [toPayment(order.context, { type: "capture" })] });
  }
  return accept([event], { messages: [...entriesOf(goods)].map(([sku]) => toStock(sku, { type: "pin", orderId })) });
}

/** The last pin lets the money be taken: no hold can expire between the money and the goods. */
export function pinned(order: Order, sku: string): OrderDecision {
  const { orderId, goods, awaited } = order.context;
  const ours = get(goods, sku);
  if (ours === undefined) return acceptNothing();
  if (isClosedUnpaid(order)) return acceptNothing({ messages: [toStock(sku, { type: "release", orderId })] });
  if (!order.matches({ pending: "securing" }) || ours.standing === "pinned") return acceptNothing();
  if (awaited > 1) return accept([{ type: "part_pinned", sku }]);
  return accept([{ type: "stock_pinned", sku }], { messages: [toPayment(order.context, { type: "capture" })] });
}

export function captured(order: Order, at: number): OrderDecision {
  const { orderId, customerId, goods } = order.context;
  if (isClosedUnpaid(order)) return acceptNothing({ messages: [toPayment(order.context, { type: "refund" })] });
  if (!order.matches({ pending: "capturing" })) return acceptNothing();

  const messages = [...entriesOf(goods)].map(([sku]) => toStock(sku, { type: "allocate", orderId }));
  return accept([{ type: "paid", at, customerId }], { messages });
}

/** Nothing was taken. An order that closed meanwhile learns that there is nothing to give back. */
export function declined(
  order: Order,
  { detail, at }: { readonly detail: string; readonly at: number },
): OrderDecision {
  if (isPaying(order)) return failed(order, { reason: "payment_declined", detail, at });
  return voided(order);
}

export function voided(order: Order): OrderDecision {
  const isAwaited = isClosedUnpaid(order) && order.context.payment === "voiding";
  return isAwaited ? accept([{ type: "payment_voided" }]) : acceptNothing();
}

export function givenBack(
  order: Order,
  { refundId, amountMinor }: { readonly refundId: string; readonly amountMinor: number },
): OrderDecision {
  if (order.matches("absent") || order.matches("pending")) return acceptNothing();
  if (order.context.refundIds.includes(refundId)) return acceptNothing();
  return accept([{ type: "payment_refunded", refundId, amountMinor, currency: order.context.currency }]);
}
