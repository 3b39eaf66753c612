import { describe, it } from "@std/testing/bdd";
import { expect } from "@std/expect";
import { cart } from "../../actors/cart.ts";
import type { CartCommand, CartEvent } from "../../machines/cart/messages.ts";
import type { NoteCart } from "../../machines/customer/messages.ts";
import { type Principal, send } from "../../machines/decision.ts";
import {
  addMug,
  BOBS_CART_ID,
  CART_ID,
  cartWith,
  checkedOut,
  checkOut,
  checkoutBegun,
  noCart,
  oneLamp,
  opened,
  ORDER_ID,
  sealed,
  tenPercentOff,
  twoMugs,
} from "../machines/cart_examples.ts";
import { admin, ann, bob, clerk, service } from "../machines/given.ts";

const EVERYBODY: readonly Principal[] = [ann, bob, clerk, service, admin];
const place = { version: 7, cursor: "9.k3f9" };

describe("a cart takes commands", () => {
  it("from its customer, services and admins", () => {
    expect(mayAll(addMug)).toEqual([ann, service, admin]);
  });
  it("from nobody while it is missing", () => {
    for (const principal of EVERYBODY) expect(cart.mayCommand(noCart, principal, addMug)).toBe(false);
  });
  it("from nobody that carts, customers and orders say to each other", () => {
    expect(mayAll({ type: "open", customerId: "ann", currency: "GBP" })).toEqual([]);
    expect(mayAll(checkOut)).toEqual([]);
    expect(mayAll({ type: "seal", movedTo: BOBS_CART_ID, toCustomerId: "bob", strategy: "add" })).toEqual([]);
    expect(mayAll({ type: "take_in", currency: "GBP", lines: [], strategy: "add" })).toEqual([]);
  });
  it("from whoever it moved to as well", () => {
    const may = EVERYBODY.filter((principal) => cart.mayCommand(cartWith(sealed), principal, addMug));
    expect(may).toEqual([ann, bob, service, admin]);
  });
  it("that override a price from services and admins alone", () => {
    expect(mayAll({ ...addMug, listMinor: 295, priceReason: "invoice 536365" })).toEqual([service, admin]);
  });
});

describe("a cart is read", () => {
  it("by its customer, staff, services and admins", () => {
    expect(EVERYBODY.filter((principal) => cart.mayRead(cartWith(), principal))).toEqual([ann, clerk, service, admin]);
  });
  it("by nobody while it is missing, and never as a feed", () => {
    expect(EVERYBODY.filter((principal) => cart.mayRead(noCart, principal))).toEqual([]);
    expect(EVERYBODY.filter((principal) => cart.mayRead(cartWith(), principal, "owner"))).toEqual([]);
  });
  it("as the contract says", () => {
    expect(cart.view(cartWith(twoMugs, oneLamp), place)).toEqual({
      cartId: CART_ID,
      customerId: "ann",
      status: "open",
      currency: "GBP",
      lines: [
        { lineId: "mug", sku: "mug", name: "Red mug", quantity: 2, price: pounds(255), lineTotal: pounds(510) },
        { lineId: "lamp", sku: "lamp", name: "Lamp", quantity: 1, price: pounds(1_999), lineTotal: pounds(1_999) },
      ],
      itemCount: 3,
      totalAmount: pounds(2_509),
      version: 7,
      cursor: "9.k3f9",
    });
  });
  it("with discount, checkout, payment method and order once they are there", () => {
    const checkingOut = cartWith(
      twoMugs,
      tenPercentOff,
      checkoutBegun,
      { type: "address_set", personalId: "per_1" },
      { type: "payment_method_set", method: "card" },
    );
    const more = {
      totalAmount: pounds(459),
      discount: { code: "TEN", percentOff: 10, amount: pounds(51) },
      checkoutId: CART_ID.replace("crt", "chk"),
      addressId: "per_1",
      paymentMethod: "card",
    };
    expect(cart.view(checkingOut, place)).toMatchObject({ ...more, status: "checking_out" });
    expect(cart.view(cart.evolve(checkingOut, checkedOut), place))
      .toMatchObject({ ...more, status: "checked_out", orderId: ORDER_ID });
  });
  it("with nothing in it but where it went, once it was sealed", () => {
    expect(cart.view(cartWith(twoMugs, sealed), place))
      .toMatchObject({ status: "sealed", lines: [], itemCount: 0, movedTo: BOBS_CART_ID });
  });
  it("with a fixed amount off as well", () => {
    const fiver: CartEvent = { type: "coupon_applied", coupon: { code: "FIVER", amountOffMinor: 500 } };
    expect(cart.view(cartWith(twoMugs, fiver), place))
      .toMatchObject({ totalAmount: pounds(10), discount: { code: "FIVER", amount: pounds(500) } });
  });
});

