import { describe, it } from "@std/testing/bdd";
import { expect } from "@std/expect";
import { decide } from "../../machines/order/decide.ts";
import { evolve } from "../../machines/order/machine.ts";
import type { OrderCommand } from "../../machines/order/messages.ts";
import { admin, clerk, sentencesAbout, service } from "./given.ts";
import {
  accepted,
  allPinned,
  authorised,
  canceled,
  cardChosen,
  delivered,
  mugReturned,
  mugsPinned,
  NOW,
  ORDER_ID,
  orderAfter,
  orders,
  paid,
  paymentStarted,
  readyMarked,
  refunded,
  sends,
  sendsBoth,
  shipped,
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

describe("paying", () => {
  const pay: OrderCommand = { type: "pay", paymentMethod: "card" };

  it("begins once all goods are held", () => {
    given(orders.reserving).when(pay).then(cardChosen).thenSends();
    given(orders.reserved).when(pay).then(cardChosen, paymentStarted).thenSends(payNow);
  });
  it("another way is possible until it has begun", () => {
    given(orderAfter(cardChosen)).when({ ...pay, paymentMethod: "invoice" }).then({ ...cardChosen, method: "invoice" });
    given(orderAfter(cardChosen)).when(pay).thenNothing();
  });
  it("twice finds the payment under way", () => {
    for (const order of [orders.authorising, orders.securing, orders.capturing]) given(order).when(pay).thenNothing();
  });
  it("pins the holds before any money is taken", () => {
    given(orders.authorising).when({ type: "payment_authorised" }).then(authorised)
      .thenSends(...sendsBoth({ type: "pin", orderId }));
    given(orders.securing).when({ type: "stock_pinned", sku: "mug" }).then(mugsPinned).thenSends();
    given(evolve(orders.securing, mugsPinned)).when({ type: "stock_pinned", sku: "mug" }).thenNothing();
    given(evolve(orders.securing, mugsPinned)).when({ type: "stock_pinned", sku: "lamp" }).then(allPinned)
      .thenSends(sends("payment", { type: "capture" }));
  });
  it("sells the goods when the money is there", () => {
    given(orders.capturing).when({ type: "payment_captured" }).then(paid)
      .thenSends(...sendsBoth({ type: "allocate", orderId }));
    given(orders.paid).when({ type: "payment_captured" }).thenNothing();
  });
  it("fails when the provider says no", () => {
    const declined = {
      type: "failed",
      reason: "payment_declined",
      detail: "card_declined",
      at: NOW,
      customerId: "ann",
    } as const;
    for (const order of [orders.authorising, orders.capturing]) {
      given(order).when({ type: "payment_declined", reason: "card_declined" }).then(declined)
        .thenSends(...sendsBoth(release));
    }
  });
  it("that comes after the end is given back", () => {
    given(orders.canceled).when({ type: "payment_captured" }).then().thenSends(sends("payment", { type: "refund" }));
  });
});

describe("canceling", () => {
  const cancel: OrderCommand = { type: "cancel" };
  const byStore = { ...canceled, reason: "canceled_by_store" };

  it("lets go of what is held or asked for", () => {
    given(orders.reserving).when(cancel).then(canceled).thenSends(...sendsBoth(release));
    given(orders.reserved).when(cancel, clerk).then(byStore).thenSends(...sendsBoth(release));
  });
  it("voids a payment that is under way", () => {
    for (const order of [orders.authorising, orders.securing, orders.capturing]) {
      given(order).when(cancel).then(canceled).thenSends(...sendsBoth(release), sends("payment", { type: "void" }));
    }
  });
  it("by the store takes back what was sold and gives back what was paid", () => {
    for (const order of [orders.paid, orders.accepted, orders.ready]) {
      given(order).when({ ...cancel, reason: "damaged" }, clerk).then({ ...canceled, reason: "damaged" }).thenSends(
        sends("lamp", { type: "restock", orderId, returnId: "canceled", quantity: 1 }),
        sends("mug", { type: "restock", orderId, returnId: "canceled", quantity: 3 }),
        sends("payment", { type: "refund" }),
      );
    }
  });
  it("takes back only what has not come back before", () => {
    given(evolve(orders.paid, mugReturned)).when(cancel, clerk).then(byStore).thenSends(
      sends("lamp", { type: "restock", orderId, returnId: "canceled", quantity: 1 }),
      sends("mug", { type: "restock", orderId, returnId: "canceled", quantity: 2 }),
      sends("payment", { type: "refund" }),
    );
  });
  it("by the customer ends with the payment; by the store with the shipment", () => {
    given(orders.paid).when(cancel).thenRefuses("illegal_transition", { status: "PAID", allowed: [] });
    given(orders.shipped).when(cancel, clerk)
      .thenRefuses("illegal_transition", { status: "SHIPPED", allowed: ["deliver", "refund"] });
  });
});

describe("the staff", () => {
  const acceptOrder: OrderCommand = { type: "accept_order" };
  const ship: OrderCommand = { type: "ship", carrier: "Post", trackingNumber: "P1" };

  it("takes an order from paid to delivered", () => {
    given(orders.paid).when(acceptOrder, clerk).then(accepted);
    given(orders.accepted).when({ type: "mark_ready" }, clerk).then(readyMarked);
    given(orders.ready).when(ship, clerk).then(shipped);
    given(orders.shipped).when({ type: "deliver" }, clerk).then(delivered);
  });
  it("is told what is allowed instead of what is not, also of a repeat", () => {
    const clerkElsewhere = { ...clerk, stores: ["north"] };
    given(orders.accepted).when(acceptOrder, clerk)
      .thenRefuses("illegal_transition", { status: "ACCEPTED", allowed: ["cancel", "ready", "refund"] });
    given(orders.paid).when(ship, admin)
      .thenRefuses("illegal_transition", { status: "PAID", allowed: ["cancel", "accept", "refund"] });
    given(orders.reserved).when(acceptOrder, clerk)
      .thenRefuses("illegal_transition", { status: "PENDING", allowed: ["cancel"] });
    given(orders.authorising).when(acceptOrder, clerk)
      .thenRefuses("illegal_transition", { status: "PENDING", allowed: ["cancel"] });
    given(orders.paid).when(acceptOrder, clerkElsewhere)
      .thenRefuses("illegal_transition", { status: "PAID", allowed: [] });
    given(orders.failed).when(acceptOrder, clerk).thenRefuses("illegal_transition", { status: "FAILED", allowed: [] });
  });
  it("finds no order that was never placed", () => {
    given(unplaced).when(acceptOrder, admin).thenRefuses("not_found");
  });
  it("refunds what is paid, and takes back what was not shipped", () => {
    const refund: OrderCommand = { type: "refund" };
    const back = sends("payment", { type: "refund" });
    given(orders.ready).when(refund, clerk).then(refunded).thenSends(
      sends("lamp", { type: "restock", orderId, returnId: "refunded", quantity: 1 }),
      sends("mug", { type: "restock", orderId, returnId: "refunded", quantity: 3 }),
      back,
    );
    given(orders.shipped).when(refund, clerk).then(refunded).thenSends(back);
    given(orders.delivered).when({ ...refund, reason: "lost" }, clerk).then({ ...refunded, reason: "lost" }).thenSends(
      back,
    );
    given(orders.refunded).when(refund, clerk).thenRefuses("illegal_transition", { status: "REFUNDED", allowed: [] });
  });
});

describe("the history", () => {
  it("has one entry for each change of the status", () => {
    expect(evolve(orders.delivered, refunded).context.history.map(({ status }) => status))
      .toEqual(["PENDING", "PAID", "ACCEPTED", "READY", "SHIPPED", "DELIVERED", "REFUNDED"]);
    expect(orders.failed.context.history.at(-1)).toEqual({ status: "FAILED", at: NOW, reason: "out_of_stock" });
  });
});

describe("a service such as a warehouse's", () => {
  const ship: OrderCommand = { type: "ship", carrier: "Post", trackingNumber: "P1" };

  it("takes an order from paid to delivered", () => {
    given(orders.paid).when({ type: "accept_order" }, service).then(accepted);
    given(orders.accepted).when({ type: "mark_ready" }, service).then(readyMarked);
    given(orders.ready).when(ship, service).then(shipped);
    given(orders.shipped).when({ type: "deliver" }, service).then(delivered);
  });
  it("gives no money back, and cancels nothing that is paid", () => {
    given(orders.paid).when({ type: "refund" }, service)
      .thenRefuses("illegal_transition", { status: "PAID", allowed: ["accept"] });
    given(orders.shipped).when({ type: "cancel" }, service)
      .thenRefuses("illegal_transition", { status: "SHIPPED", allowed: ["deliver"] });
  });
  it("acts for the customer while nothing is paid", () => {
    given(orders.reserved).when(ship, service)
      .thenRefuses("illegal_transition", { status: "PENDING", allowed: ["pay", "cancel"] });
  });
});
