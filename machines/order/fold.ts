import type { Money } from "../money.ts";

export interface StatusEntry {
  readonly status: string;
  /** RFC 3339. */
  readonly at: string;
  readonly reason?: string;
}

export interface ShipmentState {
  /** Only in the order's own feed. */
  readonly shipmentId?: string;
  readonly carrier: string;
  readonly trackingNumber: string;
  readonly status: string;
}

/** What anybody who holds the tracking id sees: how far the order is, nothing about whose it is and what it cost. */
export interface TrackingFeed {
  readonly trackingId: string;
  readonly status: string;
  readonly shipment: ShipmentState | null;
  readonly history: readonly StatusEntry[];
}

/** What `snapshot` and `reset` frames of an order's own feed carry. */
export interface OrderFeed extends TrackingFeed {
  readonly orderId: string;
  readonly customerId: string;
  readonly storeId: string;
  readonly totalAmount: Money;
  /** While the order is pending: what it waits for. */
  readonly progress: Progress | null;
  /** What was given back so far. */
  readonly refunded: Money;
}

export type Progress = "reserving" | "reserved" | "authorising" | "securing" | "capturing";

/** A frame of an order's feeds; `public` leaves out what only the owner and the staff may see. */
export type OrderFrame =
  | {
    readonly eventType: "order-status-changed";
    readonly newStatus: string;
    readonly occurredAt: string;
    readonly reason?: string;
    readonly shipment?: ShipmentState;
    readonly orderId?: string;
    readonly customerId?: string;
    readonly trackingId?: string;
    readonly totalAmount?: Money;
    readonly commandId?: string;
  }
  | { readonly eventType: ProgressType; readonly orderId: string; readonly occurredAt: string }
  | {
    readonly eventType: "goods-returned";
    readonly orderId: string;
    readonly returnId: string;
    readonly amount: Money;
    readonly occurredAt: string;
  }
  | {
    readonly eventType: "payment-refunded";
    readonly orderId: string;
    readonly amount: Money;
    readonly occurredAt: string;
  };

export type ProgressType = "stock-reserved" | "payment-started" | "payment-authorised" | "stock-pinned";

const PROGRESS: Readonly<Record<ProgressType, Progress>> = {
  "stock-reserved": "reserved",
  "payment-started": "authorising",
  "payment-authorised": "securing",
  "stock-pinned": "capturing",
};

/**
 * Folds a frame into the state of a feed: a snapshot and all frames after it give the actor's own state. Runs in
 * browsers too, hence imports nothing.
 */
export function fold<Feed extends TrackingFeed & Partial<OrderFeed>>(feed: Feed, frame: OrderFrame): Feed {
  switch (frame.eventType) {
    case "order-status-changed": {
      const { newStatus: status, occurredAt: at, reason, shipment } = frame;
      const entry: StatusEntry = { status, at, ...(reason !== undefined && { reason }) };
      return {
        ...feed,
        status,
        history: [...feed.history, entry],
        shipment: shipment ?? (status === "DELIVERED" ? delivered(feed.shipment) : feed.shipment),
        ...("progress" in feed && { progress: status === "PENDING" ? "reserving" : null }),
      };
    }
    case "stock-reserved":
    case "payment-started":
    case "payment-authorised":
    case "stock-pinned":
      return { ...feed, progress: PROGRESS[frame.eventType] };
    case "payment-refunded":
      return { ...feed, refunded: plus(feed.refunded, frame.amount) };
    default:
      return feed;
  }
}

function plus(sum: Money | undefined, { minor, currency }: Money): Money {
  return { minor: (sum?.minor ?? 0) + minor, currency };
}

function delivered(shipment: ShipmentState | null): ShipmentState | null {
  return shipment === null ? null : { ...shipment, status: "DELIVERED" };
}
