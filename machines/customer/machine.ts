import { assign, setup, type SnapshotFrom } from "xstate";
import { evolver } from "../evolver.ts";
import { type CustomerFeed, isOver, withCart, withNotification, withOrder, withShipment } from "./fold.ts";
import type { CustomerEvent } from "./messages.ts";
import { cartNote, orderNote, shipmentNote } from "./notes.ts";

export interface CustomerContext {
  /** What the customer's connections are shown. */
  readonly feed: CustomerFeed;
  readonly openCartId: string | null;
  /** Guests' carts that were taken in, the newest first. */
  readonly mergedCartIds: readonly string[];
}

/** More guests than anybody has been while a letter was on its way. */
const MERGED_KEPT = 100;

const types: { readonly context?: CustomerContext; readonly events?: CustomerEvent } = {};

/** A customer is known from the first look: there is nothing to sign up for. */
export const customerMachine = setup({
  types,
  actions: { record: assign(({ context, event }) => record(context, event)) },
}).createMachine({
  id: "customer",
  context: newCustomer(""),
  initial: "known",
  states: {
    known: {
      on: {
        cart_opened: { actions: "record" },
        cart_merged: { actions: "record" },
        cart_updated: { actions: "record" },
        order_status_changed: { actions: "record" },
        shipment_status_changed: { actions: "record" },
        notification_created: { actions: "record" },
      },
    },
  },
});

export type Customer = SnapshotFrom<typeof customerMachine>;

export function initial(customerId: string): Customer {
  return customerMachine.resolveState({ value: "known", context: newCustomer(customerId) });
}

/** Moves the customer by a fact; one that has no arrow here changes nothing. */
export const evolve: (customer: Customer, event: CustomerEvent) => Customer = evolver(customerMachine);

function newCustomer(customerId: string): CustomerContext {
  return {
    feed: { customerId, cart: null, orders: [], shipments: [], notifications: [] },
    openCartId: null,
    mergedCartIds: [],
  };
}

function record(customer: CustomerContext, event: CustomerEvent): CustomerContext {
  return { ...customer, ...changeBy(customer, event) };
}

function changeBy(
  { feed, openCartId, mergedCartIds }: CustomerContext,
  event: CustomerEvent,
): Partial<CustomerContext> {
  switch (event.type) {
    case "cart_opened":
      return { openCartId: event.cartId };
    case "cart_merged":
      return { mergedCartIds: [event.fromCartId, ...mergedCartIds].slice(0, MERGED_KEPT) };
    case "cart_updated": {
      const isGone = isOver(event.status) && event.cartId === openCartId;
      return { feed: withCart(feed, cartNote(event)), openCartId: isGone ? null : openCartId };
    }
    case "order_status_changed":
      return { feed: withOrder(feed, orderNote(event)) };
    case "shipment_status_changed":
      return { feed: withShipment(feed, shipmentNote(event)) };
    case "notification_created":
      return { feed: withNotification(feed, event) };
  }
}
