import { type Cart, readCart } from "./cart_shape.ts";
import { list, maybe, record, text } from "./json_shape.ts";
import { type ListedOrder, readListedOrder } from "./order_shape.ts";
import { type Section, section } from "./section_shape.ts";

/** The parts of the customer's account that pages show; each may be missing on its own. */
export interface AccountView {
  readonly orders: Section<readonly ListedOrder[]>;
  readonly profile: Section<Profile>;
}

export interface Profile {
  readonly customerId: string;
  readonly guest: boolean;
}

export interface CheckoutView {
  readonly addresses: Section<readonly Readonly<Record<string, unknown>>[]>;
  readonly paymentMethods: Section<readonly PaymentMethod[]>;
}

export interface PaymentMethod {
  readonly method: string;
  readonly chosen: boolean;
}

/** The cart's section of `GET /api/carts/{customerId}/view`. */
export function readCartView(json: unknown): Section<Cart | undefined> {
  return section(maybe(readCart))(record(json).cart);
}

export function readAccountView(json: unknown): AccountView {
  const view = record(json);
  return { orders: section(list(readListedOrder))(view.orders), profile: section(readProfile)(view.profile) };
}

export function readCheckoutView(json: unknown): CheckoutView {
  const view = record(json);
  return {
    addresses: section(list(record))(view.addresses),
    paymentMethods: section(list(readPaymentMethod))(view.paymentMethods),
  };
}

export function readCheckoutId(json: unknown): string {
  return text(record(json).checkoutId);
}

export function readOrderId(json: unknown): string {
  return text(record(json).orderId);
}

function readProfile(json: unknown): Profile {
  const profile = record(json);
  return { customerId: text(profile.customerId), guest: profile.guest === true };
}

function readPaymentMethod(json: unknown): PaymentMethod {
  const { method, chosen } = record(json);
  return { method: text(method), chosen: chosen === true };
}
