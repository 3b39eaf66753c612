import { z } from "zod";
import type { Address, Message, Principal } from "../machines/decision.ts";
import type { OrderContext } from "../machines/order/context.ts";
import { decide } from "../machines/order/decide.ts";
import { evolve, initial, type Order, orderMachine } from "../machines/order/machine.ts";
import { OrderCommand, type OrderEvent } from "../machines/order/messages.ts";
import { fulfils, isStaffOf } from "../machines/order/status.ts";
import { actsFor, isTrusted } from "../machines/customer/owner.ts";
import { ownerFeed, ownerFrame, trackingFeed, trackingFrame } from "./order_frames.ts";
import { orderNotes } from "./order_notes.ts";
import { orderView } from "./order_view.ts";
import { slotOf } from "./runtime/address.ts";
import type { Kind, Stamp, StoredState } from "./runtime/kind.ts";

const StoredOrder = z.object({
  value: z.union([
    z.enum(["absent", "paid", "accepted", "ready", "shipped", "delivered", "canceled", "failed", "refunded"]),
    z.object({ pending: z.enum(["reserving", "reserved", "authorising", "securing", "capturing"]) }),
  ]),
  context: z.custom<OrderContext>((context) => typeof context === "object" && context !== null),
});

/**
 * An order lives beside its customer, whose feed shows what happens to it. Its own journal is two feeds: `owner` for the
 * customer and the staff, `public` for whoever holds the tracking id.
 */
export const order: Kind<Order, OrderCommand, OrderEvent> = {
  name: "order",
  routing: "slot",
  schemaVersion: 1,
  parse: (command) => OrderCommand.parse(command),
  initial,
  decide,
  evolve,
  tells,
  mayCommand,
  mayRead,
  feedOf,
  view: orderView,
  feedState: (state, feed) => feed === "public" ? trackingFeed(state) : ownerFeed(state),
  frame,
  freeze: ({ value, context }) => ({ value, context }),
  thaw,
};

function tells({ context }: Order, event: OrderEvent): readonly Message[] {
  return orderNotes(context, event);
}

function mayCommand({ context }: Order, principal: Principal, command: OrderCommand): boolean {
  const { orderId, customerId, storeId } = context;
  const isNew = customerId === "";
  switch (command.type) {
    case "start":
    case "place":
      if (command.type === "start" && slotOf(`cart/${command.cartId}`) !== slotOf(`order/${orderId}`)) return false;
      if (command.occurredOn !== undefined && !isTrusted(principal)) return false;
      return mayPlaceFor(principal, command.customerId) && (isNew || customerId === command.customerId);
    case "credit":
      return isTrusted(principal) && (isNew || customerId === command.customerId);
    case "pay":
      return !isNew && actsFor(principal, customerId);
    case "cancel":
      return !isNew && (actsFor(principal, customerId) || isStaffOf(principal, storeId));
    case "return_goods":
      return !isNew && (isTrusted(principal) || isStaffOf(principal, storeId));
    case "accept_order":
    case "mark_ready":
    case "ship":
    case "deliver":
      return !isNew && fulfils(principal, storeId);
    case "refund":
      return !isNew && isStaffOf(principal, storeId);
    default:
      // What stock, payments and deadlines tell comes by letters and turns, which are not asked about.
      return false;
  }
}

function mayPlaceFor(principal: Principal, customerId: string): boolean {
  return isTrusted(principal) || (principal.roles.includes("customer") && principal.sub === customerId);
}

function mayRead({ context }: Order, principal: Principal, feed?: string): boolean {
  const { customerId, storeId } = context;
  if (customerId === "") return false;
  if (feed === "public") return true;
  return (feed === undefined || feed === "owner") && (actsFor(principal, customerId) || isStaffOf(principal, storeId));
}

function feedOf({ context: { customerId } }: Order): Address | undefined {
  return customerId === "" ? undefined : `customer/${customerId}`;
}

function frame(event: OrderEvent, stamp: Stamp, feed: string): unknown {
  return feed === "public" ? trackingFrame(event) : ownerFrame(event, stamp);
}

function thaw(stored: StoredState): Order {
  return orderMachine.resolveState(StoredOrder.parse(stored));
}
