import { describe, it } from "@std/testing/bdd";
import { expect } from "@std/expect";
import { evolve, type Order } from "../../machines/order/machine.ts";
import type { OrderAction, OrderEvent } from "../../machines/order/messages.ts";
import { allowedIn } from "../../machines/order/status.ts";
import { walk } from "./arrows.ts";
import { accepted, canceled, delivered, facts, orders, readyMarked, refunded, shipped } from "./order_examples.ts";

type Name = keyof typeof orders;

const none = {
  placed: null,
  part_held: null,
  stock_reserved: null,
  payment_method_chosen: null,
  payment_started: null,
  payment_authorised: null,
  part_pinned: null,
  stock_pinned: null,
  paid: null,
  accepted: null,
  ready_marked: null,
  shipped: null,
  delivered: null,
  canceled: null,
  failed: null,
  refunded: null,
  goods_returned: null,
  credited: null,
  payment_voided: null,
  payment_refunded: null,
} as const;

const pending = { ...none, canceled: "canceled", failed: "failed" } as const;

describe("an order's facts", () => {
  walk(
    {
      absent: { ...none, placed: "reserving", credited: "refunded" },
      reserving: {
        ...pending,
        part_held: "reserving",
        stock_reserved: "reserved",
        payment_method_chosen: "reserving",
      },
      reserved: { ...pending, payment_method_chosen: "reserved", payment_started: "authorising" },
      authorising: { ...pending, payment_authorised: "securing" },
      securing: { ...pending, part_pinned: "securing", stock_pinned: "capturing" },
      capturing: { ...pending, paid: "paid" },
      paid: {
        ...none,
        accepted: "accepted",
        canceled: "canceled",
        refunded: "refunded",
        goods_returned: "paid",
        payment_refunded: "paid",
      },
      accepted: {
        ...none,
        ready_marked: "ready",
        canceled: "canceled",
        refunded: "refunded",
        goods_returned: "accepted",
        payment_refunded: "accepted",
      },
      ready: {
        ...none,
        shipped: "shipped",
        canceled: "canceled",
        refunded: "refunded",
        goods_returned: "ready",
        payment_refunded: "ready",
      },
      shipped: {
        ...none,
        delivered: "delivered",
        refunded: "refunded",
        goods_returned: "shipped",
        payment_refunded: "shipped",
      },
      delivered: { ...none, refunded: "refunded", goods_returned: "delivered", payment_refunded: "delivered" },
      canceled: { ...none, payment_voided: "canceled", payment_refunded: "canceled" },
      failed: { ...none, payment_voided: "failed", payment_refunded: "failed" },
      refunded: { ...none, goods_returned: "refunded", payment_refunded: "refunded" },
    },
    {
      facts,
      states: {
        absent: named(orders.absent),
        reserving: named(orders.reserving),
        reserved: named(orders.reserved),
        authorising: named(orders.authorising),
        securing: named(orders.securing),
        capturing: named(orders.capturing),
        paid: named(orders.paid),
        accepted: named(orders.accepted),
        ready: named(orders.ready),
        shipped: named(orders.shipped),
        delivered: named(orders.delivered),
        canceled: named(orders.canceled),
        failed: named(orders.failed),
        refunded: named(orders.refunded),
      },
      evolve: ({ order }: NamedOrder, event: OrderEvent) => named(evolve(order, event)),
    },
  );

  it("stand behind every action that is allowed, and no other", () => {
    const factOf: Readonly<Record<Exclude<OrderAction, "pay">, OrderEvent>> = {
      cancel: canceled,
      accept: accepted,
      ready: readyMarked,
      ship: shipped,
      deliver: delivered,
      refund: refunded,
    };
    for (const order of Object.values<Order>(orders).filter((order) => !order.matches("absent"))) {
      const allowed: readonly string[] = allowedIn(order).filter((action) => action !== "pay");
      expect(allowed.toSorted()).toEqual(
        Object.entries(factOf).filter(([, fact]) => order.can(fact)).map(([action]) => action).sort(),
      );
    }
  });
});

/** An order whose innermost state is its name. */
interface NamedOrder {
  readonly order: Order;
  readonly value: Name;
  readonly context: Order["context"];
  can(event: OrderEvent): boolean;
}

function named(order: Order): NamedOrder {
  const { value, context } = order;
  return { order, value: typeof value === "string" ? value : value.pending, context, can: (event) => order.can(event) };
}
