import { describe, it } from "@std/testing/bdd";
import type { CartCommand } from "../../machines/cart/messages.ts";
import { type Address, send } from "../../machines/decision.ts";
import { decide } from "../../machines/order/decide.ts";
import { evolve, type Order } from "../../machines/order/machine.ts";
import { bob, clerk, sentencesAbout, service } from "./given.ts";
import {
  allHeld,
  authorised,
  canceled,
  cardChosen,
  mugsHeld,
  mugsPinned,
  NOW,
  ORDER_ID,
  orderAfter,
  orders,
  outOfStock,
  paymentStarted,
  place,
  placed,
  sends,
  TOTAL,
  unplaced,
} from "./order_examples.ts";

const given = sentencesAbout({ decide, evolve });
const orderId = ORDER_ID;
const release = { type: "release", orderId } as const;
const payNow = sends("payment", {
  type: "authorise",
  orderId,
  customerId: "ann",
  amountMinor: TOTAL,
  currency: "GBP",
  method: "card",
});

describe("an order is started from a cart", () => {
  const start = {
    type: "start",
    customerId: "ann",
    cartId: "crt_aabbbbbbbbbbbbbbbbbbbbbbbb",
    trackingId: "trk_1",
    storeId: "main",
  } as const;

  it("by asking the cart to check out", () => {
    const checkOut: CartCommand = { type: "check_out", orderId, trackingId: "trk_1", storeId: "main" };
    const more = { paymentMethod: "card", occurredOn: "2010-12-01" };
    const cart: Address = `cart/${start.cartId}`;
    given(unplaced).when(start).then().thenSends(send(cart, checkOut));
    const checkOutSo: CartCommand = { ...checkOut, ...more };
    given(unplaced).when({ ...start, ...more }).then().thenSends(send(cart, checkOutSo));
  });
  it("once", () => {
    given(orders.reserving).when(start).thenNothing();
    given(orders.paid).when(place).thenNothing();
  });
});

describe("an order is placed", () => {
  const expiresAt = NOW + 900_000;

  it("at the prices of its lines, and every stock item is asked to hold its goods", () => {
    given(unplaced).when(place).then(placed).thenSends(
      { kind: "alias", publicId: "trk_1" },
      sends("lamp", { type: "reserve", orderId, quantity: 1, expiresAt }),
      sends("mug", { type: "reserve", orderId, quantity: 3, expiresAt }),
    );
  });
  it("less the discount, but never for less than nothing", () => {
    given(unplaced).when({ ...place, discountMinor: 104 }).then({ ...placed, discountMinor: 104, totalMinor: 3_000 });
    given(unplaced).when({ ...place, discountMinor: 99_999 }).then({ ...placed, discountMinor: TOTAL, totalMinor: 0 });
  });
  it("with what the cart knows of address, payment and day", () => {
    const more = { cartId: "crt_1", addressId: "per_1", paymentMethod: "card", occurredOn: "2010-12-01" };
    given(unplaced).when({ ...place, ...more }).then({ ...placed, ...more });
  });
  it("for nobody else", () => {
    given(unplaced).when(place, bob).thenRefuses("not_found");
    given(unplaced).when(place, clerk).thenRefuses("not_found");
    given(unplaced).when(place, service).then(placed);
  });
  it("of fees alone waits for its payment, but not for ever", () => {
    const [, , , postage] = place.lines;
    if (postage === undefined) throw new Error("no postage");
    const fees = { ...place, lines: [postage] };
    const feesPlaced = { ...placed, lines: [postage], totalMinor: 395 };
    const started = { ...paymentStarted, amountMinor: 395 };
    given(unplaced).when(fees).then(feesPlaced, { type: "stock_reserved" }).thenSends(
      { kind: "alias", publicId: "trk_1" },
      { kind: "deadline", key: "lapse", at: expiresAt, command: { type: "lapse" } },
    );
    given(unplaced).when({ ...fees, paymentMethod: "card" })
      .then({ ...feesPlaced, paymentMethod: "card" }, { type: "stock_reserved" }, started);

    const waiting = [feesPlaced, { type: "stock_reserved" } as const].reduce<Order>(evolve, unplaced);
    given(waiting).when({ type: "lapse" })
      .then({ type: "failed", reason: "reservation_expired", at: NOW, customerId: "ann" }).thenSends();
    given(evolve(waiting, started)).when({ type: "lapse" }).thenNothing();
    given(waiting).when({ type: "cancel" }).then(canceled).thenSends({ kind: "cancel", key: "lapse" });
    given([started].reduce<Order>(evolve, waiting)).when({ type: "payment_authorised" })
      .then(authorised, { type: "stock_pinned" }).thenSends(sends("payment", { type: "capture" }));
  });
});

