import { z } from "zod";

/** What clients rely on in every answer; more members may come, none may go. */

export const Money = z.strictObject({ minor: z.int(), currency: z.string().regex(/^[A-Z]{3}$/) });
export const Time = z.iso.datetime();
export const Cursor = z.string().regex(/^\S+$/);

export const Session = z.looseObject({
  token: z.string(),
  customerId: z.string(),
  expiresAt: Time,
  cursor: z.string(),
});
export const Token = z.looseObject({ token: z.string() });
export const Ticket = z.looseObject({ ticket: z.string() });

const Line = z.looseObject({
  sku: z.string(),
  name: z.string(),
  quantity: z.int().min(1),
  price: Money,
  lineTotal: Money,
});

export const Cart = z.looseObject({
  cartId: z.string(),
  customerId: z.string(),
  status: z.string(),
  currency: z.string(),
  lines: z.array(Line),
  itemCount: z.int(),
  totalAmount: Money,
  version: z.int(),
  cursor: Cursor,
});

export type Cart = z.infer<typeof Cart>;

export const OrderStatus = z.enum([
  "PENDING",
  "PAID",
  "ACCEPTED",
  "READY",
  "SHIPPED",
  "DELIVERED",
  "CANCELED",
  "FAILED",
  "REFUNDED",
]);

export type OrderStatus = z.infer<typeof OrderStatus>;

export const PlacedOrder = z.looseObject({
  orderId: z.string(),
  trackingId: z.string(),
  status: OrderStatus,
  totalAmount: Money,
  correlationId: z.string(),
  version: z.int(),
  cursor: Cursor,
});

export type PlacedOrder = z.infer<typeof PlacedOrder>;

export const Order = z.looseObject({
  orderId: z.string(),
  trackingId: z.string(),
  customerId: z.string(),
  status: OrderStatus,
  reason: z.string().optional(),
  lines: z.array(Line),
  totalAmount: Money,
  payment: z.looseObject({ status: z.string() }),
  history: z.array(z.looseObject({ status: OrderStatus, at: Time })).min(1),
  version: z.int(),
  cursor: Cursor,
});

export type Order = z.infer<typeof Order>;

export const Product = z.looseObject({
  sku: z.string(),
  name: z.string(),
  price: Money,
  imageUrl: z.string(),
  priceVersion: z.int(),
  version: z.int(),
});

export const ProductPage = z.looseObject({
  items: z.array(z.looseObject({
    sku: z.string(),
    name: z.string(),
    price: Money,
    imageUrl: z.string(),
    available: z.int(),
  })),
  next: z.string().nullable(),
});

export const OrderPage = z.looseObject({
  items: z.array(z.looseObject({ orderId: z.string(), status: OrderStatus })),
  next: z.string().nullable(),
});

/** A part of a view that is as it should be. */
export const FreshSection = z.looseObject({ status: z.literal("ok"), asOf: Time, data: z.unknown() });

export const Problem = z.looseObject({
  type: z.string(),
  title: z.string(),
  status: z.int(),
  code: z.string().regex(/^[a-z]+(_[a-z]+)*$/),
});

export type Problem = z.infer<typeof Problem>;

/** `GET /api/changes`. */
export const Changes = z.looseObject({
  outcome: z.enum(["resumed", "snapshot", "reset"]),
  cursor: Cursor,
  state: z.unknown().optional(),
  reason: z.string().optional(),
  frames: z.array(z.looseObject({ cursor: Cursor, data: z.unknown().optional() })),
});
