import { z } from "zod";
import type { CartEvent } from "../../machines/cart/messages.ts";
import { publishedEvent, type Tellings } from "./published_event.ts";

const cartId = z.string();

const opened = publishedEvent("ecommerce.cart.cart.opened.v1", {
  summary: "A customer has a new, empty cart.",
  payload: z.object({ cartId, customerId: z.string(), currency: z.string() }),
});

const updated = publishedEvent("ecommerce.cart.cart.updated.v1", {
  summary: "Something in a cart changed; `change` says what. Folding a cart's events gives the cart.",
  payload: z.object({
    cartId,
    change: z.enum([
      "line_added",
      "quantity_changed",
      "line_removed",
      "coupon_applied",
      "coupon_removed",
      "checkout_begun",
      "address_set",
      "payment_method_set",
    ]),
    line: z.object({
      lineId: z.string(),
      sku: z.string().optional(),
      name: z.string().optional(),
      /** What came on top: with `line_added`. */
      added: z.int().optional(),
      /** What the line now holds: with `quantity_changed`, and 0 with `line_removed`. */
      quantity: z.int().optional(),
      /** In minor units of the cart's currency. */
      unitMinor: z.int().optional(),
      stocked: z.boolean().optional(),
    }).optional(),
    coupon: z.object({
      code: z.string(),
      percentOff: z.number().optional(),
      amountOffMinor: z.int().optional(),
    }).optional(),
    paymentMethod: z.string().optional(),
  }),
});

const checkedOut = publishedEvent("ecommerce.cart.cart.checked_out.v1", {
  summary: "A cart became an order and does not change any more.",
  payload: z.object({ cartId, orderId: z.string() }),
});

const moved = publishedEvent("ecommerce.cart.cart.moved.v1", {
  summary:
    "A guest turned out to be a customer: the lines go to that customer's cart, and nothing is left in this one.",
  payload: z.object({ cartId, movedTo: z.string(), toCustomerId: z.string() }),
});

export const cartEvents = [opened, updated, checkedOut, moved];

/** The address is a matter of personal data: that there is one may be known, its reference may not. */
export const cartTellings: Tellings<CartEvent> = {
  opened: opened.from(({ customerId, currency }, cartId) => ({ cartId, customerId, currency })),
  line_added: updated.from(({ lineId, sku, name, quantity, unitMinor, stocked }, cartId) => {
    return { cartId, change: "line_added", line: { lineId, sku, name, added: quantity, unitMinor, stocked } };
  }),
  quantity_changed: updated.from(({ lineId, quantity }, cartId) => {
    return { cartId, change: "quantity_changed", line: { lineId, quantity } };
  }),
  line_removed: updated.from(({ lineId, sku, name, unitMinor }, cartId) => {
    return { cartId, change: "line_removed", line: { lineId, sku, name, quantity: 0, unitMinor } };
  }),
  coupon_applied: updated.from(({ coupon }, cartId) => {
    const worth = "percentOff" in coupon
      ? { percentOff: coupon.percentOff }
      : { amountOffMinor: coupon.amountOffMinor };
    return { cartId, change: "coupon_applied", coupon: { code: coupon.code, ...worth } };
  }),
  coupon_removed: updated.from(({ code }, cartId) => ({ cartId, change: "coupon_removed", coupon: { code } })),
  checkout_begun: updated.from((_, cartId) => ({ cartId, change: "checkout_begun" })),
  address_set: updated.from((_, cartId) => ({ cartId, change: "address_set" })),
  payment_method_set: updated.from(({ method }, cartId) => {
    return { cartId, change: "payment_method_set", paymentMethod: method };
  }),
  checked_out: checkedOut.from(({ orderId }, cartId) => ({ cartId, orderId })),
  sealed: moved.from(({ movedTo, toCustomerId }, cartId) => ({ cartId, movedTo, toCustomerId })),
};
