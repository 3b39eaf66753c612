import { describe, it } from "@std/testing/bdd";
import { expect } from "@std/expect";
import { cart } from "../../actors/cart.ts";
import { decide } from "../../machines/cart/decide.ts";
import { evolve } from "../../machines/cart/machine.ts";
import { type CartCommand, MAX_LINES, MAX_QUANTITY, type PlaceOrder } from "../../machines/cart/messages.ts";
import { send } from "../../machines/decision.ts";
import { CART_ID, cartWith, checkedOut, checkOut, ORDER_ID, twoMugs } from "./cart_examples.ts";
import { ann, sentencesAbout, service } from "./given.ts";

const given = sentencesAbout({ decide, evolve });
const mug = { sku: "mug", name: "Red mug", quantity: 2, unitMinor: 255 };

function addLines(...lines: Extract<CartCommand, { type: "add_lines" }>["lines"]): CartCommand {
  return { type: "add_lines", lines };
}

describe("lines that belong together", () => {
  it("are added as if one by one", () => {
    given(cartWith(twoMugs)).when(addLines(mug, { ...mug, unitMinor: 300 }, { ...mug, unitMinor: 300, quantity: 1 }))
      .then(
        twoMugs,
        { ...twoMugs, lineId: "mug@300", unitMinor: 300 },
        { ...twoMugs, lineId: "mug@300", unitMinor: 300, quantity: 1 },
      );
  });

  it("are added all or none", () => {
    given(cartWith()).when(addLines(mug, { ...mug, quantity: MAX_QUANTITY - 1 }))
      .thenRefuses("quantity_too_large", { maxQuantity: MAX_QUANTITY });
    given(cartWith()).when(addLines(mug, { ...mug, currency: "EUR" })).thenRefuses("currency_differs", {
      currency: "GBP",
    });
    const many = Array.from({ length: MAX_LINES }, (_, at) => ({ ...mug, sku: `mug-${at}` }));
    given(cartWith(twoMugs)).when(addLines(...many)).thenRefuses("cart_is_full", { maxLines: MAX_LINES });
  });

  it("override the catalogue's prices for services alone", () => {
    const override = addLines(mug, { ...mug, listMinor: 295, priceReason: "invoice 536365" });

    expect(cart.mayCommand(cartWith(), ann, override)).toBe(false);
    expect(cart.mayCommand(cartWith(), service, override)).toBe(true);
    expect(cart.mayCommand(cartWith(), ann, addLines(mug))).toBe(true);
    expect(() => cart.parse(addLines({ ...mug, listMinor: 295 }))).toThrow("listMinor and priceReason come together");
  });
});

describe("a sale of another day", () => {
  it("says so to its order", () => {
    const place: PlaceOrder = {
      type: "place",
      customerId: "ann",
      cartId: CART_ID,
      trackingId: "trk_1",
      storeId: "main",
      currency: "GBP",
      lines: [{ lineId: "mug", sku: "mug", name: "Red mug", quantity: 2, unitMinor: 255, stocked: true }],
      occurredOn: "2010-12-01",
    };
    given(cartWith(twoMugs)).when({ ...checkOut, occurredOn: "2010-12-01" }, service)
      .then(checkedOut).thenSends(send(`order/${ORDER_ID}`, place));
  });
});
