import { describe, it } from "@std/testing/bdd";
import { expect } from "@std/expect";
import { order } from "../../actors/order.ts";
import { makeId } from "../../actors/runtime/address.ts";
import type { Stamp } from "../../actors/runtime/kind.ts";
import { type Principal } from "../../machines/decision.ts";
import { evolve, type Order } from "../../machines/order/machine.ts";
import type { OrderCommand, OrderEvent } from "../../machines/order/messages.ts";
import { admin, ann, bob, clerk, service } from "../machines/given.ts";
import {
  facts,
  mugRefunded,
  mugReturned,
  mugsHeld,
  NOW,
  ORDER_ID,
  orderAfter,
  orders,
  place,
  TOTAL,
  unplaced,
} from "../machines/order_examples.ts";

const northClerk: Principal = { ...clerk, sub: "north", stores: ["north"] };
const EVERYBODY: readonly Principal[] = [ann, bob, clerk, northClerk, service, admin];
const WHEN = new Date(NOW).toISOString();
const stamp: Stamp = { address: `order/${ORDER_ID}`, version: 7, occurredAt: NOW, commandId: "key" };

describe("an order takes commands", () => {
  it("from its customer: to pay and to cancel", () => {
    expect(mayAll({ type: "pay", paymentMethod: "card" })).toEqual([ann, service, admin]);
    expect(mayAll({ type: "cancel" })).toEqual([ann, clerk, service, admin]);
  });
  it("from the staff of its store, services and admins on its way to the customer", () => {
    for (const type of ["accept_order", "mark_ready", "deliver"] as const) {
      expect(mayAll({ type })).toEqual([clerk, service, admin]);
    }
    expect(mayAll({ type: "ship", carrier: "Post", trackingNumber: "P1" })).toEqual([clerk, service, admin]);
  });
  it("from the staff of its store and admins about all the money", () => {
    expect(mayAll({ type: "refund" })).toEqual([clerk, admin]);
  });
  it("about returned goods from services as well", () => {
    expect(mayAll(returnGoods)).toEqual([clerk, service, admin]);
  });
  it("from nobody that stock, payments and deadlines say", () => {
    const told: readonly OrderCommand[] = [
      { type: "stock_held", sku: "mug" },
      { type: "stock_refused", sku: "mug", available: 0 },
      { type: "stock_pinned", sku: "mug" },
      { type: "stock_pin_refused", sku: "mug" },
      { type: "stock_expired", sku: "mug" },
      { type: "payment_authorised" },
      { type: "payment_captured" },
      { type: "payment_declined", reason: "card_declined" },
      { type: "payment_voided" },
      { type: "payment_refunded", refundId: "rest", amountMinor: 1 },
      { type: "lapse" },
    ];
    for (const command of told) expect(mayAll(command)).toEqual([]);
  });
  it("to be placed from whom it is for, also a second time", () => {
    expect(mayAll(place, unplaced)).toEqual([ann, service, admin]);
    expect(mayAll(place)).toEqual([ann, service, admin]);
    expect(mayAll({ ...place, customerId: "bob" })).toEqual([]);
    expect(order.mayCommand(unplaced, { ...ann, roles: ["staff"] }, place)).toBe(false);
  });
  it("to be started from a cart of the same partition alone", () => {
    const start = { type: "start", customerId: "ann", trackingId: "trk_1", storeId: "main" } as const;
    const orderId = makeId("ord", { key: "ann", rest: "c".repeat(24) });
    const cartId = makeId("crt", { key: "ann", rest: "c".repeat(24) });
    expect(mayAll({ ...start, cartId }, order.initial(orderId))).toEqual([ann, service, admin]);
    expect(mayAll({ ...start, cartId: makeId("crt", { key: "bob", rest: "c".repeat(24) }) }, order.initial(orderId)))
      .toEqual([]);
  });
  it("from nobody else while it is missing", () => {
    for (
      const command of [returnGoods, { type: "cancel" }, { type: "pay", paymentMethod: "card" }, {
        type: "refund",
      }] as const
    ) {
      expect(mayAll(command, unplaced)).toEqual([]);
    }
  });
});

