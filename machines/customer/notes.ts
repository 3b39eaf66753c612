import { money } from "../money.ts";
import type { CartNote, ChangedLineNote, CustomerFrame, FrameStamp, OrderNote, ShipmentNote } from "./fold.ts";
import type { CustomerEvent } from "./messages.ts";

type Of<Type extends CustomerEvent["type"]> = Extract<CustomerEvent, { type: Type }>;

/** A fact in the words of the feed; undefined for one that a reader only counts. */
export function frameOf(event: CustomerEvent, stamp: FrameStamp): CustomerFrame | undefined {
  switch (event.type) {
    case "cart_opened":
    case "cart_merged":
      return undefined;
    case "cart_updated":
      return { eventType: "cart-updated", ...cartNote(event), changed: changedLines(event), ...stamp };
    case "order_status_changed": {
      const { status, ...order } = orderNote(event);
      return { eventType: "order-status-changed", newStatus: status, ...order, ...stamp };
    }
    case "shipment_status_changed": {
      const { status, ...shipment } = shipmentNote(event);
      return { eventType: "shipment-status-changed", newStatus: status, ...shipment, ...stamp };
    }
    case "notification_created": {
      const { notificationId, title, body } = event;
      return { eventType: "notification-created", notificationId, title, body, ...stamp };
    }
  }
}

export function cartNote(event: Omit<Of<"cart_updated">, "type">): CartNote {
  const { cartId, itemCount, totalMinor, currency, cartVersion, status } = event;
  return { cartId, itemCount, totalAmount: money(totalMinor, currency), cartVersion, status };
}

function changedLines({ changed, currency }: Of<"cart_updated">): readonly ChangedLineNote[] {
  return changed.map(({ unitMinor, ...line }) => ({ ...line, price: money(unitMinor, currency) }));
}

export function orderNote(event: Omit<Of<"order_status_changed">, "type">): OrderNote {
  const { orderId, trackingId, status, totalMinor, currency, reason, placedAt } = event;
  return {
    orderId,
    trackingId,
    status,
    totalAmount: money(totalMinor, currency),
    ...(reason !== undefined && { reason }),
    ...(placedAt !== undefined && { placedAt: new Date(placedAt).toISOString() }),
  };
}

export function shipmentNote(event: Omit<Of<"shipment_status_changed">, "type">): ShipmentNote {
  const { shipmentId, orderId, newStatus, trackingNumber } = event;
  return { shipmentId, orderId, status: newStatus, ...(trackingNumber !== undefined && { trackingNumber }) };
}
