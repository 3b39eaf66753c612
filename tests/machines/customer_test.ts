import { describe, it } from "@std/testing/bdd";
import { expect } from "@std/expect";
import type { CartCommand } from "../../machines/cart/messages.ts";
import { decide } from "../../machines/customer/decide.ts";
import { type Customer, evolve, initial } from "../../machines/customer/machine.ts";
import type { CustomerEvent, NoteCart, NoteOrder, NoteShipment } from "../../machines/customer/messages.ts";
import { send } from "../../machines/decision.ts";
import { walk } from "./arrows.ts";
import { after, sentencesAbout } from "./given.ts";

const given = sentencesAbout({ decide, evolve });

const note = { cartId: "crt_1", itemCount: 2, totalMinor: 510, currency: "GBP", cartVersion: 2, changed: [] };
const noteCart = { type: "note_cart", ...note, status: "open" } satisfies NoteCart;
const order = { orderId: "ord_1", trackingId: "trk_1", status: "PENDING", totalMinor: 510, currency: "GBP" };
const noteOrder = { type: "note_order", ...order } satisfies NoteOrder;
const shipment = { shipmentId: "shp_1", orderId: "ord_1", newStatus: "SHIPPED", trackingNumber: "RM 1" };
const noteShipment = { type: "note_shipment", ...shipment } satisfies NoteShipment;
const letter = { notificationId: "ntf_1", title: "Hello", body: "Your lamp is back in stock" };

const cartOpened: CustomerEvent = { type: "cart_opened", cartId: "crt_1" };
const cartMerged: CustomerEvent = { type: "cart_merged", fromCartId: "crt_0", cartId: "crt_1" };
const cartUpdated: CustomerEvent = { type: "cart_updated", ...note, status: "open" };
const orderPending: CustomerEvent = { type: "order_status_changed", ...order };
const shipped: CustomerEvent = { type: "shipment_status_changed", ...shipment };
const notified: CustomerEvent = { type: "notification_created", ...letter };

describe("a customer opens a cart", () => {
  const open: CartCommand = { type: "open", customerId: "ann", currency: "GBP" };

  it("and gets the new one for an answer", () => {
    given(annAfter()).when({ type: "open_cart", cartId: "crt_1", currency: "GBP" })
      .then(cartOpened).thenSends(send("cart/crt_1", open));
    expect(decide(annAfter(), { type: "open_cart", cartId: "crt_1", currency: "GBP" }))
      .toMatchObject({ replyFrom: "cart/crt_1", outcome: "created" });
  });
  it("and gets the one that is open already", () => {
    given(annAfter(cartOpened)).when({ type: "open_cart", cartId: "crt_2", currency: "GBP" }).thenNothing();
    expect(decide(annAfter(cartOpened), { type: "open_cart", cartId: "crt_2", currency: "GBP" }))
      .toMatchObject({ replyFrom: "cart/crt_1", outcome: "existing" });
  });
  it("anew once the last was checked out", () => {
    const closed: CustomerEvent = { type: "cart_updated", ...note, cartVersion: 3, status: "checked_out" };
    given(annAfter(cartOpened, cartUpdated, closed)).when({ type: "open_cart", cartId: "crt_2", currency: "GBP" })
      .then({ type: "cart_opened", cartId: "crt_2" });
    given(annAfter(cartOpened, { ...closed, cartId: "crt_0" }))
      .when({ type: "open_cart", cartId: "crt_2", currency: "GBP" }).thenNothing();
  });
});

describe("a customer keeps", () => {
  it("the time when something was made, for whoever asks for it again", () => {
    given(annAfter()).when({ type: "keep_time", at: 5 }).thenNothing();
    expect(decide(annAfter(), { type: "keep_time", at: 5 })).toMatchObject({ outcome: "5" });
  });
});

