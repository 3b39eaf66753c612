import { assign, setup, type SnapshotFrom } from "xstate";
import { evolver } from "../evolver.ts";
import { unplaced } from "./context.ts";
import type { OrderContext } from "./context.ts";
import type { OrderEvent } from "./messages.ts";
import { record } from "./record.ts";

const types: { readonly context?: OrderContext; readonly events?: OrderEvent } = {};

const closing = {
  canceled: { target: "#order.canceled", actions: "record" },
  failed: { target: "#order.failed", actions: "record" },
} as const;

/** Money is given back, and goods come back, while the order stays what it is. */
const givingBack = {
  goods_returned: { actions: "record" },
  payment_refunded: { actions: "record" },
} as const;

const canceled = { canceled: { target: "canceled", actions: "record" } } as const;
const refunded = { refunded: { target: "refunded", actions: "record" } } as const;

/**
 * Which facts may follow which in the life of an order. `pending` is the way from the click to the money: all goods are
 * held, the payment is authorised, all holds are pinned, and only then is the money taken.
 */
export const orderMachine = setup({
  types,
  actions: { record: assign(({ context, event }) => record(context, event)) },
}).createMachine({
  id: "order",
  context: unplaced(""),
  initial: "absent",
  states: {
    absent: {
      on: {
        placed: { target: "pending", actions: "record" },
        credited: { target: "refunded", actions: "record" },
      },
    },
    pending: {
      initial: "reserving",
      on: closing,
      states: {
        reserving: {
          on: {
            part_held: { actions: "record" },
            stock_reserved: { target: "reserved", actions: "record" },
            payment_method_chosen: { actions: "record" },
          },
        },
        /** Waits for a payment method. */
        reserved: {
          on: {
            payment_method_chosen: { actions: "record" },
            payment_started: { target: "authorising", actions: "record" },
          },
        },
        authorising: { on: { payment_authorised: { target: "securing", actions: "record" } } },
        securing: {
          on: {
            part_pinned: { actions: "record" },
            stock_pinned: { target: "capturing", actions: "record" },
          },
        },
        capturing: { on: { paid: { target: "#order.paid", actions: "record" } } },
      },
    },
    paid: { on: { ...givingBack, ...canceled, ...refunded, accepted: { target: "accepted", actions: "record" } } },
    accepted: { on: { ...givingBack, ...canceled, ...refunded, ready_marked: { target: "ready", actions: "record" } } },
    ready: { on: { ...givingBack, ...canceled, ...refunded, shipped: { target: "shipped", actions: "record" } } },
    shipped: { on: { ...givingBack, ...refunded, delivered: { target: "delivered", actions: "record" } } },
    delivered: { on: { ...givingBack, ...refunded } },
    canceled: { on: { payment_voided: { actions: "record" }, payment_refunded: { actions: "record" } } },
    failed: { on: { payment_voided: { actions: "record" }, payment_refunded: { actions: "record" } } },
    refunded: { on: givingBack },
  },
});

export type Order = SnapshotFrom<typeof orderMachine>;

export function initial(orderId: string): Order {
  return orderMachine.resolveState({ value: "absent", context: unplaced(orderId) });
}

/** Moves the order by a fact; one that has no arrow here changes nothing. */
export const evolve: (order: Order, event: OrderEvent) => Order = evolver(orderMachine);
