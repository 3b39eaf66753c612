import { describe, it } from "@std/testing/bdd";
import { expect } from "@std/expect";
import { evolve } from "../../machines/cart/machine.ts";
import { walk } from "./arrows.ts";
import {
  BOBS_CART_ID,
  cartWith,
  checkedOut,
  checkoutBegun,
  noCart,
  oneLamp,
  opened,
  ORDER_ID,
  sealed,
  tenPercentOff,
  twoMugs,
} from "./cart_examples.ts";

const whileOpen = {
  opened: null,
  checked_out: "checked_out",
  sealed: "sealed",
} as const;

describe("a cart's facts", () => {
  walk(
    {
      absent: {
        opened: "open",
        line_added: null,
        quantity_changed: null,
        line_removed: null,
        coupon_applied: null,
        coupon_removed: null,
        checkout_begun: null,
        address_set: null,
        payment_method_set: null,
        checked_out: null,
        sealed: null,
      },
      open: {
        ...whileOpen,
        line_added: "open",
        quantity_changed: "open",
        line_removed: "open",
        coupon_applied: "open",
        coupon_removed: "open",
        checkout_begun: "checking_out",
        address_set: "open",
        payment_method_set: "open",
      },
      checking_out: {
        ...whileOpen,
        line_added: "checking_out",
        quantity_changed: "checking_out",
        line_removed: "checking_out",
        coupon_applied: "checking_out",
        coupon_removed: "checking_out",
        checkout_begun: null,
        address_set: "checking_out",
        payment_method_set: "checking_out",
      },
      checked_out: {
        opened: null,
        line_added: null,
        quantity_changed: null,
        line_removed: null,
        coupon_applied: null,
        coupon_removed: null,
        checkout_begun: null,
        address_set: null,
        payment_method_set: null,
        checked_out: null,
        sealed: null,
      },
      sealed: {
        opened: null,
        line_added: null,
        quantity_changed: null,
        line_removed: null,
        coupon_applied: null,
        coupon_removed: null,
        checkout_begun: null,
        address_set: null,
        payment_method_set: null,
        checked_out: null,
        sealed: null,
      },
    },
    {
      evolve,
      states: {
        absent: noCart,
        open: cartWith(twoMugs, oneLamp),
        checking_out: cartWith(twoMugs, oneLamp, checkoutBegun),
        checked_out: cartWith(twoMugs, oneLamp, checkedOut),
        sealed: cartWith(twoMugs, oneLamp, sealed),
      },
      facts: {
        opened,
        line_added: twoMugs,
        quantity_changed: { type: "quantity_changed", lineId: "mug", quantity: 7 },
        line_removed: { type: "line_removed", lineId: "mug", sku: "mug", name: "Red mug", unitMinor: 255 },
        coupon_applied: tenPercentOff,
        coupon_removed: { type: "coupon_removed", code: "TEN" },
        checkout_begun: checkoutBegun,
        address_set: { type: "address_set", personalId: "per_1" },
        payment_method_set: { type: "payment_method_set", method: "card" },
        checked_out: checkedOut,
        sealed,
      },
    },
  );

  it("add up to all that is known of the cart", () => {
    const cart = cartWith(
      twoMugs,
      oneLamp,
      { type: "quantity_changed", lineId: "mug", quantity: 7 },
      { type: "line_removed", lineId: "lamp", sku: "lamp", name: "Lamp", unitMinor: 1_999 },
      tenPercentOff,
      { type: "coupon_removed", code: "TEN" },
      { type: "coupon_applied", coupon: { code: "FIVER", amountOffMinor: 500 } },
      checkoutBegun,
      { type: "address_set", personalId: "per_1" },
      { type: "payment_method_set", method: "card" },
      checkedOut,
    );
    expect(cart.context).toEqual({
      cartId: noCart.context.cartId,
      version: 12,
      customerId: "ann",
      currency: "GBP",
      lines: [{ lineId: "mug", sku: "mug", name: "Red mug", quantity: 7, unitMinor: 255, stocked: true }],
      coupon: { code: "FIVER", amountOffMinor: 500 },
      addressId: "per_1",
      paymentMethod: "card",
      orderId: ORDER_ID,
      movedTo: null,
    });
  });

  it("leave nothing in a cart that was sealed but where its lines went", () => {
    expect(cartWith(twoMugs, tenPercentOff, sealed).context).toMatchObject({
      lines: [],
      coupon: null,
      movedTo: { cartId: BOBS_CART_ID, customerId: "bob" },
    });
  });
});
