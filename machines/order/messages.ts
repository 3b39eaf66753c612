import { z } from "zod";
import { LineId, MAX_LINES, MAX_QUANTITY, PaymentMethod } from "../cart/messages.ts";
import { Day } from "../day.ts";
import { Currency, ProductName, Sku, UnitMinor } from "../product/messages.ts";

const Id = z.string().min(1).max(100);
const Quantity = z.int().min(1).max(MAX_QUANTITY * MAX_LINES);
/** Kept in the journal: says why, never who. */
const Reason = z.string().min(1).max(200);

const OrderLine = z.strictObject({
  lineId: LineId,
  sku: Sku,
  name: ProductName,
  quantity: Quantity,
  unitMinor: UnitMinor,
  /** False for fees and services: nothing is reserved for them. */
  stocked: z.boolean().default(true),
});

export type OrderLine = Readonly<z.infer<typeof OrderLine>>;

const ReturnedLine = z.strictObject({
  sku: Sku,
  quantity: Quantity,
  unitMinor: UnitMinor,
  /** False for fees: money goes back, nothing goes back on the shelf. */
  stocked: z.boolean().optional(),
});

export type ReturnedLine = Readonly<z.infer<typeof ReturnedLine>>;

/** What may be asked of an order from outside. Prices are put in by the edge. */
const Asked = [
  /** Makes this order out of a cart: the cart answers with `place` in the same unit. */
  z.strictObject({
    type: z.literal("start"),
    customerId: Id,
    cartId: Id,
    trackingId: Id,
    storeId: Id,
    paymentMethod: PaymentMethod.optional(),
    /** The day the sale belongs to, when it is not today's. */
    occurredOn: Day.optional(),
  }),
  z.strictObject({
    type: z.literal("place"),
    customerId: Id,
    cartId: Id.optional(),
    trackingId: Id,
    storeId: Id,
    currency: Currency,
    lines: z.array(OrderLine).min(1).max(MAX_LINES).readonly(),
    /** Taken off the sum of the lines. */
    discountMinor: z.int().min(0).optional(),
    addressId: Id.optional(),
    /** Without it payment waits for `pay`. */
    paymentMethod: PaymentMethod.optional(),
    /** The day the sale belongs to, when it is not today's. */
    occurredOn: Day.optional(),
  }),
  z.strictObject({ type: z.literal("pay"), paymentMethod: PaymentMethod }),
  z.strictObject({ type: z.literal("cancel"), reason: Reason.optional() }),
  z.strictObject({ type: z.literal("accept_order") }),
  z.strictObject({ type: z.literal("mark_ready") }),
  z.strictObject({
    type: z.literal("ship"),
    carrier: z.string().min(1).max(100),
    trackingNumber: z.string().min(1).max(100),
  }),
  z.strictObject({ type: z.literal("deliver") }),
  z.strictObject({ type: z.literal("refund"), reason: Reason.optional() }),
  /** Goods come back: a credit note. `returnId` makes a repeat harmless. */
  z.strictObject({
    type: z.literal("return_goods"),
    returnId: Id,
    lines: z.array(ReturnedLine).min(1).max(MAX_LINES).readonly(),
    reason: Reason,
    /** The day the return belongs to, when it is not today's. */
    occurredOn: Day.optional(),
  }),
  /** Makes this order out of nothing but a return whose sale nobody knows. */
  z.strictObject({
    type: z.literal("credit"),
    customerId: Id,
    trackingId: Id,
    storeId: Id,
    currency: Currency,
    returnId: Id,
    lines: z.array(ReturnedLine).min(1).max(MAX_LINES).readonly(),
    reason: Reason,
    occurredOn: Day.optional(),
  }),
] as const;

