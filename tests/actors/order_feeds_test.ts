import { describe, it } from "@std/testing/bdd";
import { expect } from "@std/expect";
import { order } from "../../actors/order.ts";
import { customer } from "../../actors/customer.ts";
import type { Stamp } from "../../actors/runtime/kind.ts";
import type { CustomerCommand } from "../../machines/customer/messages.ts";
import { send } from "../../machines/decision.ts";
import { type Order } from "../../machines/order/machine.ts";
import type { OrderEvent } from "../../machines/order/messages.ts";
import { clerk } from "../machines/given.ts";
import {
  allHeld,
  cardChosen,
  delivered,
  facts,
  mugRefunded,
  mugReturned,
  mugsHeld,
  mugsPinned,
  NOW,
  ORDER_ID,
  orders,
  outOfStock,
  paid,
  paymentVoided,
  placed,
  refunded,
  shipped,
  TOTAL,
  unplaced,
} from "../machines/order_examples.ts";

const WHEN = new Date(NOW).toISOString();
const stamp: Stamp = { address: `order/${ORDER_ID}`, version: 7, occurredAt: NOW, commandId: "key" };

describe("an order tells its customer", () => {
  const note = {
    type: "note_order",
    orderId: ORDER_ID,
    trackingId: "trk_1",
    totalMinor: TOTAL,
    currency: "GBP",
  } as const;
  const shipment = {
    type: "note_shipment",
    shipmentId: ORDER_ID.replace("ord", "shp"),
    orderId: ORDER_ID,
    trackingNumber: "P1",
  } as const;

  it("every change of its status", () => {
    expect(order.feedOf(unplaced)).toBeUndefined();
    expect(order.feedOf(orders.paid)).toBe("customer/ann");
    expect(told(orders.reserving, placed)).toEqual([toAnn({ ...note, status: "PENDING", placedAt: NOW })]);
    expect(told(orders.paid, paid)).toEqual([toAnn({ ...note, status: "PAID" })]);
    expect(told(orders.failed, outOfStock)[0]).toEqual(toAnn({ ...note, status: "FAILED", reason: "out_of_stock" }));
    expect(told(orders.shipped, shipped).slice(0, 2)).toEqual([
      toAnn({ ...note, status: "SHIPPED" }),
      toAnn({ ...shipment, newStatus: "SHIPPED" }),
    ]);
    expect(told(orders.delivered, delivered)).toEqual([
      toAnn({ ...note, status: "DELIVERED" }),
      toAnn({ ...shipment, newStatus: "DELIVERED" }),
    ]);
    expect(told(orders.refunded, refunded)[1]).toMatchObject({ command: { type: "notify" } });
  });
  it("nothing of the steps between", () => {
    for (const fact of [mugsHeld, allHeld, cardChosen, mugsPinned, mugReturned, paymentVoided, mugRefunded]) {
      expect(told(orders.paid, fact)).toEqual([]);
    }
  });
  it("in words that customers understand", () => {
    const ann = customer.initial("ann");
    for (const fact of Object.values<OrderEvent>(facts)) {
      for (const message of told(orders.delivered, fact)) {
        if (message.kind !== "send") throw new Error("not sent");
        expect(
          customer.decide(ann, customer.parse(message.command), { now: NOW, principal: clerk, commandId: "s:k" })
            .accepted,
        ).toBe(true);
      }
    }
  });
});

describe("an order's own feed", () => {
  it("shows every change of its status", () => {
    expect(order.frame(placed, stamp, "owner")).toEqual({
      eventType: "order-status-changed",
      newStatus: "PENDING",
      occurredAt: WHEN,
      orderId: ORDER_ID,
      customerId: "ann",
      trackingId: "trk_1",
      totalAmount: pounds(TOTAL),
      commandId: "key",
    });
    expect(order.frame(outOfStock, stamp, "owner")).toMatchObject({ newStatus: "FAILED", reason: "out_of_stock" });
    expect(order.frame(shipped, stamp, "public")).toEqual({
      eventType: "order-status-changed",
      newStatus: "SHIPPED",
      occurredAt: WHEN,
      shipment: { carrier: "Post", trackingNumber: "P1", status: "SHIPPED" },
    });
  });
  it("shows the owner how far it is, and numbers the rest", () => {
    expect(order.frame(allHeld, stamp, "owner")).toEqual({
      eventType: "stock-reserved",
      orderId: ORDER_ID,
      occurredAt: WHEN,
    });
    for (const fact of [mugsHeld, cardChosen, mugsPinned, paymentVoided]) {
      expect(order.frame(fact, stamp, "owner")).toBeUndefined();
    }
    for (const fact of [allHeld, mugReturned, mugRefunded]) expect(order.frame(fact, stamp, "public")).toBeUndefined();
  });
});

function told(state: Order, event: OrderEvent): ReturnType<typeof order.tells> {
  return order.tells(state, event);
}

function toAnn(command: CustomerCommand): ReturnType<typeof send> {
  return send("customer/ann", command);
}

function pounds(minor: number): { readonly minor: number; readonly currency: string } {
  return { minor, currency: "GBP" };
}
