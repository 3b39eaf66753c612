import type { CartLine } from "../machines/cart/lines.ts";
import type { Cart } from "../machines/cart/machine.ts";
import type { Coupon } from "../machines/cart/messages.ts";
import { totalsOf } from "../machines/cart/totals.ts";
import { type Money, money } from "../machines/money.ts";
import type { Place } from "./runtime/kind.ts";

/** The cart as clients see it. */
export interface CartView {
  readonly cartId: string;
  readonly customerId: string;
  readonly status: Cart["value"];
  readonly currency: string;
  readonly lines: readonly CartLineView[];
  readonly itemCount: number;
  /** What is to be paid: the lines less the discount. */
  readonly totalAmount: Money;
  readonly discount?: DiscountView;
  /** There once the checkout has begun. */
  readonly checkoutId?: string;
  /** The `personal` row that holds the address. */
  readonly addressId?: string;
  readonly paymentMethod?: string;
  readonly orderId?: string;
  /** The cart that a guest's lines went to. */
  readonly movedTo?: string;
  readonly version: number;
  readonly cursor: string;
}

export interface CartLineView {
  /** What `change_quantity` and `remove_line` take: the SKU, unless it is in the cart at several prices. */
  readonly lineId: string;
  readonly sku: string;
  readonly name: string;
  readonly quantity: number;
  readonly price: Money;
  readonly lineTotal: Money;
}

export interface DiscountView {
  readonly code: string;
  readonly percentOff?: number;
  readonly amount: Money;
}

export function cartView(cart: Cart, { version, cursor }: Place): CartView {
  const { cartId, customerId, currency, lines, coupon, addressId, paymentMethod, orderId, movedTo } = cart.context;
  const { itemCount, totalMinor, discountMinor } = totalsOf(lines, coupon);
  const hasCheckout = cart.value === "checking_out" || cart.value === "checked_out";
  return {
    cartId,
    customerId,
    status: cart.value,
    currency,
    lines: lines.map((line) => lineView(line, currency)),
    itemCount,
    totalAmount: money(totalMinor, currency),
    ...(coupon !== null && { discount: discountView(coupon, money(discountMinor, currency)) }),
    ...(hasCheckout && { checkoutId: checkoutIdOf(cartId) }),
    ...(addressId !== null && { addressId }),
    ...(paymentMethod !== null && { paymentMethod }),
    ...(orderId !== null && { orderId }),
    ...(movedTo !== null && { movedTo: movedTo.cartId }),
    version,
    cursor,
  };
}

/** A checkout is a state of its cart: `crt_X` is checked out as `chk_X`. */
export function checkoutIdOf(cartId: string): string {
  return `chk_${cartId.slice(4)}`;
}

function lineView({ lineId, sku, name, quantity, unitMinor }: CartLine, currency: string): CartLineView {
  return {
    lineId,
    sku,
    name,
    quantity,
    price: money(unitMinor, currency),
    lineTotal: money(quantity * unitMinor, currency),
  };
}

function discountView(coupon: Coupon, amount: Money): DiscountView {
  return { code: coupon.code, ...("percentOff" in coupon && { percentOff: coupon.percentOff }), amount };
}
