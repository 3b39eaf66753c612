import { describe, it } from "@std/testing/bdd";
import { expect } from "@std/expect";
import { type CustomerFeed, type CustomerFrame, fold } from "../../machines/customer/fold.ts";

const empty: CustomerFeed = { customerId: "ann", cart: null, orders: [], shipments: [], notifications: [] };
const stamp = { customerId: "ann", occurredAt: "2010-12-01T08:26:00.000Z", commandId: "key" };
const totalAmount = { minor: 510, currency: "GBP" };
const cart = { cartId: "crt_1", itemCount: 2, totalAmount, cartVersion: 2, status: "open" };

describe("a frame folds into the feed", () => {
  it("as the cart that it is about", () => {
    const frame: CustomerFrame = { eventType: "cart-updated", ...cart, changed: [], ...stamp };
    expect(fold(empty, frame)).toEqual({ ...empty, cart });
  });
  it("as no cart when it was checked out, and another's end is not this one's", () => {
    const frame: CustomerFrame = { eventType: "cart-updated", ...cart, status: "checked_out", changed: [], ...stamp };
    expect(fold({ ...empty, cart }, frame)).toEqual(empty);
    expect(fold({ ...empty, cart }, { ...frame, cartId: "crt_0" })).toEqual({ ...empty, cart });
  });
  it("as an order, keeping when it was placed", () => {
    const placed: CustomerFrame = {
      eventType: "order-status-changed",
      orderId: "ord_1",
      trackingId: "trk_1",
      newStatus: "PENDING",
      totalAmount,
      placedAt: "2010-12-01T08:26:00.000Z",
      ...stamp,
    };
    const { placedAt: _, ...failed } = { ...placed, newStatus: "FAILED", reason: "out_of_stock" };
    expect(fold(fold(empty, placed), failed).orders).toEqual([{
      orderId: "ord_1",
      trackingId: "trk_1",
      status: "FAILED",
      totalAmount,
      reason: "out_of_stock",
      placedAt: "2010-12-01T08:26:00.000Z",
    }]);
  });
  it("as a shipment, keeping its tracking number", () => {
    const shipped: CustomerFrame = {
      eventType: "shipment-status-changed",
      shipmentId: "shp_1",
      orderId: "ord_1",
      newStatus: "SHIPPED",
      trackingNumber: "RM 1",
      ...stamp,
    };
    const { trackingNumber: _, ...delivered } = { ...shipped, newStatus: "DELIVERED" };
    expect(fold(fold(empty, shipped), delivered).shipments)
      .toEqual([{ shipmentId: "shp_1", orderId: "ord_1", status: "DELIVERED", trackingNumber: "RM 1" }]);
  });
  it("as a notification, and without its stamp", () => {
    const letter = { notificationId: "ntf_1", title: "Hello", body: "Your lamp is back in stock" };
    expect(fold(empty, { eventType: "notification-created", ...letter, ...stamp }).notifications).toEqual([letter]);
  });
  it("as nothing when it is of a later version", () => {
    const frame: CustomerFrame = JSON.parse(JSON.stringify({ eventType: "price-changed", sku: "mug", ...stamp }));
    expect(fold(empty, frame)).toEqual(empty);
  });
});
