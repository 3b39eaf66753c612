import { describe, it } from "@std/testing/bdd";
import { expect } from "@std/expect";
import { decide } from "../../machines/order/decide.ts";
import { evolve, type Order } from "../../machines/order/machine.ts";
import type { CreditNote, OrderCommand, OrderEvent } from "../../machines/order/messages.ts";
import { clerk, sentencesAbout, service } from "./given.ts";
import {
  canceled,
  mugRefunded,
  mugReturned,
  NOW,
  ORDER_ID,
  orders,
  paymentVoided,
  refunded,
  sends,
  TOTAL,
} from "./order_examples.ts";

const given = sentencesAbout({ decide, evolve });
const orderId = ORDER_ID;
const returnMug = {
  type: "return_goods",
  returnId: "1",
  lines: [{ sku: "mug", quantity: 1, unitMinor: 255 }],
  reason: "chipped",
} satisfies OrderCommand;

describe("goods that come back", () => {
  it("go on the shelf, and their worth goes to the customer", () => {
    for (const order of [orders.paid, orders.accepted, orders.ready, orders.shipped, orders.delivered]) {
      given(order).when(returnMug, clerk).then(mugReturned).thenSends(
        sends("mug", { type: "restock", orderId, returnId: "return:1", quantity: 1 }),
        sends("payment", { type: "refund_part", returnId: "return:1", amountMinor: 255 }),
      );
    }
  });
  it("come back once a return", () => {
    given(evolve(orders.paid, mugReturned)).when(returnMug, clerk).thenNothing();
  });
  it("may belong to another day", () => {
    given(orders.paid).when({ ...returnMug, occurredOn: "2010-12-02" }, service)
      .then(noteOf({ occurredOn: "2010-12-02" }));
  });
  it("are added up by SKU for the shelf", () => {
    const lines = [...returnMug.lines, { sku: "mug", quantity: 2, unitMinor: 200 }];
    given(orders.paid).when({ ...returnMug, lines }, clerk)
      .then(noteOf({ lines: lines.map((line) => ({ ...line, stocked: true })), amountMinor: 655, refundMinor: 655 }))
      .thenSends(
        sends("mug", { type: "restock", orderId, returnId: "return:1", quantity: 3 }),
        sends("payment", { type: "refund_part", returnId: "return:1", amountMinor: 655 }),
      );
  });
  it("that were never on a shelf give back money only", () => {
    const line = { sku: "POST", quantity: 1, unitMinor: 395 };
    given(orders.paid).when({ ...returnMug, lines: [line] }, clerk)
      .then(noteOf({ lines: [{ ...line, stocked: false }], amountMinor: 395, refundMinor: 395 }))
      .thenSends(sends("payment", { type: "refund_part", returnId: "return:1", amountMinor: 395 }));
  });
  it("are no more than were sold, when staff take them", () => {
    given(orders.paid).when({ ...returnMug, lines: [{ sku: "mug", quantity: 4, unitMinor: 255 }] }, clerk)
      .thenRefuses("return_exceeds_order", { sku: "mug", returnable: 3 });
    given(evolve(orders.paid, mugReturned))
      .when({ ...returnMug, returnId: "2", lines: [{ sku: "mug", quantity: 3, unitMinor: 255 }] }, clerk)
      .thenRefuses("return_exceeds_order", { sku: "mug", returnable: 2 });
    given(orders.paid).when({ ...returnMug, lines: [{ sku: "tray", quantity: 1, unitMinor: 1 }] }, clerk)
      .thenRefuses("return_exceeds_order", { sku: "tray", returnable: 0 });
  });
  it("may have been sold elsewhere when a service says so, but no more money goes back than was paid", () => {
    const line = { sku: "tray", quantity: 2, unitMinor: TOTAL };
    given(orders.paid).when({ ...returnMug, lines: [line] }, service)
      .then(noteOf({ lines: [{ ...line, stocked: true }], amountMinor: 2 * TOTAL, refundMinor: TOTAL }))
      .thenSends(
        sends("tray", { type: "restock", orderId, returnId: "return:1", quantity: 2 }),
        sends("payment", { type: "refund_part", returnId: "return:1", amountMinor: TOTAL }),
      );
  });
  it("cannot come back before they were sold, nor after they were taken back", () => {
    for (
      const order of [orders.reserving, orders.capturing, orders.failed, orders.canceled, evolve(orders.paid, canceled)]
    ) {
      expect(refusalOf(order)).toBe("illegal_transition");
    }
    expect(refusalOf(orders.refunded)).toBe("illegal_transition");
  });
  it("still come back after a refund of what was shipped: the money is back already", () => {
    given(evolve(orders.delivered, refunded)).when(returnMug, clerk).then(noteOf({ refundMinor: 0 }))
      .thenSends(sends("mug", { type: "restock", orderId, returnId: "return:1", quantity: 1 }));
  });
  it("come back a hundred times at most", () => {
    let order: Order = orders.paid;
    for (let index = 0; index < 100; index++) order = evolve(order, noteOf({ returnId: `r${index}`, refundMinor: 0 }));
    given(order).when(returnMug, service).thenRefuses("too_many_returns", { maxReturns: 100 });
  });
});

describe("the payment of an order, as the order sees it", () => {
  const rest: OrderEvent = { ...mugRefunded, refundId: "rest", amountMinor: TOTAL - 255 };

  it("goes back in parts and as a whole", () => {
    const returned = evolve(orders.paid, mugReturned);
    expect(returned.context.payment).toBe("refunding");
    expect(evolve(returned, mugRefunded).context).toMatchObject({ payment: "partly_refunded", givenBackMinor: 255 });
    const closed = evolve(evolve(returned, mugRefunded), canceled);
    expect(closed.context.payment).toBe("refunding");
    expect(evolve(closed, rest).context).toMatchObject({ payment: "refunded", givenBackMinor: TOTAL });
  });
  it("is told of each refund once", () => {
    const told = { type: "payment_refunded", refundId: "return:1", amountMinor: 255 } as const;
    const returned = evolve(orders.paid, mugReturned);
    given(returned).when(told).then(mugRefunded);
    given(evolve(returned, mugRefunded)).when(told).thenNothing();
    given(orders.reserving).when(told).thenNothing();
  });
  it("is voided when an order ends before the money was taken, or was never to be had", () => {
    const closing = evolve(orders.securing, canceled);
    expect(closing.context.payment).toBe("voiding");
    given(closing).when({ type: "payment_voided" }).then(paymentVoided);
    given(closing).when({ type: "payment_declined", reason: "card_declined" }).then(paymentVoided);
    given(evolve(closing, paymentVoided)).when({ type: "payment_voided" }).thenNothing();
    given(orders.canceled).when({ type: "payment_voided" }).thenNothing();
    given(orders.paid).when({ type: "payment_voided" }).thenNothing();
  });
  it("is not called declined because somebody gives that as a reason", () => {
    expect(evolve(orders.paid, { ...canceled, reason: "payment_declined" }).context.payment).toBe("refunding");
  });
});

function noteOf(more: Partial<CreditNote>): OrderEvent {
  return { ...mugReturned, creditNote: { ...mugReturned.creditNote, at: NOW, ...more } };
}

function refusalOf(order: Order): string | undefined {
  const decision = decide(order, returnMug, { now: NOW, principal: clerk, commandId: "scope:key" });
  return decision.accepted ? undefined : decision.reason;
}
