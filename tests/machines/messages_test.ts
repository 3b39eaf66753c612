import { describe, it } from "@std/testing/bdd";
import { expect } from "@std/expect";
import type { ZodType } from "zod";
import { CartCommand } from "../../machines/cart/messages.ts";
import { CustomerCommand } from "../../machines/customer/messages.ts";
import { OrderCommand } from "../../machines/order/messages.ts";
import { ProductCommand, Sku } from "../../machines/product/messages.ts";

const addLine = { type: "add_line", sku: "85123A", name: "Heart", quantity: 6, unitMinor: 255 };
const list = { type: "list", sku: "85123A", name: "Heart", priceMinor: 255, currency: "GBP", stocked: true };

describe("a command for a cart", () => {
  it("is taken as it is meant", () => {
    expect(CartCommand.parse(addLine)).toMatchObject(addLine);
    expectTaken(CartCommand, [
      { ...addLine, listMinor: 295, priceReason: "invoice" },
      { ...addLine, sku: "BANK CHARGES", unitMinor: 0, stocked: false, currency: "GBP" },
      { type: "change_quantity", sku: "85123A@255", quantity: 0 },
      { type: "apply_coupon", code: "TEN", percentOff: 100 },
      { type: "apply_coupon", code: "FIVER", amountOffMinor: 500 },
    ]);
  });
  it("is broken with quantities and prices that are none", () => {
    expectBroken(CartCommand, [
      ...[0, -1, 1.5, 1e21, "6", null, Number.NaN].map((quantity) => ({ ...addLine, quantity })),
      ...[-1, 0.5, 100_000_001, "255"].map((unitMinor) => ({ ...addLine, unitMinor })),
      ...[-1, 0.5, "1"].map((quantity) => ({ type: "change_quantity", sku: "85123A", quantity })),
    ]);
  });
  it("is broken with SKUs that would be taken for something else", () => {
    const skus = ["", "85123A@255", "a/b", " a", "a".repeat(65), "é", "a\n"];
    expectBroken(CartCommand, skus.map((sku) => ({ ...addLine, sku })));
  });
  it("is broken when a price is overridden without a reason, or a reason has no price", () => {
    expectBroken(CartCommand, [{ ...addLine, listMinor: 295 }, { ...addLine, priceReason: "because" }]);
  });
  it("is broken with a coupon that takes off nothing, both or too much", () => {
    const coupon = { type: "apply_coupon", code: "TEN" };
    expectBroken(CartCommand, [
      coupon,
      { ...coupon, percentOff: 10, amountOffMinor: 500 },
      ...[0, 101, 2.5].map((percentOff) => ({ ...coupon, percentOff })),
      ...[0, -500].map((amountOffMinor) => ({ ...coupon, amountOffMinor })),
    ]);
  });
  it("is broken with anything that nobody asked for", () => {
    expectBroken(CartCommand, [
      { ...addLine, total: 1 },
      { type: "begin_checkout", force: true },
      { type: "pay" },
      {},
      null,
    ]);
  });
});

describe("a command for an order", () => {
  const line = { sku: "85123A", quantity: 1, unitMinor: 255 };
  const back = { type: "return_goods", returnId: "C1", lines: [line], reason: "broken" };

  it("may name any day that the books can hold", () => {
    expectTaken(OrderCommand, ["0001-01-01", "9999-12-31"].map((occurredOn) => ({ ...back, occurredOn })));
    const noDays = ["0000-12-31", "2010-02-30", "10000-01-01", "2010-1-1", ""];
    expectBroken(OrderCommand, noDays.map((occurredOn) => ({ ...back, occurredOn })));
  });
});

describe("a command for a customer", () => {
  it("is taken as it is meant", () => {
    expectTaken(CustomerCommand, [
      { type: "open_cart", cartId: "crt_1", currency: "GBP" },
      { type: "use_ticket", ticketId: "tkt_1" },
      { type: "notify", notificationId: "ntf_1", title: "Hello", body: "" },
    ]);
  });
  it("is broken otherwise", () => {
    expectBroken(CustomerCommand, [
      { type: "open_cart", cartId: "crt_1", currency: "pounds" },
      { type: "open_cart", cartId: "", currency: "GBP" },
      { type: "notify", notificationId: "ntf_1", title: "", body: "" },
    ]);
  });
});

describe("a command for a product", () => {
  it("is taken as it is meant", () => {
    expectTaken(ProductCommand, [list, { type: "change" }, { type: "change", priceMinor: 0 }, { type: "withdraw" }]);
  });
  it("is broken otherwise", () => {
    expectBroken(ProductCommand, [
      { ...list, name: "" },
      { ...list, name: "a".repeat(201) },
      { ...list, currency: "gbp" },
      { ...list, priceMinor: -1 },
      { type: "change", currency: "EUR" },
    ]);
  });
});

describe("a SKU", () => {
  it("may be any stock code of a real shop", () => {
    expectTaken(Sku, ["85123A", "POST", "DOT", "M", "C2", "BANK CHARGES", "gift_0001_20", "DCGS0076"]);
  });
});

function expectTaken(schema: ZodType, values: readonly unknown[]): void {
  for (const value of values) expect({ value, ok: schema.safeParse(value).success }).toEqual({ value, ok: true });
}

function expectBroken(schema: ZodType, values: readonly unknown[]): void {
  for (const value of values) expect({ value, ok: schema.safeParse(value).success }).toEqual({ value, ok: false });
}
