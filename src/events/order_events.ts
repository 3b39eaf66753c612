import { z } from "zod";
import { Money, money } from "../../machines/money.ts";
import type { CreditNote, OrderEvent } from "../../machines/order/messages.ts";
import { publishedEvent, type Tellings } from "./published_event.ts";

const orderId = z.string();
const customerId = z.string();
const occurredOn = z.string().optional();

const created = publishedEvent("ecommerce.order.order.created.v1", {
  summary: "An order was placed; stock and payment follow.",
  payload: z.object({
    orderId,
    customerId,
    cartId: z.string().optional(),
    storeId: z.string(),
    status: z.literal("PENDING"),
    totalAmount: Money,
    discount: Money,
    lines: z.array(z.object({
      lineId: z.string(),
      sku: z.string(),
      name: z.string(),
      quantity: z.int(),
      price: Money,
      stocked: z.boolean(),
    })),
    paymentMethod: z.string().optional(),
    /** The day the sale belongs to, when it is not the day it was recorded. */
    occurredOn,
  }),
});

const progressed = publishedEvent("ecommerce.order.order.progressed.v1", {
  summary: "A step on the way to a paid order; its status stays PENDING.",
  payload: z.object({
    orderId,
    progress: z.enum([
      "part_held",
      "stock_reserved",
      "payment_method_chosen",
      "payment_started",
      "payment_authorised",
      "part_pinned",
      "stock_pinned",
    ]),
    sku: z.string().optional(),
    paymentMethod: z.string().optional(),
    amount: Money.optional(),
  }),
});

const status = { orderId, customerId };

const paid = publishedEvent("ecommerce.order.order.paid.v1", {
  summary: "The money was captured and the goods are set aside for good.",
  payload: z.object({ ...status, status: z.literal("PAID") }),
});

const accepted = publishedEvent("ecommerce.order.order.accepted.v1", {
  summary: "The store has taken the order on.",
  payload: z.object({ ...status, status: z.literal("ACCEPTED") }),
});

const ready = publishedEvent("ecommerce.order.order.ready.v1", {
  summary: "The goods are packed.",
  payload: z.object({ ...status, status: z.literal("READY") }),
});

const shipped = publishedEvent("ecommerce.order.order.shipped.v1", {
  summary: "The goods are with the carrier.",
  payload: z.object({
    ...status,
    status: z.literal("SHIPPED"),
    carrier: z.string(),
    trackingNumber: z.string(),
  }),
});

const fulfilled = publishedEvent("ecommerce.order.order.fulfilled.v1", {
  summary: "The goods were delivered: what was promised is done.",
  payload: z.object({ ...status, status: z.literal("DELIVERED") }),
});

const canceled = publishedEvent("ecommerce.order.order.canceled.v1", {
  summary: "The order was called off before it was shipped; goods and money go back.",
  payload: z.object({ ...status, status: z.literal("CANCELED"), reason: z.string() }),
});

const failed = publishedEvent("ecommerce.order.order.failed.v1", {
  summary: "The order could not be had or paid; nothing was charged.",
  payload: z.object({
    ...status,
    status: z.literal("FAILED"),
    reason: z.enum(["out_of_stock", "reservation_expired", "payment_declined"]),
    sku: z.string().optional(),
  }),
});

const refunded = publishedEvent("ecommerce.order.order.refunded.v1", {
  summary: "The order is closed and what is left of the money goes back.",
  payload: z.object({ ...status, status: z.literal("REFUNDED"), reason: z.string() }),
});

/** In minor units of the order's currency. */
const amountMinor = z.int();

const note = {
  returnId: z.string(),
  lines: z.array(z.object({
    sku: z.string(),
    quantity: z.int(),
    unitMinor: amountMinor,
    stocked: z.boolean().optional(),
  })).readonly(),
  /** What the returned goods are worth. */
  amountMinor,
  /** What the payment gives back. */
  refundMinor: amountMinor,
  reason: z.string(),
  occurredOn,
};

const goodsReturned = publishedEvent("ecommerce.order.order.goods_returned.v1", {
  summary: "Goods came back: a credit note.",
  payload: z.object({ orderId, ...note }),
});

