import { describe, it } from "@std/testing/bdd";
import { expect } from "@std/expect";
import { type Address, send } from "../../machines/decision.ts";
import type { ToldCommand } from "../../machines/order/messages.ts";
import { REMEMBERED_MS } from "../../machines/stock/closed_orders.ts";
import { decide } from "../../machines/stock/decide.ts";
import { availableOf, evolve, type Stock } from "../../machines/stock/machine.ts";
import type { StockCommand, StockEvent } from "../../machines/stock/messages.ts";
import { ann, sentencesAbout, service, turnOf } from "./given.ts";
import {
  allocated,
  expired,
  EXPIRES,
  expiry,
  facts,
  noExpiry,
  NOW,
  oneRestocked,
  ORDER_ID,
  pinned,
  released,
  reserveThree,
  shelfAfter,
  tenReceived,
  threeHeld,
} from "./stock_examples.ts";

const given = sentencesAbout({ decide, evolve });
const theOrder: Address = `order/${ORDER_ID}`;
const another = "ord_aadddddddddddddddddddddddd";

describe("goods are counted", () => {
  it("from what is received and adjusted", () => {
    given(shelfAfter()).when({ type: "receive", quantity: 10, reason: "opening" }, service).then(tenReceived);
    given(shelfAfter(tenReceived)).when({ type: "adjust", delta: -4, reason: "broken" }, service)
      .then({ type: "adjusted", delta: -4, reason: "broken", available: 6 });
  });
  it("never below what is held for somebody", () => {
    given(shelfAfter(tenReceived, threeHeld)).when({ type: "adjust", delta: -8, reason: "broken" }, service)
      .thenRefuses("stock_would_be_negative", { available: 7 });
    given(shelfAfter(tenReceived, threeHeld)).when({ type: "adjust", delta: -7, reason: "broken" }, service)
      .then({ type: "adjusted", delta: -7, reason: "broken", available: 0 });
  });
  it("not at all when nothing changes", () => {
    given(shelfAfter(tenReceived)).when({ type: "adjust", delta: 0, reason: "counted" }, service).thenNothing();
  });
});

describe("a reservation", () => {
  it("holds the goods until its deadline and tells the order", () => {
    given(shelfAfter(tenReceived)).when(reserveThree).then(threeHeld).thenSends(
      expiry,
      told({ type: "stock_held", sku: "mug" }),
    );
  });
  it("takes the last piece and not one more", () => {
    given(shelfAfter(tenReceived)).when({ ...reserveThree, quantity: 10 }).then({
      ...threeHeld,
      quantity: 10,
      available: 0,
    });
    given(shelfAfter(tenReceived)).when({ ...reserveThree, quantity: 11 })
      .then().thenSends(told({ type: "stock_refused", sku: "mug", available: 10 }));
    given(shelfAfter()).when(reserveThree).then().thenSends(told({ type: "stock_refused", sku: "mug", available: 0 }));
  });
  it("that comes twice is told again and holds nothing more", () => {
    const held = told({ type: "stock_held", sku: "mug" });
    given(shelfAfter(tenReceived, threeHeld)).when(reserveThree).then().thenSends(held);
    given(shelfAfter(tenReceived, threeHeld, pinned)).when(reserveThree).then().thenSends(held);
  });
  it("for an order that is over comes too late", () => {
    const refused = told({ type: "stock_refused", sku: "mug", available: 10 });
    given(shelfAfter(tenReceived, threeHeld, released)).when(reserveThree).then().thenSends(refused);
    given(shelfAfter(tenReceived, threeHeld, expired)).when(reserveThree).then().thenSends(refused);
    given(shelfAfter(tenReceived, { ...released, quantity: 0 })).when(reserveThree).then().thenSends(refused);
    given(shelfAfter(tenReceived, threeHeld, pinned, allocated)).when(reserveThree)
      .then().thenSends(told({ type: "stock_refused", sku: "mug", available: 7 }));
  });
  it("whose deadline has passed on the way has expired", () => {
    given(shelfAfter(tenReceived)).when({ ...reserveThree, expiresAt: NOW })
      .then().thenSends(told({ type: "stock_expired", sku: "mug" }));
  });
  it("never lasts longer than closed orders are remembered", () => {
    given(shelfAfter(tenReceived)).when({ ...reserveThree, expiresAt: NOW + 10 * REMEMBERED_MS })
      .then({ ...threeHeld, expiresAt: NOW + REMEMBERED_MS / 2 });
  });
  it("of a service that waits for the answer is refused, and no order is told", () => {
    const strict: StockCommand = { ...reserveThree, orderId: "till-7", strict: true };
    given(shelfAfter(tenReceived)).when({ ...strict, quantity: 11 }, service).thenRefuses("out_of_stock", {
      available: 10,
    });
    given(shelfAfter(tenReceived)).when({ ...strict, expiresAt: NOW }, service).thenRefuses("out_of_stock", {
      available: 10,
    });
    given(shelfAfter(tenReceived)).when(strict, service).then({ ...threeHeld, orderId: "till-7" })
      .thenSends({ kind: "deadline", key: "hold:till-7", at: EXPIRES, command: expireOf("till-7") });
  });
});

