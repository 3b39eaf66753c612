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

/** What the staff may do in each status, beside what goes on by itself. */
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
  const allowed = allowedIn(order);
  const { storeId } = order.context;
  if (isStaffOf(principal, storeId)) return allowed;
  const own = statusOf(order) === "PENDING" ? OWN_ACTIONS : [];
  const mine = fulfils(principal, storeId) ? [...own, ...FULFILMENT] : own;
  return allowed.filter((action) => mine.includes(action));
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
