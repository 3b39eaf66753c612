import { z } from "zod";
import { type CustomerFeed, type CustomerFrame, fold } from "../../../machines/customer/fold.ts";
import { Follower } from "./follower.ts";
import { Money } from "./shapes_of_answers.ts";

const About = z.looseObject({ customerId: z.string() });

const CartNote = z.strictObject({
  cartId: z.string(),
  itemCount: z.int(),
  totalAmount: Money,
  cartVersion: z.int(),
  status: z.string(),
});

const State: z.ZodType<CustomerFeed> = z.strictObject({
  customerId: z.string(),
  cart: CartNote.nullable(),
  orders: z.array(z.strictObject({
    orderId: z.string(),
    trackingId: z.string(),
    status: z.string(),
    totalAmount: Money,
    reason: z.string().optional(),
    placedAt: z.string().optional(),
  })),
  shipments: z.array(z.strictObject({
    shipmentId: z.string(),
    orderId: z.string(),
    status: z.string(),
    trackingNumber: z.string().optional(),
  })),
  notifications: z.array(z.strictObject({ notificationId: z.string(), title: z.string(), body: z.string() })),
});

const Stamp = { customerId: z.string(), occurredAt: z.iso.datetime(), commandId: z.string() };

const Frame: z.ZodType<CustomerFrame> = z.discriminatedUnion("eventType", [
  CartNote.extend({
    eventType: z.literal("cart-updated"),
    ...Stamp,
    changed: z.array(z.strictObject({
      lineId: z.string(),
      sku: z.string(),
      name: z.string(),
      quantity: z.int(),
      price: Money,
    })),
  }),
  z.strictObject({
    eventType: z.literal("order-status-changed"),
    ...Stamp,
    orderId: z.string(),
    trackingId: z.string(),
    newStatus: z.string(),
    totalAmount: Money,
    reason: z.string().optional(),
    placedAt: z.string().optional(),
  }),
  z.strictObject({
    eventType: z.literal("shipment-status-changed"),
    ...Stamp,
    shipmentId: z.string(),
    orderId: z.string(),
    newStatus: z.string(),
    trackingNumber: z.string().optional(),
  }),
  z.strictObject({
    eventType: z.literal("notification-created"),
    ...Stamp,
    notificationId: z.string(),
    title: z.string(),
    body: z.string(),
  }),
]);

/** Follows everything about one customer. */
export function followCustomer(customerId: string): Follower<CustomerFeed> {
  return new Follower<CustomerFeed>({
    read: (state) => State.parse(state),
    fold: (state, data) => fold(state, Frame.parse(data)),
    isMine: (said) => About.parse(said).customerId === customerId,
  });
}