describe("stock answers", () => {
  it("one item after the other; the last one begins a payment whose method is known", () => {
    given(orderAfter()).when({ type: "stock_held", sku: "mug" }).then(mugsHeld).thenSends();
    given(orderAfter(mugsHeld)).when({ type: "stock_held", sku: "lamp" }).then(allHeld).thenSends();
    given(orderAfter(cardChosen, mugsHeld)).when({ type: "stock_held", sku: "lamp" }).then(allHeld, paymentStarted)
      .thenSends(payNow);
  });
  it("twice, without effect", () => {
    given(orderAfter(mugsHeld)).when({ type: "stock_held", sku: "mug" }).thenNothing();
    given(orderAfter(mugsHeld)).when({ type: "stock_refused", sku: "mug", available: 0 }).thenNothing();
    given(orders.authorising).when({ type: "stock_held", sku: "mug" }).thenNothing();
  });
  it("that there is not enough: the order fails and lets go of the rest", () => {
    given(orderAfter(mugsHeld)).when({ type: "stock_refused", sku: "lamp", available: 0 }).then(outOfStock)
      .thenSends(sends("mug", release));
  });
  it("that a hold has expired: so does the order, unless all holds are pinned", () => {
    const expired = { ...outOfStock, reason: "reservation_expired" } as const;
    const told = { type: "stock_expired", sku: "lamp" } as const;
    const voidIt = sends("payment", { type: "void" });
    given(orders.reserving).when(told).then(expired).thenSends(sends("mug", release));
    given(orders.reserved).when(told).then(expired).thenSends(sends("mug", release));
    given(orders.authorising).when(told).then(expired).thenSends(sends("mug", release), voidIt);
    given(evolve(orders.securing, mugsPinned)).when(told).then(expired).thenSends(sends("mug", release), voidIt);
    given(evolve(orders.securing, mugsPinned)).when({ ...told, sku: "mug" }).thenNothing();
    for (const order of [orders.capturing, orders.paid, orders.canceled, orders.failed]) {
      given(order).when(told).thenNothing();
    }
  });
  it("that a hold cannot be pinned: the order fails and the payment is voided", () => {
    const told = { type: "stock_pin_refused", sku: "lamp" } as const;
    given(orders.securing).when(told).then({ ...outOfStock, reason: "reservation_expired" })
      .thenSends(sends("mug", release), sends("payment", { type: "void" }));
    for (const order of [orders.authorising, orders.capturing, orders.paid, orders.failed]) {
      given(order).when(told).thenNothing();
    }
  });
  it("too late with a hold, which is let go", () => {
    for (const order of [orders.canceled, orders.failed]) {
      given(order).when({ type: "stock_held", sku: "lamp" }).then().thenSends(sends("lamp", release));
      given(order).when({ type: "stock_pinned", sku: "lamp" }).then().thenSends(sends("lamp", release));
    }
  });
  it("too late with what was sold and taken back, which is not let go a second time", () => {
    const takenBack = evolve(orders.paid, canceled);
    given(takenBack).when({ type: "stock_held", sku: "lamp" }).thenNothing();
    given(takenBack).when({ type: "stock_pinned", sku: "lamp" }).thenNothing();
  });
  it("about what was never asked for, without effect", () => {
    given(orders.reserving).when({ type: "stock_held", sku: "tray" }).thenNothing();
    given(orders.securing).when({ type: "stock_pinned", sku: "tray" }).thenNothing();
    given(orders.reserving).when({ type: "stock_expired", sku: "tray" }).thenNothing();
    given(orders.reserving).when({ type: "stock_refused", sku: "tray", available: 0 }).thenNothing();
    given(unplaced).when({ type: "stock_held", sku: "mug" }).thenNothing();
  });
});