describe("a cart tells its customer", () => {
  it("how it stands after each fact", () => {
    expect(cart.feedOf(noCart)).toBeUndefined();
    expect(cart.feedOf(cartWith())).toBe("customer/ann");
    expect(cart.tells(cartWith(), opened)).toEqual([note({ cartVersion: 1, itemCount: 0, totalMinor: 0 })]);
    expect(cart.tells(cartWith(twoMugs, tenPercentOff, checkoutBegun), checkoutBegun))
      .toEqual([note({ cartVersion: 4, totalMinor: 459, status: "checking_out" })]);
    expect(cart.tells(cartWith(twoMugs, checkedOut), checkedOut))
      .toEqual([note({ cartVersion: 3, status: "checked_out" })]);
  });
  it("which line is different, also when it is gone", () => {
    const mugs = { lineId: "mug", sku: "mug", name: "Red mug", unitMinor: 255 };
    const removed: CartEvent = { type: "line_removed", ...mugs };
    const changed: CartEvent = { type: "quantity_changed", lineId: "mug", quantity: 3 };
    expect(cart.tells(cartWith(twoMugs, twoMugs), twoMugs))
      .toEqual([note({ cartVersion: 3, itemCount: 4, totalMinor: 1_020, changed: [{ ...mugs, quantity: 4 }] })]);
    expect(cart.tells(cartWith(twoMugs, changed), changed))
      .toEqual([note({ cartVersion: 3, itemCount: 3, totalMinor: 765, changed: [{ ...mugs, quantity: 3 }] })]);
    expect(cart.tells(cartWith(twoMugs, removed), removed))
      .toEqual([note({ cartVersion: 3, itemCount: 0, totalMinor: 0, changed: [{ ...mugs, quantity: 0 }] })]);
  });
});

describe("a cart is stored", () => {
  it("as JSON that gives the same cart again", () => {
    for (
      const state of [
        noCart,
        cartWith(twoMugs, sealed),
        cartWith(twoMugs, tenPercentOff),
        cartWith(twoMugs, checkoutBegun, checkedOut),
      ]
    ) {
      const stored = cart.freeze(state);
      expect(JSON.parse(JSON.stringify(stored))).toEqual(stored);
      expect(cart.thaw(stored).toJSON()).toEqual(state.toJSON());
    }
  });
  it("and anything else is not taken for a cart", () => {
    expect(() => cart.thaw({ value: "listed", context: {} })).toThrow();
    expect(() => cart.thaw({ value: "open", context: null })).toThrow();
  });
});

function mayAll(command: CartCommand): readonly Principal[] {
  return EVERYBODY.filter((principal) => cart.mayCommand(cartWith(twoMugs), principal, command));
}

function pounds(minor: number): { readonly minor: number; readonly currency: string } {
  return { minor, currency: "GBP" };
}

function note(more: Partial<NoteCart>): unknown {
  const told: NoteCart = {
    type: "note_cart",
    cartId: CART_ID,
    itemCount: 2,
    totalMinor: 510,
    currency: "GBP",
    cartVersion: 1,
    changed: [],
    status: "open",
    ...more,
  };
  return send("customer/ann", told);
}
