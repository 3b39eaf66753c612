import { z } from "zod";
import { MergeStrategy, MovedLines } from "../cart/messages.ts";
import { Currency } from "../product/messages.ts";

const Id = z.string().min(1).max(100);
const TotalMinor = z.int().min(0);
/** Epoch milliseconds, as far as RFC 3339 goes. */
const Time = z.int().min(0).max(253_402_300_799_999);

/** A cart's line after a change; quantity 0: it is gone. */
const ChangedLine = z.strictObject({
  lineId: z.string(),
  sku: z.string(),
  name: z.string(),
  quantity: z.int().min(0),
  unitMinor: z.int().min(0),
});

export type ChangedLine = z.infer<typeof ChangedLine>;

/** Told by a cart after each of its facts. */
const NoteCart = z.strictObject({
  type: z.literal("note_cart"),
  cartId: Id,
  itemCount: z.int().min(0),
  totalMinor: TotalMinor,
  currency: Currency,
  cartVersion: z.int().min(1),
  changed: z.array(ChangedLine).readonly(),
  status: z.string(),
});

/** Told by an order after each change of its status. */
const NoteOrder = z.strictObject({
  type: z.literal("note_order"),
  orderId: Id,
  trackingId: Id,
  status: z.string(),
  reason: z.string().optional(),
  totalMinor: TotalMinor,
  currency: Currency,
  placedAt: Time.optional(),
});

const NoteShipment = z.strictObject({
  type: z.literal("note_shipment"),
  shipmentId: Id,
  orderId: Id,
  newStatus: z.string(),
  trackingNumber: z.string().optional(),
});

const Notify = z.strictObject({
  type: z.literal("notify"),
  notificationId: Id,
  title: z.string().min(1).max(200),
  body: z.string().max(2_000),
});

const TakeCart = z.strictObject({
  type: z.literal("take_cart"),
  fromCartId: Id,
  /** The cart to open when there is none. */
  spareCartId: Id,
  currency: Currency,
  lines: MovedLines,
  strategy: MergeStrategy,
});

/** What may be asked of a customer, and what their carts and orders tell them. */
export const CustomerCommand = z.discriminatedUnion("type", [
  /** Answers with the open cart, or opens `cartId`. */
  z.strictObject({ type: z.literal("open_cart"), cartId: Id, currency: Currency }),
  /** A guest turned out to be that customer: the open cart, if there is one, moves there. */
  z.strictObject({ type: z.literal("give_cart"), movedTo: Id, toCustomerId: Id, strategy: MergeStrategy }),
  /** Sent by a guest's cart as it seals itself. */
  TakeCart,
  /** Remembers when something was made that nobody keeps: a repeat is told the time of the first. */
  z.strictObject({ type: z.literal("keep_time"), at: Time }),
  /** Uses up a stream ticket: the ticket's id is the command's id, so a second use is a replay. */
  z.strictObject({ type: z.literal("use_ticket"), ticketId: Id }),
  NoteCart,
  NoteOrder,
  NoteShipment,
  Notify,
]);

export type CustomerCommand = z.infer<typeof CustomerCommand>;
export type TakeCart = z.infer<typeof TakeCart>;
export type NoteCart = z.infer<typeof NoteCart>;
export type NoteOrder = z.infer<typeof NoteOrder>;
export type NoteShipment = z.infer<typeof NoteShipment>;

export type CustomerEvent =
  | { readonly type: "cart_opened"; readonly cartId: string }
  | { readonly type: "cart_merged"; readonly fromCartId: string; readonly cartId: string }
  | ({ readonly type: "cart_updated" } & Omit<NoteCart, "type">)
  | ({ readonly type: "order_status_changed" } & Omit<NoteOrder, "type">)
  | ({ readonly type: "shipment_status_changed" } & Omit<NoteShipment, "type">)
  | ({ readonly type: "notification_created" } & Omit<z.infer<typeof Notify>, "type">);

/** Nothing is refused: a customer's turn is told inside the units of carts and orders. */
export type CustomerRefusal = never;
