import { money } from "../machines/money.ts";
import type { OrderFeed, OrderFrame, ProgressType, ShipmentState, TrackingFeed } from "../machines/order/fold.ts";
import type { Order } from "../machines/order/machine.ts";
import type { OrderEvent } from "../machines/order/messages.ts";
import { type OrderStatus, statusOf } from "../machines/order/status.ts";
import { idOf } from "./runtime/address.ts";
import type { Stamp } from "./runtime/kind.ts";

type StatusFact = Extract<OrderEvent, { readonly at: number }>;

/** The status that a fact leads to. */
export const STATUS_AFTER: Readonly<Record<StatusFact["type"], OrderStatus>> = {
  placed: "PENDING",
  paid: "PAID",
  accepted: "ACCEPTED",
  ready_marked: "READY",
  shipped: "SHIPPED",
  delivered: "DELIVERED",
  canceled: "CANCELED",
  failed: "FAILED",
  refunded: "REFUNDED",
  credited: "REFUNDED",
};

/** What the owner and the staff see of a fact; undefined for steps that only count. */
export function ownerFrame(event: OrderEvent, stamp: Stamp): OrderFrame | undefined {
  const orderId = idOf(stamp.address);
  const occurredAt = timeText(stamp.occurredAt);
  switch (event.type) {
    case "stock_reserved":
      return progress("stock-reserved", stamp);
    case "payment_started":
      return progress("payment-started", stamp);
    case "payment_authorised":
      return progress("payment-authorised", stamp);
    case "stock_pinned":
      return progress("stock-pinned", stamp);
    case "goods_returned": {
      const { returnId, amountMinor } = event.creditNote;
      return { eventType: "goods-returned", orderId, returnId, amount: money(amountMinor, event.currency), occurredAt };
    }
    case "payment_refunded":
      return { eventType: "payment-refunded", orderId, amount: money(event.amountMinor, event.currency), occurredAt };
    case "part_held":
    case "part_pinned":
    case "payment_method_chosen":
    case "payment_voided":
      return undefined;
    default:
      return {
        ...statusFrame(event),
        ...(event.type === "shipped" && { shipment: { shipmentId: shipmentIdOf(orderId), ...shipmentBegun(event) } }),
        ...("reason" in event && { reason: event.reason }),
        orderId,
        customerId: event.customerId,
        ...(event.type === "placed" && {
          trackingId: event.trackingId,
          totalAmount: money(event.totalMinor, event.currency),
        }),
        ...(event.type === "credited" && { trackingId: event.trackingId, totalAmount: money(0, event.currency) }),
        commandId: stamp.commandId,
      };
  }
}

/** What anybody who holds the tracking id sees: status and shipment. */
export function trackingFrame(event: OrderEvent): OrderFrame | undefined {
  if (!("at" in event)) return undefined;
  return { ...statusFrame(event), ...(event.type === "shipped" && { shipment: shipmentBegun(event) }) };
}

export function ownerFeed(order: Order): OrderFeed {
  const { orderId, customerId, storeId, totalMinor, currency, history, shipment, givenBackMinor } = order.context;
  return {
    ...trackingFeed(order),
    shipment: shipment === null ? null : { shipmentId: shipmentIdOf(orderId), ...shipment },
    history: history.map(({ status, at, reason }) => ({ status, at: timeText(at), ...(reason && { reason }) })),
    orderId,
    customerId,
    storeId,
    totalAmount: money(totalMinor, currency),
    progress: typeof order.value === "string" ? null : order.value.pending,
    refunded: money(givenBackMinor, currency),
  };
}

export function trackingFeed(order: Order): TrackingFeed {
  const { trackingId, shipment, history } = order.context;
  return {
    trackingId,
    status: statusOf(order),
    shipment,
    history: history.map(({ status, at }) => ({ status, at: timeText(at) })),
  };
}

/** An order is shipped once: its shipment's id has the same rest. */
export function shipmentIdOf(orderId: string): string {
  return `shp_${orderId.slice(orderId.indexOf("_") + 1)}`;
}

export function timeText(epochMs: number): string {
  return new Date(epochMs).toISOString();
}

function statusFrame(event: StatusFact): OrderFrame & { readonly eventType: "order-status-changed" } {
  return { eventType: "order-status-changed", newStatus: STATUS_AFTER[event.type], occurredAt: timeText(event.at) };
}

function shipmentBegun({ carrier, trackingNumber }: Extract<OrderEvent, { type: "shipped" }>): ShipmentState {
  return { carrier, trackingNumber, status: "SHIPPED" };
}

function progress(eventType: ProgressType, stamp: Stamp): OrderFrame {
  return { eventType, orderId: idOf(stamp.address), occurredAt: timeText(stamp.occurredAt) };
}
