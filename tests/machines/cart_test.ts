import { describe, it } from "@std/testing/bdd";
import { expect } from "@std/expect";
import { decide } from "../../machines/cart/decide.ts";
import { evolve } from "../../machines/cart/machine.ts";
import {
  type CartCommand,
  type CartEvent,
  MAX_LINES,
  MAX_QUANTITY,
  type PlaceOrder,
} from "../../machines/cart/messages.ts";
import {
  addMug,
  CART_ID,
  cartWith,
  checkedOut,
  checkOut,
  checkoutBegun,
  noCart,
  oneLamp,
  opened,
  ORDER_ID,
  tenPercentOff,
  twoMugs,
} from "./cart_examples.ts";
import { send } from "../../machines/decision.ts";
import { ann, bob, sentencesAbout, service } from "./given.ts";

const given = sentencesAbout({ decide, evolve });
const dearMug = { ...addMug, unitMinor: 300 };
const dearMugAdded = { ...twoMugs, lineId: "mug@300", quantity: 1, unitMinor: 300 };

describe("a cart is opened", () => {
  const open: CartCommand = { type: "open", customerId: "ann", currency: "GBP" };

  it("once", () => {
    given(noCart).when(open).then(opened);
  });
  it("again by the same customer without effect", () => {
    given(cartWith(twoMugs)).when(open).thenNothing();
  });
  it("not when it is somebody else's or closed", () => {
    given(cartWith()).when({ ...open, customerId: "bob" }, bob).thenRefuses("cart_exists");
    given(cartWith(twoMugs, checkedOut)).when(open).thenRefuses("cart_exists");
  });
});

describe("lines", () => {
  it("are added with what the command says of them", () => {
    given(cartWith()).when({ ...addMug, quantity: 2 }).then(twoMugs);
    given(cartWith()).when({ ...addMug, quantity: 2, stocked: false }).then({ ...twoMugs, stocked: false });
  });
  it("of the same SKU at the same price add up", () => {
    given(cartWith(twoMugs)).when(addMug).then({ ...twoMugs, quantity: 1 });
    expect(cartWith(twoMugs, twoMugs).context.lines).toEqual([
      { lineId: "mug", sku: "mug", name: "Red mug", quantity: 4, unitMinor: 255, stocked: true },
    ]);
  });
  it("of the same SKU at another price are another line", () => {
    given(cartWith(twoMugs)).when(dearMug).then(dearMugAdded);
    given(cartWith(twoMugs, dearMugAdded)).when(dearMug).then(dearMugAdded);
  });
  it("keep their ids when the first of the SKU goes", () => {
    const removed: CartEvent = { type: "line_removed", lineId: "mug", sku: "mug", name: "Red mug", unitMinor: 255 };
    const left = cartWith(twoMugs, dearMugAdded, removed);
    given(left).when(dearMug).then(dearMugAdded);
    given(left).when(addMug).then({ ...twoMugs, quantity: 1 });
  });
  it("say in the journal why their price is not the catalogue's", () => {
    given(cartWith()).when({ ...addMug, listMinor: 295, priceReason: "invoice 536365" }, service)
      .then({ ...twoMugs, quantity: 1, listMinor: 295, priceReason: "invoice 536365" });
  });
  it("hold at most 10,000 pieces, added at once or bit by bit", () => {
    given(cartWith()).when({ ...addMug, quantity: MAX_QUANTITY }).then({ ...twoMugs, quantity: MAX_QUANTITY });
    given(cartWith()).when({ ...addMug, quantity: MAX_QUANTITY + 1 })
      .thenRefuses("quantity_too_large", { maxQuantity: MAX_QUANTITY });
    given(cartWith(twoMugs)).when({ ...addMug, quantity: MAX_QUANTITY - 1 })
      .thenRefuses("quantity_too_large", { maxQuantity: MAX_QUANTITY });
    given(cartWith(twoMugs)).when({ type: "change_quantity", sku: "mug", quantity: MAX_QUANTITY + 1 })
      .thenRefuses("quantity_too_large", { maxQuantity: MAX_QUANTITY });
  });
  it("are at most 1,000, and a full cart still takes more of what it has", () => {
    const lines = Array.from({ length: MAX_LINES - 1 }, (_, index): CartEvent => ({
      ...oneLamp,
      lineId: `lamp-${index}`,
      sku: `lamp-${index}`,
    }));
    given(cartWith(...lines)).when(addMug).then({ ...twoMugs, quantity: 1 });
    given(cartWith(twoMugs, ...lines)).when(addMug).then({ ...twoMugs, quantity: 1 });
    given(cartWith(oneLamp, ...lines)).when(addMug).thenRefuses("cart_is_full", { maxLines: MAX_LINES });
  });
  it("cost the cart's currency", () => {
    given(cartWith()).when({ ...addMug, currency: "GBP" }).then({ ...twoMugs, quantity: 1 });
    given(cartWith()).when({ ...addMug, currency: "EUR" }).thenRefuses("currency_differs", { currency: "GBP" });
  });
  it("change their quantity, by line and not by SKU", () => {
    given(cartWith(twoMugs, dearMugAdded)).when({ type: "change_quantity", sku: "mug@300", quantity: 5 })
      .then({ type: "quantity_changed", lineId: "mug@300", quantity: 5 });
    given(cartWith(twoMugs)).when({ type: "change_quantity", sku: "mug", quantity: 2 }).thenNothing();
    given(cartWith(twoMugs)).when({ type: "change_quantity", sku: "lamp", quantity: 2 })
      .thenRefuses("line_is_missing", { sku: "lamp" });
  });
  it("go when they are removed or changed to nothing", () => {
    const removed: CartEvent = { type: "line_removed", lineId: "mug", sku: "mug", name: "Red mug", unitMinor: 255 };
    given(cartWith(twoMugs)).when({ type: "remove_line", sku: "mug" }).then(removed);
    given(cartWith(twoMugs)).when({ type: "change_quantity", sku: "mug", quantity: 0 }).then(removed);
    given(cartWith(oneLamp)).when({ type: "remove_line", sku: "mug" }).thenRefuses("line_is_missing", { sku: "mug" });
  });
  it("can still be changed while checking out", () => {
    given(cartWith(twoMugs, checkoutBegun)).when(addMug).then({ ...twoMugs, quantity: 1 });
  });
});

