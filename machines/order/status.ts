import { actsFor } from "../customer/owner.ts";
import type { Principal } from "../decision.ts";
import type { Order } from "./machine.ts";
import type { OrderAction } from "./messages.ts";

/** As contracts and views write it. */
export type OrderStatus =
  | "PENDING"
  | "PAID"
  | "ACCEPTED"
  | "READY"
  | "SHIPPED"
  | "DELIVERED"
  | "CANCELED"
  | "FAILED"
  | "REFUNDED";

/** What somebody may do in each status, beside what goes on by itself. */
const ACTIONS: Readonly<Record<OrderStatus, readonly OrderAction[]>> = {
  PENDING: ["pay", "cancel"],
  PAID: ["cancel", "accept", "refund"],
  ACCEPTED: ["cancel", "ready", "refund"],
  READY: ["cancel", "ship", "refund"],
  SHIPPED: ["deliver", "refund"],
  DELIVERED: ["refund"],
  CANCELED: [],
  FAILED: [],
  REFUNDED: [],
};

/** What the customer may do; nothing once the order is paid. */
const OWN_ACTIONS: readonly OrderAction[] = ["pay", "cancel"];
/** What brings an order to its customer. Services do these too, and leave the money to people. */
const FULFILMENT: readonly OrderAction[] = ["accept", "ready", "ship", "deliver"];
/** Paying is for customers to do. */
const STORE_ACTIONS: readonly OrderAction[] = ["cancel", ...FULFILMENT, "refund"];

/** How an order stands, as far as it tells who may do what. `allowed`: what somebody may do next. */
export interface OrderStanding<Action extends string> {
  readonly customerId: string;
  readonly storeId: string;
  readonly status: string;
  readonly allowed: readonly Action[];
}

/** The status of an order that was placed; the last entry of its history. */
export function statusOf(order: Order): OrderStatus {
  return order.context.history.at(-1)?.status ?? "PENDING";
}

/** Everything that somebody may do next. Paying is over once it has begun. */
export function allowedIn(order: Order): readonly OrderAction[] {
  const actions = ACTIONS[statusOf(order)];
  return isPaying(order) ? actions.filter((action) => action !== "pay") : actions;
}

/** What this principal may do next. */
export function allowedTo(principal: Principal, order: Order): readonly OrderAction[] {
  const { customerId, storeId } = order.context;
  return theirActions(principal, { customerId, storeId, status: statusOf(order), allowed: allowedIn(order) });
}

/** What of all that somebody may do next this principal may do. */
export function theirActions<Action extends string>(
  principal: Principal,
  { customerId, storeId, status, allowed }: OrderStanding<Action>,
): readonly Action[] {
  const own = status === "PENDING" && actsFor(principal, customerId) ? OWN_ACTIONS : [];
  const works = isStaffOf(principal, storeId) ? STORE_ACTIONS : fulfils(principal, storeId) ? FULFILMENT : [];
  const theirs: readonly string[] = [...own, ...works];
  return allowed.filter((action) => theirs.includes(action));
}

/** Staff of that store, and admins everywhere. */
export function isStaffOf({ roles, stores }: Principal, storeId: string): boolean {
  return roles.includes("admin") || (roles.includes("staff") && stores.includes(storeId));
}

/** Whoever brings orders of that store to their customers: its staff, and services such as a warehouse's. */
export function fulfils(principal: Principal, storeId: string): boolean {
  return principal.roles.includes("service") || isStaffOf(principal, storeId);
}

/** The payment is under way and cannot be begun again. */
export function isPaying(order: Order): boolean {
  return order.matches({ pending: "authorising" }) || order.matches({ pending: "securing" }) ||
    order.matches({ pending: "capturing" });
}

/** Canceled or failed before any money was taken: whatever stock still sets aside for it must go back. */
export function isClosedUnpaid(order: Order): boolean {
  if (!order.matches("canceled") && !order.matches("failed")) return false;
  return !order.context.history.some(({ status }) => status === "PAID");
}

/** Goods that were never shipped go back to the shelf when the money goes back. */
export function wasShipped(order: Order): boolean {
  return order.context.history.some(({ status }) => status === "SHIPPED");
}
