import { type Message, send } from "../machines/decision.ts";
import type { CustomerCommand } from "../machines/customer/messages.ts";
import type { OrderContext } from "../machines/order/context.ts";
import type { OrderEvent } from "../machines/order/messages.ts";
import { shipmentIdOf, STATUS_AFTER } from "./order_frames.ts";

/** News that deserve more than a changed line in a list. */
const NOTICES: Readonly<Partial<Record<OrderEvent["type"], { readonly title: string; readonly body: string }>>> = {
  failed: { title: "Your order could not be completed", body: "Nothing was charged." },
  shipped: { title: "Your order is on its way", body: "Follow it with its tracking number." },
  refunded: { title: "Your order was refunded", body: "The money is on its way back to you." },
};

/** What an order tells its customer, in the unit of the fact: every change of its status, and nothing else. */
export function orderNotes(order: OrderContext, event: OrderEvent): readonly Message[] {
  if (!("at" in event)) return [];

  const { orderId, customerId, trackingId, totalMinor, currency } = order;
  const status = STATUS_AFTER[event.type];
  const notes: CustomerCommand[] = [{
    type: "note_order",
    orderId,
    trackingId,
    status,
    ...("reason" in event && { reason: event.reason }),
    totalMinor,
    currency,
    ...(event.type === "placed" && { placedAt: event.at }),
  }];
  if (order.shipment !== null && (event.type === "shipped" || event.type === "delivered")) {
    const { trackingNumber } = order.shipment;
    notes.push({
      type: "note_shipment",
      shipmentId: shipmentIdOf(orderId),
      orderId,
      newStatus: status,
      trackingNumber,
    });
  }
  const notice = NOTICES[event.type];
  if (notice !== undefined) notes.push({ type: "notify", notificationId: noticeIdOf(orderId, event), ...notice });
  return notes.map((note) => send(`customer/${customerId}`, note));
}

function noticeIdOf(orderId: string, { type }: OrderEvent): string {
  return `ntf_${orderId.slice(orderId.indexOf("_") + 1)}_${type}`;
}