describe("a coupon", () => {
  const apply: CartCommand = { type: "apply_coupon", code: "TEN", percentOff: 10 };

  it("is applied, a repeat has no effect", () => {
    given(cartWith()).when(apply).then(tenPercentOff);
    given(cartWith(tenPercentOff)).when(apply).thenNothing();
  });
  it("replaces the one before, also when it changed its worth", () => {
    given(cartWith(tenPercentOff)).when({ type: "apply_coupon", code: "FIVER", amountOffMinor: 500 })
      .then({ type: "coupon_applied", coupon: { code: "FIVER", amountOffMinor: 500 } });
    given(cartWith(tenPercentOff)).when({ ...apply, percentOff: 20 })
      .then({ type: "coupon_applied", coupon: { code: "TEN", percentOff: 20 } });
    given(cartWith(tenPercentOff)).when({ type: "apply_coupon", code: "TEN", amountOffMinor: 10 })
      .then({ type: "coupon_applied", coupon: { code: "TEN", amountOffMinor: 10 } });
  });
  it("is removed by its code alone", () => {
    given(cartWith(tenPercentOff)).when({ type: "remove_coupon", code: "TEN" })
      .then({ type: "coupon_removed", code: "TEN" });
    given(cartWith(tenPercentOff)).when({ type: "remove_coupon", code: "FIVER" }).thenRefuses("coupon_is_missing");
    given(cartWith()).when({ type: "remove_coupon", code: "TEN" }).thenRefuses("coupon_is_missing");
    given(cartWith(tenPercentOff, { type: "coupon_removed", code: "TEN" }))
      .when({ type: "remove_coupon", code: "TEN" }).thenRefuses("coupon_is_missing");
  });
});

