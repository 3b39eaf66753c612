import { type Cart, evolve, initial } from "../../machines/cart/machine.ts";
import type { CartCommand, CartEvent } from "../../machines/cart/messages.ts";
import { after } from "./given.ts";

export const CART_ID = "crt_aabbbbbbbbbbbbbbbbbbbbbbbb";
export const ORDER_ID = "ord_aacccccccccccccccccccccccc";

export const opened = { type: "opened", customerId: "ann", currency: "GBP" } satisfies CartEvent;

export const twoMugs = {
  type: "line_added",
  lineId: "mug",
  sku: "mug",
  name: "Red mug",
  quantity: 2,
  unitMinor: 255,
  stocked: true,
} satisfies CartEvent;

export const oneLamp = {
  type: "line_added",
  lineId: "lamp",
  sku: "lamp",
  name: "Lamp",
  quantity: 1,
  unitMinor: 1_999,
  stocked: true,
} satisfies CartEvent;

export const tenPercentOff = { type: "coupon_applied", coupon: { code: "TEN", percentOff: 10 } } satisfies CartEvent;
export const checkoutBegun = { type: "checkout_begun" } satisfies CartEvent;
export const checkedOut = { type: "checked_out", orderId: ORDER_ID } satisfies CartEvent;

/** Ann was a guest, and is Bob. */
export const BOBS_CART_ID = "crt_bbdddddddddddddddddddddddd";
export const sealed = { type: "sealed", movedTo: BOBS_CART_ID, toCustomerId: "bob" } satisfies CartEvent;

export const addMug = {
  type: "add_line",
  sku: "mug",
  name: "Red mug",
  quantity: 1,
  unitMinor: 255,
} satisfies CartCommand;
export const checkOut = {
  type: "check_out",
  orderId: ORDER_ID,
  trackingId: "trk_1",
  storeId: "main",
} satisfies CartCommand;

export const noCart: Cart = initial(CART_ID);

/** Ann's open cart in pounds with what else happened to it. */
export function cartWith(...events: readonly CartEvent[]): Cart {
  return after(noCart, { evolve, events: [opened, ...events] });
}
