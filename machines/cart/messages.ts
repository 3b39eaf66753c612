import { z } from "zod";
import { Day } from "../day.ts";
import { Currency, ProductName, Sku, UnitMinor } from "../product/messages.ts";

/** The most pieces one line may hold. */
export const MAX_QUANTITY = 10_000;
/** The most lines one cart may hold. */
export const MAX_LINES = 1_000;

/** `sku` for the first line of a SKU; `sku@unitMinor` for further ones at other prices. */
export const LineId = z.string().regex(/^[A-Za-z0-9][A-Za-z0-9 ._:|~-]{0,63}(@\d{1,9})?$/);

/** Wider than `MAX_QUANTITY`, so that one large wish and many that add up to it get the same refusal. */
const Quantity = z.int().min(1).max(1_000_000);
const Id = z.string().min(1).max(100);

export const PaymentMethod = z.string().regex(/^[a-z][a-z0-9_]{0,39}$/);

export const CouponCode = z.string().regex(/^[A-Za-z0-9][A-Za-z0-9_-]{0,39}$/);

const UNEXPLAINED = { error: "listMinor and priceReason come together" };

const line = {
  sku: Sku,
  name: ProductName,
  quantity: Quantity,
  unitMinor: UnitMinor,
  /** The cart's own when absent. */
  currency: Currency.optional(),
  /** False for fees and services: nothing is reserved for them. True when absent. */
  stocked: z.boolean().optional(),
  /** The catalogue's price, when `unitMinor` overrides it. */
  listMinor: UnitMinor.optional(),
  /** Why the price differs from the catalogue's: kept in the journal. */
  priceReason: z.string().min(1).max(200).optional(),
};

const AddLine = z.strictObject({ type: z.literal("add_line"), ...line }).refine(explainsItsPrice, UNEXPLAINED);

const AddedLine = z.strictObject(line).refine(explainsItsPrice, UNEXPLAINED);

/** What is added, whether alone or with others. */
export type AddedLine = z.infer<typeof AddedLine>;

/** Lines that belong together, such as an invoice's: all are added, or none. */
const AddLines = z.strictObject({
  type: z.literal("add_lines"),
  lines: z.array(AddedLine).min(1).max(MAX_LINES).readonly(),
});

const ApplyCoupon = z.strictObject({
  type: z.literal("apply_coupon"),
  code: CouponCode,
  percentOff: z.int().min(1).max(100).optional(),
  amountOffMinor: z.int().min(1).max(100_000_000).optional(),
}).refine((coupon) => (coupon.percentOff === undefined) !== (coupon.amountOffMinor === undefined), {
  error: "a coupon takes off either a percentage or an amount",
});

function explainsItsPrice(line: { readonly listMinor?: number; readonly priceReason?: string }): boolean {
  return (line.listMinor === undefined) === (line.priceReason === undefined);
}

/**
 * What becomes of two carts when a guest turns out to be a customer: `add`: quantities add up. `keep_mine`: the
 * customer's cart stays as it is, unless it is empty. `take_guest`: the guest's cart replaces it, unless that is empty.
 */
export const MergeStrategy = z.enum(["add", "keep_mine", "take_guest"]);

export type MergeStrategy = z.infer<typeof MergeStrategy>;

/** Lines on their way from cart to cart, at the prices they had. */
export const MovedLines = z.array(z.strictObject({
  lineId: LineId,
  sku: Sku,
  name: ProductName,
  quantity: z.int().min(1).max(MAX_QUANTITY),
  unitMinor: UnitMinor,
  stocked: z.boolean(),
})).min(1).max(MAX_LINES).readonly();

