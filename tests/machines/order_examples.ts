import type { Command, Message } from "../../machines/decision.ts";
import { evolve, initial, type Order } from "../../machines/order/machine.ts";
import type { OrderCommand, OrderEvent } from "../../machines/order/messages.ts";
import { after, ann, turnOf } from "./given.ts";

export const NOW = turnOf(ann).now;
export const ORDER_ID = "ord_aacccccccccccccccccccccccc";
export const PAYMENT_ID = "pay_aacccccccccccccccccccccccc";

const two = { lineId: "mug", sku: "mug", name: "Red mug", quantity: 2, unitMinor: 255, stocked: true };
const oneMore = { ...two, lineId: "mug@200", quantity: 1, unitMinor: 200 };
const lamp = { lineId: "lamp", sku: "lamp", name: "Lamp", quantity: 1, unitMinor: 1_999, stocked: true };
const postage = { lineId: "POST", sku: "POST", name: "Postage", quantity: 1, unitMinor: 395, stocked: false };

/** Three mugs at two prices, a lamp and the postage: 31.04 pounds. */
export const place = {
  type: "place",
  customerId: "ann",
  trackingId: "trk_1",
  storeId: "main",
  currency: "GBP",
  lines: [two, oneMore, lamp, postage],
} satisfies OrderCommand;

export const TOTAL = 3_104;
const change = { at: NOW, customerId: "ann" } as const;

export const placed = {
  type: "placed",
  customerId: "ann",
  trackingId: "trk_1",
  storeId: "main",
  currency: "GBP",
  lines: [two, oneMore, lamp, postage],
  discountMinor: 0,
  totalMinor: TOTAL,
  at: NOW,
} satisfies OrderEvent;
export const mugsHeld = { type: "part_held", sku: "mug" } satisfies OrderEvent;
export const allHeld = { type: "stock_reserved", sku: "lamp" } satisfies OrderEvent;
export const cardChosen = { type: "payment_method_chosen", method: "card" } satisfies OrderEvent;
export const paymentStarted = {
  type: "payment_started",
  method: "card",
  amountMinor: TOTAL,
  currency: "GBP",
} satisfies OrderEvent;
export const authorised = { type: "payment_authorised" } satisfies OrderEvent;
export const mugsPinned = { type: "part_pinned", sku: "mug" } satisfies OrderEvent;
export const allPinned = { type: "stock_pinned", sku: "lamp" } satisfies OrderEvent;
export const paid = { type: "paid", ...change } satisfies OrderEvent;
export const accepted = { type: "accepted", ...change } satisfies OrderEvent;
export const readyMarked = { type: "ready_marked", ...change } satisfies OrderEvent;
export const shipped = { type: "shipped", carrier: "Post", trackingNumber: "P1", ...change } satisfies OrderEvent;
export const delivered = { type: "delivered", ...change } satisfies OrderEvent;
export const canceled = { type: "canceled", reason: "canceled_by_customer", ...change } satisfies OrderEvent;
export const outOfStock = { type: "failed", reason: "out_of_stock", sku: "lamp", ...change } satisfies OrderEvent;
export const refunded = { type: "refunded", reason: "refunded_by_store", ...change } satisfies OrderEvent;
export const mugReturned = {
  type: "goods_returned",
  currency: "GBP",
  creditNote: {
    returnId: "1",
    lines: [{ sku: "mug", quantity: 1, unitMinor: 255, stocked: true }],
    amountMinor: 255,
    refundMinor: 255,
    reason: "chipped",
    at: NOW,
  },
} satisfies OrderEvent;
export const credited = {
  type: "credited",
  trackingId: "trk_1",
  storeId: "main",
  currency: "GBP",
  creditNote: mugReturned.creditNote,
  reason: "chipped",
  ...change,
} satisfies OrderEvent;
export const paymentVoided = { type: "payment_voided" } satisfies OrderEvent;
export const mugRefunded = {
  type: "payment_refunded",
  refundId: "return:1",
  amountMinor: 255,
  currency: "GBP",
} satisfies OrderEvent;

/** One fact of each type. */
export const facts: Readonly<{ [Type in OrderEvent["type"]]: Extract<OrderEvent, { type: Type }> }> = {
  placed,
  part_held: mugsHeld,
  stock_reserved: allHeld,
  payment_method_chosen: cardChosen,
  payment_started: paymentStarted,
  payment_authorised: authorised,
  part_pinned: mugsPinned,
  stock_pinned: allPinned,
  paid,
  accepted,
  ready_marked: readyMarked,
  shipped,
  delivered,
  canceled,
  failed: outOfStock,
  refunded,
  goods_returned: mugReturned,
  credited,
  payment_voided: paymentVoided,
  payment_refunded: mugRefunded,
};

export const unplaced: Order = initial(ORDER_ID);

const toPaid: readonly OrderEvent[] = [
  mugsHeld,
  allHeld,
  cardChosen,
  paymentStarted,
  authorised,
  mugsPinned,
  allPinned,
  paid,
];
const toDelivered: readonly OrderEvent[] = [accepted, readyMarked, shipped, delivered];

/** Ann's order, one in every state there is. */
export const orders = {
  absent: unplaced,
  reserving: orderAfter(),
  reserved: orderAfter(...toPaid.slice(0, 2)),
  authorising: orderAfter(...toPaid.slice(0, 4)),
  securing: orderAfter(...toPaid.slice(0, 5)),
  capturing: orderAfter(...toPaid.slice(0, 7)),
  paid: orderAfter(...toPaid),
  accepted: orderAfter(...toPaid, ...toDelivered.slice(0, 1)),
  ready: orderAfter(...toPaid, ...toDelivered.slice(0, 2)),
  shipped: orderAfter(...toPaid, ...toDelivered.slice(0, 3)),
  delivered: orderAfter(...toPaid, ...toDelivered),
  canceled: orderAfter(canceled),
  failed: orderAfter(outOfStock),
  refunded: orderAfter(...toPaid, refunded),
} as const;

/** Ann's order with what else happened to it. */
export function orderAfter(...events: readonly OrderEvent[]): Order {
  return after(unplaced, { evolve, events: [placed, ...events] });
}

/** What is sent to somebody of the order's: `mug`, `lamp`, `payment`. */
export function sends(to: string, command: Command & Readonly<Record<string, unknown>>): Message {
  return { kind: "send", to: to === "payment" ? `payment/${PAYMENT_ID}` : `stock/${to}`, command };
}

/** The same to both stock items, in the order in which goods are listed. */
export function sendsBoth(command: Command & Readonly<Record<string, unknown>>): readonly [Message, Message] {
  return [sends("lamp", command), sends("mug", command)];
}