describe("a checkout", () => {
  it("begins once, and not with an empty cart", () => {
    given(cartWith(twoMugs)).when({ type: "begin_checkout" }).then(checkoutBegun);
    given(cartWith(twoMugs, checkoutBegun)).when({ type: "begin_checkout" }).thenNothing();
    given(cartWith()).when({ type: "begin_checkout" }).thenRefuses("cart_is_empty");
  });
  it("is over when the last line goes", () => {
    const removed: CartEvent = { type: "line_removed", lineId: "mug", sku: "mug", name: "Red mug", unitMinor: 255 };
    expect(cartWith(twoMugs, checkoutBegun, removed).value).toBe("open");
    expect(cartWith(twoMugs, oneLamp, checkoutBegun, removed).value).toBe("checking_out");
  });
  it("takes address and payment method, a repeat has no effect", () => {
    const addressSet: CartEvent = { type: "address_set", personalId: "per_1" };
    const methodSet: CartEvent = { type: "payment_method_set", method: "card" };
    given(cartWith(twoMugs)).when({ type: "set_address", personalId: "per_1" }).then(addressSet);
    given(cartWith(twoMugs, addressSet)).when({ type: "set_address", personalId: "per_1" }).thenNothing();
    given(cartWith(twoMugs)).when({ type: "set_payment_method", method: "card" }).then(methodSet);
    given(cartWith(twoMugs, methodSet)).when({ type: "set_payment_method", method: "card" }).thenNothing();
  });
});

describe("checking out", () => {
  it("places the order with all it needs", () => {
    const cart = cartWith(
      twoMugs,
      tenPercentOff,
      { type: "address_set", personalId: "per_1" },
      { type: "payment_method_set", method: "card" },
    );
    const place: PlaceOrder = {
      type: "place",
      customerId: "ann",
      cartId: CART_ID,
      trackingId: "trk_1",
      storeId: "main",
      currency: "GBP",
      lines: [{ lineId: "mug", sku: "mug", name: "Red mug", quantity: 2, unitMinor: 255, stocked: true }],
      addressId: "per_1",
      paymentMethod: "card",
      discountMinor: 51,
    };
    given(cart).when(checkOut).then(checkedOut).thenSends(send(`order/${ORDER_ID}`, place));
  });
  it("prefers the payment method that came with the order", () => {
    const decision = decide(
      cartWith(twoMugs, { type: "payment_method_set", method: "card" }),
      { ...checkOut, paymentMethod: "invoice" },
      { now: 0, principal: ann, commandId: "x" },
    );
    expect(decision).toMatchObject({ messages: [{ command: { paymentMethod: "invoice" } }] });
  });
  it("refuses an empty cart", () => {
    given(cartWith()).when(checkOut).thenRefuses("cart_is_empty");
  });
  it("gives a cart to one order alone", () => {
    const cart = cartWith(twoMugs, checkoutBegun, checkedOut);
    given(cart).when(checkOut).thenNothing();
    given(cart).when({ ...checkOut, orderId: "ord_2" }).thenRefuses("cart_is_closed", { orderId: ORDER_ID });
  });
  it("closes the cart to everything else", () => {
    const cart = cartWith(twoMugs, tenPercentOff, checkedOut);
    const commands: readonly CartCommand[] = [
      addMug,
      { type: "change_quantity", sku: "mug", quantity: 1 },
      { type: "remove_line", sku: "mug" },
      { type: "apply_coupon", code: "FIVER", amountOffMinor: 500 },
      { type: "remove_coupon", code: "TEN" },
      { type: "begin_checkout" },
      { type: "set_address", personalId: "per_1" },
      { type: "set_payment_method", method: "card" },
    ];
    for (const command of commands) given(cart).when(command).thenRefuses("cart_is_closed", { orderId: ORDER_ID });
  });
  it("does not reach a cart that is missing or somebody else's", () => {
    given(noCart).when(checkOut).thenRefuses("not_found");
    given(cartWith(twoMugs)).when(checkOut, bob).thenRefuses("not_found");
    given(cartWith(twoMugs)).when(checkOut, service).then(checkedOut);
  });
});