const credited = publishedEvent("ecommerce.order.order.credited.v1", {
  summary: "A return whose sale nobody knows: an order that consists of a credit note alone.",
  payload: z.object({
    ...status,
    status: z.literal("REFUNDED"),
    storeId: z.string(),
    currency: z.string(),
    ...note,
  }),
});

const paymentVoided = publishedEvent("ecommerce.order.order.payment_voided.v1", {
  summary: "What the payment had blocked is free again.",
  payload: z.object({ orderId }),
});

const paymentRefunded = publishedEvent("ecommerce.order.order.payment_refunded.v1", {
  summary: "The payment gave money back.",
  payload: z.object({ orderId, refundId: z.string(), amountMinor }),
});

export const orderEvents = [
  created,
  progressed,
  paid,
  accepted,
  ready,
  shipped,
  fulfilled,
  canceled,
  failed,
  refunded,
  goodsReturned,
  credited,
  paymentVoided,
  paymentRefunded,
];

/** Left out: the tracking id, which opens the order's public page, and the reference to the address. */
export const orderTellings: Tellings<OrderEvent> = {
  placed: created.from((fact, orderId) => ({
    orderId,
    customerId: fact.customerId,
    cartId: fact.cartId,
    storeId: fact.storeId,
    status: "PENDING",
    totalAmount: money(fact.totalMinor, fact.currency),
    discount: money(fact.discountMinor, fact.currency),
    lines: fact.lines.map(({ lineId, sku, name, quantity, unitMinor, stocked }) => {
      return { lineId, sku, name, quantity, price: money(unitMinor, fact.currency), stocked };
    }),
    paymentMethod: fact.paymentMethod,
    occurredOn: fact.occurredOn,
  })),
  part_held: progressed.from(({ sku }, orderId) => ({ orderId, progress: "part_held", sku })),
  stock_reserved: progressed.from(({ sku }, orderId) => ({ orderId, progress: "stock_reserved", sku })),
  payment_method_chosen: progressed.from(({ method }, orderId) => {
    return { orderId, progress: "payment_method_chosen", paymentMethod: method };
  }),
  payment_started: progressed.from(({ method, amountMinor, currency }, orderId) => {
    return { orderId, progress: "payment_started", paymentMethod: method, amount: money(amountMinor, currency) };
  }),
  payment_authorised: progressed.from((_, orderId) => ({ orderId, progress: "payment_authorised" })),
  part_pinned: progressed.from(({ sku }, orderId) => ({ orderId, progress: "part_pinned", sku })),
  stock_pinned: progressed.from(({ sku }, orderId) => ({ orderId, progress: "stock_pinned", sku })),
  paid: paid.from(({ customerId }, orderId) => ({ orderId, customerId, status: "PAID" })),
  accepted: accepted.from(({ customerId }, orderId) => ({ orderId, customerId, status: "ACCEPTED" })),
  ready_marked: ready.from(({ customerId }, orderId) => ({ orderId, customerId, status: "READY" })),
  shipped: shipped.from(({ customerId, carrier, trackingNumber }, orderId) => {
    return { orderId, customerId, status: "SHIPPED", carrier, trackingNumber };
  }),
  delivered: fulfilled.from(({ customerId }, orderId) => ({ orderId, customerId, status: "DELIVERED" })),
  canceled: canceled.from(({ customerId, reason }, orderId) => ({ orderId, customerId, status: "CANCELED", reason })),
  failed: failed.from(({ customerId, reason, sku }, orderId) => {
    return { orderId, customerId, status: "FAILED", reason, sku };
  }),
  refunded: refunded.from(({ customerId, reason }, orderId) => ({ orderId, customerId, status: "REFUNDED", reason })),
  goods_returned: goodsReturned.from(({ creditNote }, orderId) => ({ orderId, ...told(creditNote) })),
  credited: credited.from(({ customerId, storeId, currency, creditNote }, orderId) => {
    return { orderId, customerId, status: "REFUNDED", storeId, currency, ...told(creditNote) };
  }),
  payment_voided: paymentVoided.from((_, orderId) => ({ orderId })),
  payment_refunded: paymentRefunded.from(({ refundId, amountMinor }, orderId) => ({ orderId, refundId, amountMinor })),
};

function told({ returnId, lines, amountMinor, refundMinor, reason, occurredOn }: CreditNote): Omit<CreditNote, "at"> {
  return { returnId, lines, amountMinor, refundMinor, reason, occurredOn };
}
