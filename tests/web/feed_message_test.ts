import { describe, it } from "@std/testing/bdd";
import { expect } from "@std/expect";
import type { Opening } from "../../actors/runtime/actors.ts";
import type { CustomerFeed, FrameStamp } from "../../machines/customer/fold.ts";
import type { CustomerEvent } from "../../machines/customer/messages.ts";
import { frameOf } from "../../machines/customer/notes.ts";
import { readCustomerFeed, readCustomerFrame } from "../../src/client/customer_shape.ts";
import {
  readSocketMessage,
  readStreamEvent,
  readStreamOpening,
  readStreamReconnect,
} from "../../src/client/feed_message.ts";
import { openingText, reconnectText } from "../../src/edge/streams/event_stream_text.ts";
import { say } from "../../src/edge/streams/socket_messages.ts";

const state = { customerId: "gst_ann", cart: null, orders: [], shipments: [], notifications: [] };
const stateJson = JSON.stringify(state);
const frame = { cursor: "5.k", version: 5, dataJson: `{"eventType":"noise"}` };
const snapshot: Opening = { outcome: "snapshot", cursor: "4.k", stateJson };
const reset: Opening = { outcome: "reset", cursor: "4.k", stateJson, reason: "cursor_foreign" };
const resumed: Opening = { outcome: "resumed", cursor: "5.k", frames: [frame] };

describe("what the server says", () => {
  it("on a socket is what the page understands", () => {
    const first = (opening: Opening): unknown => readSocketMessage(say.first("customer", { opening, after: "3.k" }));
    expect(first(snapshot)).toEqual({ type: "snapshot", cursor: "4.k", state });
    expect(first(reset)).toEqual({ type: "reset", cursor: "4.k", state });
    expect(first(resumed)).toEqual({ type: "resumed" });
    expect(readSocketMessage(say.event("customer", frame))).toEqual({
      type: "event",
      cursor: "5.k",
      data: { eventType: "noise" },
    });
    expect(readSocketMessage(say.event("customer", { cursor: "6.k", version: 6 }))).toEqual({
      type: "event",
      cursor: "6.k",
      data: undefined,
    });
    expect(readSocketMessage(say.reconnect("draining", 1200))).toEqual({ type: "reconnect", afterMs: 1200 });
    expect(readSocketMessage(say.pong)).toBe(undefined);
    expect(readSocketMessage(say.failed("customer", { code: "not_found" }))).toEqual({ type: "refused" });
  });

  it("on an event stream is what the page understands", () => {
    const opening = parts(openingText(snapshot, { after: undefined, retryMs: 1000 }));
    expect(readStreamOpening("snapshot", opening.data)).toEqual({ type: "snapshot", cursor: "4.k", state });
    expect(readStreamReconnect(parts(reconnectText("draining", 900)).data)).toEqual({
      type: "reconnect",
      afterMs: 900,
    });
    expect(readStreamEvent("5.k", frame.dataJson)).toEqual({
      type: "event",
      cursor: "5.k",
      data: { eventType: "noise" },
    });
  });

  it("about a customer is read without loss", () => {
    const feed: CustomerFeed = {
      ...state,
      cart: { cartId: "crt_1", itemCount: 1, totalAmount: pounds(5), cartVersion: 2, status: "open" },
      orders: [{ orderId: "ord_1", trackingId: "trk_1", status: "PAID", totalAmount: pounds(5), placedAt: at }],
      shipments: [{ shipmentId: "shp_1", orderId: "ord_1", status: "SHIPPED", trackingNumber: "WP 1" }],
      notifications: [{ notificationId: "ntf_1", title: "Hello", body: "" }],
    };
    expect(readCustomerFeed(JSON.parse(JSON.stringify(feed)))).toEqual(feed);
    for (const event of events) {
      const sent = frameOf(event, stamp);
      expect(readCustomerFrame(JSON.parse(JSON.stringify(sent)))).toEqual(sent);
    }
  });

  it("of a kind that came later is no error", () => {
    expect(readCustomerFrame({ eventType: "loyalty-updated", points: 3, ...stamp })).toBe(undefined);
  });
});

const at = "2026-11-20T12:00:00.000Z";
const stamp: FrameStamp = { customerId: "gst_ann", occurredAt: at, commandId: "click" };
const line = { lineId: "MUG", sku: "MUG", name: "Mug", quantity: 2, unitMinor: 250 };

const events: readonly CustomerEvent[] = [
  {
    type: "cart_updated",
    ...{ cartId: "crt_1", itemCount: 2, totalMinor: 500, currency: "GBP", cartVersion: 3, status: "open" },
    changed: [line],
  },
  {
    type: "order_status_changed",
    ...{ orderId: "ord_1", trackingId: "trk_1", status: "FAILED", reason: "out_of_stock", totalMinor: 5 },
    ...{ currency: "GBP", placedAt: Date.parse(at) },
  },
  { type: "shipment_status_changed", shipmentId: "shp_1", orderId: "ord_1", newStatus: "SHIPPED" },
  { type: "notification_created", notificationId: "ntf_1", title: "Hello", body: "There" },
];

function pounds(minor: number): { readonly minor: number; readonly currency: string } {
  return { minor, currency: "GBP" };
}

function parts(block: string): { readonly data: string } {
  return { data: /^data: (.*)$/m.exec(block)?.[1] ?? "" };
}
