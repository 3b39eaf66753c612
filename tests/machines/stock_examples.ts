import type { Message } from "../../machines/decision.ts";
import { evolve, initial, type Stock } from "../../machines/stock/machine.ts";
import type { StockCommand, StockEvent } from "../../machines/stock/messages.ts";
import { after, ann, turnOf } from "./given.ts";

export const NOW = turnOf(ann).now;
export const EXPIRES = NOW + 900_000;
export const ORDER_ID = "ord_aacccccccccccccccccccccccc";

export const tenReceived = { type: "received", quantity: 10, reason: "opening", available: 10 } satisfies StockEvent;
export const threeHeld = {
  type: "held",
  orderId: ORDER_ID,
  quantity: 3,
  expiresAt: EXPIRES,
  available: 7,
} satisfies StockEvent;
export const pinned = { type: "pinned", orderId: ORDER_ID, available: 7 } satisfies StockEvent;
export const allocated = {
  type: "allocated",
  orderId: ORDER_ID,
  quantity: 3,
  at: NOW,
  available: 7,
} satisfies StockEvent;
export const released = {
  type: "released",
  orderId: ORDER_ID,
  quantity: 3,
  at: NOW,
  available: 10,
} satisfies StockEvent;
export const expired = { ...released, type: "expired" } satisfies StockEvent;
export const oneRestocked = {
  type: "restocked",
  orderId: ORDER_ID,
  returnId: "return:1",
  quantity: 1,
  at: NOW,
  available: 8,
} satisfies StockEvent;

/** One fact of each type. */
export const facts: Readonly<{ [Type in StockEvent["type"]]: Extract<StockEvent, { type: Type }> }> = {
  received: tenReceived,
  adjusted: { type: "adjusted", delta: -1, reason: "broken", available: 9 },
  held: threeHeld,
  pinned,
  allocated,
  released,
  expired,
  restocked: oneRestocked,
};

export const reserveThree = {
  type: "reserve",
  orderId: ORDER_ID,
  quantity: 3,
  expiresAt: EXPIRES,
} satisfies StockCommand;

export const expiry = {
  kind: "deadline",
  key: `hold:${ORDER_ID}`,
  at: EXPIRES,
  command: { type: "expire", orderId: ORDER_ID },
} satisfies Message & { command: StockCommand };
export const noExpiry = { kind: "cancel", key: `hold:${ORDER_ID}` } satisfies Message;

/** A shelf of mugs on which these things happened. */
export function shelfAfter(...events: readonly StockEvent[]): Stock {
  return after(initial("mug"), { evolve, events });
}