describe("a hold", () => {
  it("that is pinned no longer expires", () => {
    given(shelfAfter(tenReceived, threeHeld)).when({ type: "pin", orderId: ORDER_ID })
      .then(pinned).thenSends(noExpiry, told({ type: "stock_pinned", sku: "mug" }));
    given(shelfAfter(tenReceived, threeHeld, pinned)).when(expireOf(ORDER_ID)).thenNothing();
  });
  it("is pinned once, however often it is asked for", () => {
    given(shelfAfter(tenReceived, threeHeld, pinned)).when({ type: "pin", orderId: ORDER_ID })
      .then().thenSends(told({ type: "stock_pinned", sku: "mug" }));
  });
  it("that is not there cannot be pinned", () => {
    const refused = told({ type: "stock_pin_refused", sku: "mug" });
    given(shelfAfter(tenReceived)).when({ type: "pin", orderId: ORDER_ID }).then().thenSends(refused);
    given(shelfAfter(tenReceived, threeHeld, expired)).when({ type: "pin", orderId: ORDER_ID }).then().thenSends(
      refused,
    );
  });
  it("expires at its deadline and tells the order", () => {
    const late = decide(shelfAfter(tenReceived, threeHeld), expireOf(ORDER_ID), { ...turnOf(ann), now: EXPIRES });
    expect(late).toEqual({
      accepted: true,
      events: [{ ...expired, at: EXPIRES }],
      messages: [told({ type: "stock_expired", sku: "mug" })],
    });
  });
  it("does not expire early: its deadline is set again", () => {
    given(shelfAfter(tenReceived, threeHeld)).when(expireOf(ORDER_ID)).then().thenSends(expiry);
  });
  it("is sold when the order is paid, once", () => {
    given(shelfAfter(tenReceived, threeHeld, pinned)).when({ type: "allocate", orderId: ORDER_ID }).then(allocated)
      .thenSends();
    given(shelfAfter(tenReceived, threeHeld)).when({ type: "allocate", orderId: ORDER_ID }).then(allocated).thenSends(
      noExpiry,
    );
    given(shelfAfter(tenReceived, threeHeld, pinned, allocated)).when({ type: "allocate", orderId: ORDER_ID })
      .thenNothing();
  });
  it("is released once, with its deadline", () => {
    given(shelfAfter(tenReceived, threeHeld)).when({ type: "release", orderId: ORDER_ID }).then(released).thenSends(
      noExpiry,
    );
    given(shelfAfter(tenReceived, threeHeld, pinned)).when({ type: "release", orderId: ORDER_ID }).then(released)
      .thenSends();
    given(shelfAfter(tenReceived, threeHeld, released)).when({ type: "release", orderId: ORDER_ID }).thenNothing();
  });
  it("that was never made is remembered as released", () => {
    given(shelfAfter(tenReceived)).when({ type: "release", orderId: ORDER_ID })
      .then({ ...released, quantity: 0 }).thenSends();
  });
});

describe("returned goods", () => {
  const restock: StockCommand = { type: "restock", orderId: ORDER_ID, returnId: "return:1", quantity: 1 };
  const sold = shelfAfter(tenReceived, threeHeld, pinned, allocated);

  it("go back on the shelf, once a return", () => {
    given(sold).when(restock).then(oneRestocked);
    given(evolve(sold, oneRestocked)).when(restock).thenNothing();
    given(evolve(sold, oneRestocked)).when({ ...restock, returnId: "return:2" })
      .then({ ...oneRestocked, returnId: "return:2", available: 9 });
  });
  it("prove that they were sold, when that letter is still on its way", () => {
    const early = shelfAfter(tenReceived, threeHeld, pinned);
    given(early).when(restock).then(allocated, oneRestocked);
    given(evolve(evolve(early, allocated), oneRestocked)).when({ type: "allocate", orderId: ORDER_ID }).thenNothing();
  });
  it("may have been sold elsewhere", () => {
    given(shelfAfter()).when(restock, service).then({ ...oneRestocked, available: 1 });
  });
});

describe("closed orders", () => {
  const closing = (orderId: string, at: number): StockEvent => ({
    ...released,
    orderId,
    quantity: 0,
    at,
    available: 10,
  });
  const isLate = (stock: Stock, orderId: string): boolean => {
    const decision = decide(stock, { ...reserveThree, orderId, expiresAt: EXPIRES + 9 * REMEMBERED_MS }, turnOf(ann));
    return decision.accepted && decision.events.length === 0;
  };

  it("are remembered for 48 hours and forgotten after twice that", () => {
    const day = REMEMBERED_MS / 2;
    const first = shelfAfter(tenReceived, closing(ORDER_ID, NOW));
    expect(isLate(evolve(first, closing(another, NOW + day)), ORDER_ID)).toBe(true);
    expect(isLate(evolve(first, closing(another, NOW + 3 * day)), ORDER_ID)).toBe(true);
    expect(isLate(evolve(first, closing(another, NOW + 4 * day)), ORDER_ID)).toBe(false);
    expect(isLate(evolve(first, closing(another, NOW + 4 * day)), another)).toBe(true);
  });
});

describe("every fact of a stock item", () => {
  it("says what is available after it", () => {
    const adjusted: StockEvent = { type: "adjusted", delta: -1, reason: "broken", available: 8 };
    const life: readonly StockEvent[] = [
      tenReceived,
      threeHeld,
      pinned,
      allocated,
      oneRestocked,
      { ...adjusted, available: 7 },
      { ...threeHeld, orderId: another, available: 4 },
      { ...expired, orderId: another, available: 7 },
    ];
    let stock = shelfAfter();
    for (const event of life) {
      stock = evolve(stock, event);
      expect(availableOf(stock.context)).toBe(event.available);
    }
    expect(stock.context).toMatchObject({ onHand: 7, held: 0, sold: 3, returned: 1 });
    expect(stock.context.holds.size).toBe(0);
  });
  it("is one that the machine knows", () => {
    for (const event of Object.values<StockEvent>(facts)) expect(shelfAfter().can(event)).toBe(true);
  });
});

function told(command: ToldCommand): ReturnType<typeof send> {
  return send(theOrder, command);
}

function expireOf(orderId: string): StockCommand & { readonly type: "expire" } {
  return { type: "expire", orderId };
}