describe("an order is read", () => {
  it("by its customer, its staff, services and admins", () => {
    for (const feed of [undefined, "owner"]) {
      expect(EVERYBODY.filter((principal) => order.mayRead(orders.paid, principal, feed))).toEqual([
        ann,
        clerk,
        service,
        admin,
      ]);
    }
    expect(EVERYBODY.filter((principal) => order.mayRead(orders.paid, principal, "other"))).toEqual([]);
  });
  it("by anybody who has its tracking id, as far as that goes", () => {
    expect(EVERYBODY.filter((principal) => order.mayRead(orders.paid, principal, "public"))).toEqual(EVERYBODY);
    const seen = JSON.stringify([
      order.feedState(orders.delivered, "public"),
      ...Object.values<OrderEvent>(facts).map((fact) => order.frame(fact, stamp, "public")),
    ]);
    for (const secret of ["ann", ORDER_ID, ORDER_ID.slice(4), String(TOTAL), "GBP", "out_of_stock", "key"]) {
      expect(seen).not.toContain(secret);
    }
  });
  it("by nobody while it is missing", () => {
    for (const feed of [undefined, "owner", "public"]) {
      expect(EVERYBODY.filter((principal) => order.mayRead(unplaced, principal, feed))).toEqual([]);
    }
  });
  it("as the contract says", () => {
    expect(order.view(orders.reserving, { version: 1, cursor: "3.k3f9" })).toEqual({
      orderId: ORDER_ID,
      trackingId: "trk_1",
      customerId: "ann",
      storeId: "main",
      status: "PENDING",
      lines: [
        line({ lineId: "mug", sku: "mug", name: "Red mug", quantity: 2 }, 255),
        line({ lineId: "mug@200", sku: "mug", name: "Red mug", quantity: 1 }, 200),
        line({ lineId: "lamp", sku: "lamp", name: "Lamp", quantity: 1 }, 1_999),
        line({ lineId: "POST", sku: "POST", name: "Postage", quantity: 1 }, 395),
      ],
      totalAmount: pounds(TOTAL),
      payment: { status: "none" },
      creditNotes: [],
      history: [{ status: "PENDING", at: WHEN }],
      allowed: ["pay", "cancel"],
      placedAt: WHEN,
      version: 1,
      cursor: "3.k3f9",
    });
  });
  it("with all that came of it", () => {
    const returned = [mugReturned, mugRefunded].reduce<Order>(evolve, orders.delivered);
    expect(order.view(returned, { version: 9, cursor: "" })).toMatchObject({
      status: "DELIVERED",
      payment: { status: "partly_refunded", method: "card", refunded: pounds(255) },
      shipment: {
        shipmentId: ORDER_ID.replace("ord", "shp"),
        carrier: "Post",
        trackingNumber: "P1",
        status: "DELIVERED",
      },
      creditNotes: [{ returnId: "1", amount: pounds(255), refund: pounds(255), reason: "chipped", at: WHEN }],
      allowed: ["refund"],
    });
    expect(order.view(orders.failed, { version: 2, cursor: "" })).toMatchObject({
      status: "FAILED",
      reason: "out_of_stock",
      allowed: [],
      history: [{ status: "PENDING", at: WHEN }, { status: "FAILED", at: WHEN, reason: "out_of_stock" }],
    });
  });
});

describe("an order's own feed", () => {
  it("says what goes back as money", () => {
    const returned = [mugReturned, mugRefunded].reduce<Order>(evolve, orders.delivered);
    expect(order.feedState(returned, "owner")).toMatchObject({ refunded: pounds(255) });
    expect(order.feedState(orders.paid, "owner")).toMatchObject({ refunded: pounds(0) });
    expect(order.frame(mugReturned, stamp, "owner"))
      .toMatchObject({ eventType: "goods-returned", returnId: "1", amount: pounds(255) });
    expect(order.frame(mugRefunded, stamp, "owner"))
      .toMatchObject({ eventType: "payment-refunded", amount: pounds(255) });
  });
});

describe("an order is stored", () => {
  it("as JSON that gives the same order again, in every state", () => {
    for (const state of Object.values<Order>(orders)) {
      const stored = order.freeze(state);
      expect(JSON.parse(JSON.stringify(stored))).toStrictEqual(stored);
      expect(order.freeze(order.thaw(JSON.parse(JSON.stringify(stored))))).toStrictEqual(stored);
    }
    expect(evolve(order.thaw(order.freeze(orderAfter())), mugsHeld)).toEqual(orderAfter(mugsHeld));
  });
  it("and anything else is not taken for one", () => {
    expect(() => order.thaw({ value: "lost", context: orders.paid.context })).toThrow();
    expect(() => order.thaw({ value: "paid", context: null })).toThrow();
  });
});

const returnGoods = {
  type: "return_goods",
  returnId: "1",
  lines: [{ sku: "mug", quantity: 1, unitMinor: 255 }],
  reason: "chipped",
} satisfies OrderCommand;

function mayAll(command: OrderCommand, state: Order = orders.paid): readonly Principal[] {
  return EVERYBODY.filter((principal) => order.mayCommand(state, principal, command));
}

function pounds(minor: number): { readonly minor: number; readonly currency: string } {
  return { minor, currency: "GBP" };
}

function line(of: { readonly quantity: number } & Readonly<Record<string, unknown>>, unitMinor: number): unknown {
  return { ...of, price: pounds(unitMinor), lineTotal: pounds(of.quantity * unitMinor) };
}