/** What stock, payment and the order's own deadline say. At least once and in any order: never refused. */
const Told = [
  z.strictObject({ type: z.literal("stock_held"), sku: Sku }),
  z.strictObject({ type: z.literal("stock_refused"), sku: Sku, available: z.int().min(0) }),
  z.strictObject({ type: z.literal("stock_pinned"), sku: Sku }),
  z.strictObject({ type: z.literal("stock_pin_refused"), sku: Sku }),
  z.strictObject({ type: z.literal("stock_expired"), sku: Sku }),
  z.strictObject({ type: z.literal("payment_authorised") }),
  z.strictObject({ type: z.literal("payment_captured") }),
  z.strictObject({ type: z.literal("payment_declined"), reason: z.string() }),
  z.strictObject({ type: z.literal("payment_voided") }),
  z.strictObject({ type: z.literal("payment_refunded"), refundId: z.string(), amountMinor: z.int().min(0) }),
  /** Nobody paid in time, and no hold is there to say so. */
  z.strictObject({ type: z.literal("lapse") }),
] as const;

export const OrderCommand = z.discriminatedUnion("type", [...Asked, ...Told]);

export type OrderCommand = z.infer<typeof OrderCommand>;

/** Commands that nobody outside may send. */
export type ToldCommand = z.infer<(typeof Told)[number]>;

/** The money that one return gives back. */
export interface CreditNote {
  readonly returnId: string;
  readonly lines: readonly ReturnedLine[];
  /** What the returned goods are worth. */
  readonly amountMinor: number;
  /** What the payment gives back: never more than is left of it. */
  readonly refundMinor: number;
  readonly reason: string;
  /** Epoch milliseconds. */
  readonly at: number;
  readonly occurredOn?: string;
}

/** A change of the order's status: one entry of its history. `at` is in epoch milliseconds. */
interface StatusChange {
  readonly at: number;
  readonly customerId: string;
}

export type OrderEvent =
  | StatusChange & {
    readonly type: "placed";
    readonly cartId?: string;
    readonly trackingId: string;
    readonly storeId: string;
    readonly currency: string;
    readonly lines: readonly OrderLine[];
    readonly discountMinor: number;
    readonly totalMinor: number;
    readonly addressId?: string;
    readonly paymentMethod?: string;
    readonly occurredOn?: string;
  }
  /** Stock holds this SKU; others are still to answer. */
  | { readonly type: "part_held"; readonly sku: string }
  /** The last SKU is held as well; without one nothing had to be. */
  | { readonly type: "stock_reserved"; readonly sku?: string }
  | { readonly type: "payment_method_chosen"; readonly method: string }
  | {
    readonly type: "payment_started";
    readonly method: string;
    readonly amountMinor: number;
    readonly currency: string;
  }
  | { readonly type: "payment_authorised" }
  /** This SKU's hold no longer expires; others are still to answer. */
  | { readonly type: "part_pinned"; readonly sku: string }
  /** The last hold is pinned as well: the capture begins. */
  | { readonly type: "stock_pinned"; readonly sku?: string }
  | StatusChange & { readonly type: "paid" }
  | StatusChange & { readonly type: "accepted" }
  | StatusChange & { readonly type: "ready_marked" }
  | StatusChange & { readonly type: "shipped"; readonly carrier: string; readonly trackingNumber: string }
  | StatusChange & { readonly type: "delivered" }
  | StatusChange & { readonly type: "canceled"; readonly reason: string }
  | StatusChange & {
    readonly type: "failed";
    readonly reason: FailureReason;
    readonly sku?: string;
    readonly detail?: string;
  }
  | StatusChange & { readonly type: "refunded"; readonly reason: string }
  | { readonly type: "goods_returned"; readonly currency: string; readonly creditNote: CreditNote }
  /** The first and last fact of an order that is a return alone. */
  | StatusChange & {
    readonly type: "credited";
    readonly trackingId: string;
    readonly storeId: string;
    readonly currency: string;
    readonly creditNote: CreditNote;
    readonly reason: string;
  }
  | { readonly type: "payment_voided" }
  | {
    readonly type: "payment_refunded";
    readonly refundId: string;
    readonly amountMinor: number;
    readonly currency: string;
  };

export type FailureReason = "out_of_stock" | "reservation_expired" | "payment_declined";

/** What a person may do with an order next; the names of the routes. */
export type OrderAction = "pay" | "cancel" | "accept" | "ready" | "ship" | "deliver" | "refund";

export type OrderRefusal =
  | "not_found"
  | "illegal_transition"
  | "return_exceeds_order"
  | "too_many_returns";
