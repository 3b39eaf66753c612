import type { Money } from "../money.ts";

/** How much of the past a customer's feed state keeps. */
const ORDERS_KEPT = 50;
const SHIPMENTS_KEPT = 50;
const NOTIFICATIONS_KEPT = 20;

export interface CartNote {
  readonly cartId: string;
  readonly itemCount: number;
  readonly totalAmount: Money;
  readonly cartVersion: number;
  readonly status: string;
}

/** A cart's line after a change; quantity 0: it is gone. */
export interface ChangedLineNote {
  readonly lineId: string;
  readonly sku: string;
  readonly name: string;
  readonly quantity: number;
  readonly price: Money;
}

export interface OrderNote {
  readonly orderId: string;
  readonly trackingId: string;
  readonly status: string;
  readonly totalAmount: Money;
  readonly reason?: string;
  /** RFC 3339. */
  readonly placedAt?: string;
}

export interface ShipmentNote {
  readonly shipmentId: string;
  readonly orderId: string;
  readonly status: string;
  readonly trackingNumber?: string;
}

export interface Notification {
  readonly notificationId: string;
  readonly title: string;
  readonly body: string;
}

/** What `snapshot` and `reset` frames of a customer's feed carry. Bounded; the newest of everything first. */
export interface CustomerFeed {
  readonly customerId: string;
  /** The open cart; null when there is none. */
  readonly cart: CartNote | null;
  readonly orders: readonly OrderNote[];
  readonly shipments: readonly ShipmentNote[];
  readonly notifications: readonly Notification[];
}

/** What every frame of a customer's feed says beside its own. */
export interface FrameStamp {
  readonly customerId: string;
  /** RFC 3339. */
  readonly occurredAt: string;
  /** The command behind it: a client knows its own echo by it. */
  readonly commandId: string;
}

/** A frame of a customer's feed. */
export type CustomerFrame =
  & FrameStamp
  & (
    | ({ readonly eventType: "cart-updated"; readonly changed: readonly ChangedLineNote[] } & CartNote)
    | ({ readonly eventType: "order-status-changed"; readonly newStatus: string } & Omit<OrderNote, "status">)
    | ({ readonly eventType: "shipment-status-changed"; readonly newStatus: string } & Omit<ShipmentNote, "status">)
    | ({ readonly eventType: "notification-created" } & Notification)
  );

/**
 * Folds a frame into the state of the feed: a snapshot and all frames after it give the actor's own state. Frames of
 * later versions change nothing. Runs in browsers too, hence imports nothing.
 */
export function fold(feed: CustomerFeed, frame: CustomerFrame): CustomerFeed {
  switch (frame.eventType) {
    case "cart-updated":
      return withCart(feed, frame);
    case "order-status-changed":
      return withOrder(feed, { ...frame, status: frame.newStatus });
    case "shipment-status-changed":
      return withShipment(feed, { ...frame, status: frame.newStatus });
    case "notification-created":
      return withNotification(feed, frame);
    default:
      return feed;
  }
}

/** Whether a cart of this status was checked out, or moved to another customer: nothing can be put into it any more. */
export function isOver(status: string): boolean {
  return status === "checked_out" || status === "sealed";
}

/** A cart that is over is the customer's cart no more. */
export function withCart(feed: CustomerFeed, note: CartNote): CustomerFeed {
  const { cartId, itemCount, totalAmount, cartVersion, status } = note;
  if (!isOver(status)) return { ...feed, cart: { cartId, itemCount, totalAmount, cartVersion, status } };
  return feed.cart?.cartId === cartId ? { ...feed, cart: null } : feed;
}

/** An order keeps its place in the list; one that is not in it comes first. */
export function withOrder(feed: CustomerFeed, note: OrderNote): CustomerFeed {
  const { orderId, trackingId, status, totalAmount, reason, placedAt } = note;
  const known = feed.orders.find((order) => order.orderId === orderId);
  const placed = placedAt ?? known?.placedAt;
  const order = {
    orderId,
    trackingId,
    status,
    totalAmount,
    ...(reason !== undefined && { reason }),
    ...(placed !== undefined && { placedAt: placed }),
  };
  const orders = known === undefined
    ? [order, ...feed.orders].slice(0, ORDERS_KEPT)
    : feed.orders.map((other) => other === known ? order : other);
  return { ...feed, orders };
}

export function withShipment(feed: CustomerFeed, note: ShipmentNote): CustomerFeed {
  const { shipmentId, orderId, status } = note;
  const known = feed.shipments.find((shipment) => shipment.shipmentId === shipmentId);
  const trackingNumber = note.trackingNumber ?? known?.trackingNumber;
  const shipment = { shipmentId, orderId, status, ...(trackingNumber !== undefined && { trackingNumber }) };
  const shipments = known === undefined
    ? [shipment, ...feed.shipments].slice(0, SHIPMENTS_KEPT)
    : feed.shipments.map((other) => other === known ? shipment : other);
  return { ...feed, shipments };
}

export function withNotification(feed: CustomerFeed, note: Notification): CustomerFeed {
  const { notificationId, title, body } = note;
  return {
    ...feed,
    notifications: [{ notificationId, title, body }, ...feed.notifications].slice(0, NOTIFICATIONS_KEPT),
  };
}