describe("a customer is told", () => {
  it("how the cart stands, unless it is old news", () => {
    given(annAfter(cartOpened)).when(noteCart).then(cartUpdated);
    given(annAfter(cartUpdated)).when(noteCart).thenNothing();
    given(annAfter(cartUpdated)).when({ ...noteCart, cartVersion: 1 }).thenNothing();
    given(annAfter(cartUpdated)).when({ ...noteCart, cartVersion: 3 }).then({ ...cartUpdated, cartVersion: 3 });
  });
  it("how orders stand, unless nothing is new", () => {
    given(annAfter()).when(noteOrder).then(orderPending);
    given(annAfter(orderPending)).when(noteOrder).thenNothing();
    given(annAfter(orderPending)).when({ ...noteOrder, status: "FAILED", reason: "out_of_stock" })
      .then({ ...orderPending, status: "FAILED", reason: "out_of_stock" });
    given(annAfter(orderPending)).when({ ...noteOrder, reason: "late" }).then({ ...orderPending, reason: "late" });
    given(annAfter(orderPending)).when({ ...noteOrder, totalMinor: 0 }).then({ ...orderPending, totalMinor: 0 });
  });
  it("where shipments are, unless nothing is new", () => {
    given(annAfter()).when(noteShipment).then(shipped);
    given(annAfter(shipped)).when(noteShipment).thenNothing();
    given(annAfter(shipped)).when({ ...noteShipment, newStatus: "DELIVERED" })
      .then({ ...shipped, newStatus: "DELIVERED" });
    given(annAfter(shipped)).when({ ...noteShipment, trackingNumber: "RM 2" }).then({
      ...shipped,
      trackingNumber: "RM 2",
    });
    given(annAfter(shipped)).when({ ...noteShipment, trackingNumber: undefined }).thenNothing();
  });
  it("what there is to notice, once", () => {
    given(annAfter()).when({ type: "notify", ...letter }).then(notified);
    given(annAfter(notified)).when({ type: "notify", ...letter }).thenNothing();
  });
  it("nothing when a ticket is used up", () => {
    given(annAfter()).when({ type: "use_ticket", ticketId: "tkt_1" }).thenNothing();
  });
});

describe("a customer's facts", () => {
  const facts = {
    cart_opened: cartOpened,
    cart_merged: cartMerged,
    cart_updated: cartUpdated,
    order_status_changed: orderPending,
    shipment_status_changed: shipped,
    notification_created: notified,
  } as const;
  walk(
    {
      known: {
        cart_opened: "known",
        cart_merged: "known",
        cart_updated: "known",
        order_status_changed: "known",
        shipment_status_changed: "known",
        notification_created: "known",
      },
    },
    { evolve, states: { known: annAfter() }, facts },
  );

  it("add up to the state of the feed", () => {
    const delivered: CustomerEvent = {
      type: "shipment_status_changed",
      shipmentId: "shp_1",
      orderId: "ord_1",
      newStatus: "DELIVERED",
    };
    expect(annAfter(cartOpened, cartMerged, cartUpdated, orderPending, shipped, delivered, notified).context).toEqual({
      openCartId: "crt_1",
      mergedCartIds: ["crt_0"],
      feed: {
        customerId: "ann",
        cart: {
          cartId: "crt_1",
          itemCount: 2,
          totalAmount: { minor: 510, currency: "GBP" },
          cartVersion: 2,
          status: "open",
        },
        orders: [{
          orderId: "ord_1",
          trackingId: "trk_1",
          status: "PENDING",
          totalAmount: { minor: 510, currency: "GBP" },
        }],
        shipments: [{ shipmentId: "shp_1", orderId: "ord_1", status: "DELIVERED", trackingNumber: "RM 1" }],
        notifications: [letter],
      },
    });
  });
  it("are kept within bounds, the newest first, and a known order keeps its place", () => {
    const many = Array.from({ length: 60 }, (_, index): readonly CustomerEvent[] => [
      { ...order, type: "order_status_changed", orderId: `ord_${index}` },
      { ...shipment, type: "shipment_status_changed", shipmentId: `shp_${index}` },
      { ...letter, type: "notification_created", notificationId: `ntf_${index}` },
    ]).flat();
    const { feed } =
      annAfter(...many, { ...order, type: "order_status_changed", orderId: "ord_30", status: "PAID" }).context;
    expect(feed.orders.map(({ orderId }) => orderId)).toEqual(countdown("ord", { from: 59, to: 10 }));
    expect(feed.orders.find(({ orderId }) => orderId === "ord_30")?.status).toBe("PAID");
    expect(feed.shipments.map(({ shipmentId }) => shipmentId)).toEqual(countdown("shp", { from: 59, to: 10 }));
    expect(feed.notifications.map(({ notificationId }) => notificationId))
      .toEqual(countdown("ntf", { from: 59, to: 40 }));
  });
});

function annAfter(...events: readonly CustomerEvent[]): Customer {
  return after(initial("ann"), { evolve, events });
}

function countdown(prefix: string, { from, to }: { readonly from: number; readonly to: number }): readonly string[] {
  return Array.from({ length: from - to + 1 }, (_, index) => `${prefix}_${from - index}`);
}