/** What may be asked of a cart. Prices and the worth of coupons are put in by the edge. */
export const CartCommand = z.discriminatedUnion("type", [
  /** Sent by the customer. */
  z.strictObject({ type: z.literal("open"), customerId: Id, currency: Currency }),
  AddLine,
  AddLines,
  /** 0 removes the line. */
  z.strictObject({ type: z.literal("change_quantity"), sku: LineId, quantity: z.int().min(0).max(1_000_000) }),
  z.strictObject({ type: z.literal("remove_line"), sku: LineId }),
  ApplyCoupon,
  z.strictObject({ type: z.literal("remove_coupon"), code: CouponCode }),
  z.strictObject({ type: z.literal("begin_checkout") }),
  z.strictObject({ type: z.literal("set_address"), personalId: Id }),
  z.strictObject({ type: z.literal("set_payment_method"), method: PaymentMethod }),
  /** Sent by the order that this cart is to become. */
  z.strictObject({
    type: z.literal("check_out"),
    orderId: Id,
    trackingId: Id,
    storeId: Id,
    /** Goes before the one chosen in the cart. */
    paymentMethod: PaymentMethod.optional(),
    /** The day the sale belongs to, when it is not today's. */
    occurredOn: Day.optional(),
  }),
  /** Sent by a guest who turned out to be that customer: the cart's lines go there. */
  z.strictObject({ type: z.literal("seal"), movedTo: Id, toCustomerId: Id, strategy: MergeStrategy }),
  /** Sent by the customer: a guest's lines have arrived. */
  z.strictObject({ type: z.literal("take_in"), currency: Currency, lines: MovedLines, strategy: MergeStrategy }),
]);

export type CartCommand = z.infer<typeof CartCommand>;

/** A line as the order gets it. */
export interface PlacedLine {
  readonly lineId: string;
  readonly sku: string;
  readonly name: string;
  readonly quantity: number;
  readonly unitMinor: number;
  readonly stocked: boolean;
}

/** What a cart says to its order, in the unit of `check_out`. */
export interface PlaceOrder {
  readonly type: "place";
  readonly customerId: string;
  readonly cartId: string;
  readonly trackingId: string;
  readonly storeId: string;
  readonly currency: string;
  readonly lines: readonly PlacedLine[];
  readonly addressId?: string;
  readonly paymentMethod?: string;
  /** What the coupon takes off the sum of the lines; absent without one. */
  readonly discountMinor?: number;
  readonly occurredOn?: string;
}

/** Takes exactly one of the two off, and never more than the lines cost. */
export type Coupon =
  | { readonly code: string; readonly percentOff: number }
  | { readonly code: string; readonly amountOffMinor: number };

export type CartEvent =
  | { readonly type: "opened"; readonly customerId: string; readonly currency: string }
  | {
    readonly type: "line_added";
    readonly lineId: string;
    readonly sku: string;
    readonly name: string;
    /** What came on top of what the line held. */
    readonly quantity: number;
    readonly unitMinor: number;
    readonly stocked: boolean;
    readonly listMinor?: number;
    readonly priceReason?: string;
  }
  | { readonly type: "quantity_changed"; readonly lineId: string; readonly quantity: number }
  | {
    readonly type: "line_removed";
    readonly lineId: string;
    readonly sku: string;
    readonly name: string;
    readonly unitMinor: number;
  }
  | { readonly type: "coupon_applied"; readonly coupon: Coupon }
  | { readonly type: "coupon_removed"; readonly code: string }
  | { readonly type: "checkout_begun" }
  | { readonly type: "address_set"; readonly personalId: string }
  | { readonly type: "payment_method_set"; readonly method: string }
  | { readonly type: "checked_out"; readonly orderId: string }
  /** Nothing is left in the cart: its lines are with that customer. */
  | { readonly type: "sealed"; readonly movedTo: string; readonly toCustomerId: string };

/** `not_found`: a check-out reached a cart that is missing or somebody else's. */
export type CartRefusal =
  | "not_found"
  | "cart_exists"
  | "cart_is_closed"
  | "cart_moved"
  | "cart_is_empty"
  | "cart_is_full"
  | "quantity_too_large"
  | "currency_differs"
  | "line_is_missing"
  | "coupon_is_missing";
