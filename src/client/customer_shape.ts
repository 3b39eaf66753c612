import type { CartNote, CustomerFeed, CustomerFrame, OrderNote, ShipmentNote } from "../../machines/customer/fold.ts";
import { readLine, readMoney } from "./cart_shape.ts";
import { list, maybe, record, text, whole } from "./json_shape.ts";

/** The state of a customer's feed, as `snapshot` and `reset` carry it. */
export function readCustomerFeed(json: unknown): CustomerFeed {
  const feed = record(json);
  return {
    customerId: text(feed.customerId),
    cart: maybe(readCartNote)(feed.cart) ?? null,
    orders: list(readOrderNote)(feed.orders),
    shipments: list(readShipmentNote)(feed.shipments),
    notifications: list(readNotification)(feed.notifications),
  };
}

/** A frame of a customer's feed; undefined for a kind of event that this page does not know. */
export function readCustomerFrame(json: unknown): CustomerFrame | undefined {
  const frame = record(json);
  const stamp = {
    customerId: text(frame.customerId),
    occurredAt: text(frame.occurredAt),
    commandId: text(frame.commandId),
  };
  switch (frame.eventType) {
    case "cart-updated":
      return {
        eventType: frame.eventType,
        ...readCartNote(frame),
        changed: list(readLine)(frame.changed),
        ...stamp,
      };
    case "order-status-changed": {
      const { status, ...order } = readOrderNote({ ...frame, status: frame.newStatus });
      return { eventType: frame.eventType, newStatus: status, ...order, ...stamp };
    }
    case "shipment-status-changed": {
      const { status, ...shipment } = readShipmentNote({ ...frame, status: frame.newStatus });
      return { eventType: frame.eventType, newStatus: status, ...shipment, ...stamp };
    }
    case "notification-created":
      return { eventType: frame.eventType, ...readNotification(frame), ...stamp };
    default:
      return undefined;
  }
}

function readCartNote(json: unknown): CartNote {
  const cart = record(json);
  return {
    cartId: text(cart.cartId),
    itemCount: whole(cart.itemCount),
    totalAmount: readMoney(cart.totalAmount),
    cartVersion: whole(cart.cartVersion),
    status: text(cart.status),
  };
}

function readOrderNote(json: unknown): OrderNote {
  const order = record(json);
  const reason = maybe(text)(order.reason);
  const placedAt = maybe(text)(order.placedAt);
  return {
    orderId: text(order.orderId),
    trackingId: text(order.trackingId),
    status: text(order.status),
    totalAmount: readMoney(order.totalAmount),
    ...(reason !== undefined && { reason }),
    ...(placedAt !== undefined && { placedAt }),
  };
}

function readShipmentNote(json: unknown): ShipmentNote {
  const shipment = record(json);
  const trackingNumber = maybe(text)(shipment.trackingNumber);
  return {
    shipmentId: text(shipment.shipmentId),
    orderId: text(shipment.orderId),
    status: text(shipment.status),
    ...(trackingNumber !== undefined && { trackingNumber }),
  };
}

function readNotification(json: unknown): CustomerFeed["notifications"][number] {
  const { notificationId, title, body } = record(json);
  return { notificationId: text(notificationId), title: text(title), body: text(body) };
}
