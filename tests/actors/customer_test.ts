import { describe, it } from "@std/testing/bdd";
import { expect } from "@std/expect";
import { customer } from "../../actors/customer.ts";
import type { Stamp } from "../../actors/runtime/kind.ts";
import type { CustomerCommand } from "../../machines/customer/messages.ts";
import type { Principal } from "../../machines/decision.ts";
import { admin, ann, bob, clerk, service } from "../machines/given.ts";

const EVERYBODY: readonly Principal[] = [ann, bob, clerk, service, admin];
const stamp: Stamp = {
  address: "customer/ann",
  version: 3,
  occurredAt: Date.UTC(2010, 11, 1, 8, 26),
  commandId: "key",
};
const stamped = { customerId: "ann", occurredAt: "2010-12-01T08:26:00.000Z", commandId: "key" };

describe("a customer takes commands", () => {
  it("from the customer, services and admins, from the first on", () => {
    expect(mayAll({ type: "open_cart", cartId: "crt_1", currency: "GBP" })).toEqual([ann, service, admin]);
    expect(mayAll({ type: "use_ticket", ticketId: "tkt_1" })).toEqual([ann, service, admin]);
  });
  it("to notify from services and admins alone", () => {
    expect(mayAll({ type: "notify", notificationId: "ntf_1", title: "Hello", body: "" })).toEqual([service, admin]);
  });
  it("from nobody that carts and orders tell", () => {
    const cart = { cartId: "crt_1", itemCount: 0, totalMinor: 0, cartVersion: 1, changed: [], status: "open" };
    const order = { orderId: "ord_1", trackingId: "trk_1", status: "PAID", totalMinor: 0 };
    expect(mayAll({ type: "note_cart", ...cart, currency: "GBP" })).toEqual([]);
    expect(mayAll({ type: "note_order", ...order, currency: "GBP" })).toEqual([]);
    expect(mayAll({ type: "note_shipment", shipmentId: "shp_1", orderId: "ord_1", newStatus: "SHIPPED" })).toEqual([]);
  });
});

describe("a customer is read", () => {
  it("by the customer, services and admins, as a view and as the feed `owner`", () => {
    const readers = (feed?: string): readonly Principal[] =>
      EVERYBODY.filter((principal) => customer.mayRead(customer.initial("ann"), principal, feed));
    expect(readers()).toEqual([ann, service, admin]);
    expect(readers("owner")).toEqual([ann, service, admin]);
    expect(readers("public")).toEqual([]);
  });
  it("as what the feed knows", () => {
    const feed = { customerId: "ann", cart: null, orders: [], shipments: [], notifications: [] };
    expect(customer.feedState(customer.initial("ann"), "owner")).toEqual(feed);
    expect(customer.view(customer.initial("ann"), { version: 0, cursor: "0.k3f9" }))
      .toEqual({ ...feed, version: 0, cursor: "0.k3f9" });
  });
});

describe("a customer's frames", () => {
  const totalAmount = { minor: 510, currency: "GBP" };

  it("say how a cart stands", () => {
    const cart = { cartId: "crt_1", itemCount: 2, cartVersion: 2, status: "open" };
    const mugs = { lineId: "MUG", sku: "MUG", name: "Mug", quantity: 2 };
    const event = { ...cart, totalMinor: 510, currency: "GBP", changed: [{ ...mugs, unitMinor: 255 }] };
    expect(customer.frame({ type: "cart_updated", ...event }, stamp, "owner")).toEqual({
      eventType: "cart-updated",
      ...cart,
      changed: [{ ...mugs, price: { minor: 255, currency: "GBP" } }],
      totalAmount,
      ...stamped,
    });
  });
  it("say how an order stands and why", () => {
    const order = { orderId: "ord_1", trackingId: "trk_1", reason: "out_of_stock" };
    const event = { ...order, totalMinor: 510, currency: "GBP", placedAt: stamp.occurredAt };
    expect(customer.frame({ type: "order_status_changed", ...event, status: "FAILED" }, stamp, "owner")).toEqual({
      eventType: "order-status-changed",
      ...order,
      newStatus: "FAILED",
      totalAmount,
      placedAt: "2010-12-01T08:26:00.000Z",
      ...stamped,
    });
  });
  it("say where a shipment is", () => {
    const shipment = { shipmentId: "shp_1", orderId: "ord_1", newStatus: "SHIPPED", trackingNumber: "RM 1" };
    expect(customer.frame({ type: "shipment_status_changed", ...shipment }, stamp, "owner"))
      .toEqual({ eventType: "shipment-status-changed", ...shipment, ...stamped });
  });
  it("say what there is to notice", () => {
    const letter = { notificationId: "ntf_1", title: "Hello", body: "Your lamp is back in stock" };
    expect(customer.frame({ type: "notification_created", ...letter }, stamp, "owner"))
      .toEqual({ eventType: "notification-created", ...letter, ...stamped });
  });
  it("say nothing of a cart that was opened: its own note does", () => {
    expect(customer.frame({ type: "cart_opened", cartId: "crt_1" }, stamp, "owner")).toBeUndefined();
  });
});

describe("a customer is stored", () => {
  it("as JSON that gives the same customer again", () => {
    const state = customer.evolve(customer.initial("ann"), { type: "cart_opened", cartId: "crt_1" });
    const stored = customer.freeze(state);
    expect(JSON.parse(JSON.stringify(stored))).toEqual(stored);
    expect(customer.thaw(stored).toJSON()).toEqual(state.toJSON());
    expect(() => customer.thaw({ value: "open", context: {} })).toThrow();
  });
});

function mayAll(command: CustomerCommand): readonly Principal[] {
  return EVERYBODY.filter((principal) => customer.mayCommand(customer.initial("ann"), principal, command));
}
