import { expect } from "@std/expect";
import { idOf, kindOf } from "../../actors/runtime/address.ts";
import type { Stamp } from "../../actors/runtime/kind.ts";
import type { Address } from "../../machines/decision.ts";
import { fold, type OrderFeed, type OrderFrame, type TrackingFeed } from "../../machines/order/fold.ts";
import { type OrderContext } from "../../machines/order/context.ts";
import { paymentIdOf } from "../../machines/order/letters.ts";
import { entriesOf } from "../../machines/persistent_map.ts";
import type { StockContext } from "../../machines/stock/machine.ts";
import type { PaymentLedger } from "../../src/gateways/payment_ledger.ts";
import type { MessagePump, Pumped } from "./message_pump.ts";

export interface Shop {
  readonly pump: MessagePump;
  readonly ledger: PaymentLedger;
  /** How many pieces of each SKU were ever received. */
  readonly supply: number;
}

/** I6 at every moment: nothing is sold or held twice, nothing is negative, money is taken once. */
export function checkAlways(shop: Shop): void {
  checkShelves(shop);
  const { pump, ledger } = shop;
  for (const [address, { state }] of pump.actors) {
    if (kindOf(address) === "order") checkHistory(orderOf(state), ledger);
  }
}

/** Sold and held are never more than there is. */
export function checkShelves({ pump, supply }: Shop): void {
  for (const [address, { state }] of pump.actors) {
    if (kindOf(address) === "stock") checkShelf(stockOf(state), supply);
  }
}

/** When nothing is on its way any more: every order is settled, and stock, money and orders say the same. */
export function checkSettled({ pump, ledger }: Shop): void {
  const gone = new Map<string, number>();
  const carts = new Set<string>();
  for (const [address, { state }] of pump.actors) {
    if (kindOf(address) !== "order") continue;
    const order = orderOf(state);
    if (order.customerId === "") continue;
    if (order.cartId !== null && carts.has(order.cartId)) throw new Error(`${order.cartId} became two orders`);
    if (order.cartId !== null) carts.add(order.cartId);
    const status = statusOf(order);
    if (status === "PENDING") throw new Error(`${address} is stuck`);
    expect(ledger.balanceOf(paymentIdOf(order.orderId))).toBe(owed(order));
    for (const [sku, quantity] of goneOf(order)) gone.set(sku, (gone.get(sku) ?? 0) + quantity);
  }
  for (const [address, { kind, state }] of pump.actors) {
    if (kindOf(address) !== "payment") continue;
    expect(["captured", "voided", "declined", "refunded"]).toContain(kind.freeze(state).value);
  }
  for (const paymentId of ledger.paymentIds()) {
    if (ledger.isBlocked(paymentId)) throw new Error(`${paymentId} is over, and its money is still blocked`);
  }
  for (const [address, { state }] of pump.actors) {
    if (kindOf(address) !== "stock") continue;
    const { sku, holds, sold, returned } = stockOf(state);
    expect(holds.size).toBe(0);
    expect(sold - returned).toBe(gone.get(sku) ?? 0);
  }
}

/** I3: the journal as it is stored gives the resident state, and so does the state as it is stored. */
export function checkReplay({ pump }: Shop): void {
  for (const [address, { kind, state, journal }] of pump.actors) {
    const stored = JSON.parse(JSON.stringify(kind.freeze(state)));
    expect(stored).toStrictEqual(kind.freeze(state));
    expect(kind.freeze(kind.thaw(stored))).toStrictEqual(stored);
    const facts = journal.map(({ fact }) => JSON.parse(JSON.stringify(fact)));
    expect(kind.freeze(facts.reduce(kind.evolve, kind.initial(idOf(address))))).toStrictEqual(stored);
  }
}

/** I4: the feed's state after the first fact, and the frames of all others, give the feed's state now. */
export function checkFeeds({ pump }: Shop): void {
  for (const [address, actor] of pump.actors) {
    if (kindOf(address) !== "order" || actor.journal.length === 0) continue;
    expect(folded<OrderFeed>(address, { actor, feed: "owner" })).toEqual(actor.kind.feedState(actor.state, "owner"));
    expect(folded<TrackingFeed>(address, { actor, feed: "public" })).toEqual(
      actor.kind.feedState(actor.state, "public"),
    );
  }
}

function checkShelf(stock: StockContext, supply: number): void {
  const { onHand, held, sold, returned, holds } = stock;
  let sum = 0;
  for (const [, { quantity }] of entriesOf(holds)) sum += quantity;
  const isSound = sum === held && held >= 0 && held <= onHand && sold >= 0 && returned <= sold &&
    onHand + sold - returned === supply;
  if (!isSound) throw new Error(`The shelf is wrong: ${JSON.stringify({ onHand, held, sold, returned, sum, supply })}`);
}

function checkHistory({ orderId, history }: OrderContext, ledger: PaymentLedger): void {
  const isRepeated = new Set(history.map(({ status }) => status)).size !== history.length;
  if (isRepeated) throw new Error(`The history repeats itself: ${JSON.stringify(history)}`);
  if (ledger.capturesOf(paymentIdOf(orderId)) > 1) throw new Error(`Captured twice: ${orderId}`);
}

/** What the customer has to have paid in the end. */
function owed(order: OrderContext): number {
  if (["CANCELED", "FAILED", "REFUNDED"].includes(statusOf(order))) return 0;
  return order.creditNotes.reduce((sum, note) => sum - note.refundMinor, order.totalMinor);
}

/** What has left the shelf for good. */
function goneOf(order: OrderContext): ReadonlyMap<string, number> {
  const statuses = order.history.map(({ status }) => status);
  const gone = new Map<string, number>();
  const isGone = statuses.includes("SHIPPED") || ["PAID", "ACCEPTED", "READY"].includes(statusOf(order));
  if (!isGone) return gone;
  for (const [sku, { quantity }] of entriesOf(order.goods)) gone.set(sku, quantity);
  for (const { sku, quantity } of order.creditNotes.flatMap(({ lines }) => lines)) {
    gone.set(sku, (gone.get(sku) ?? 0) - quantity);
  }
  return gone;
}

function statusOf({ history }: OrderContext): string {
  return history.at(-1)?.status ?? "";
}

function folded<Feed extends TrackingFeed & Partial<OrderFeed>>(
  address: Address,
  { actor: { kind, journal }, feed }: { readonly actor: Pumped; readonly feed: string },
): unknown {
  let state = kind.initial(idOf(address));
  let seen: Feed | undefined;
  for (const [index, { fact, at }] of journal.entries()) {
    state = kind.evolve(state, fact);
    const stamp: Stamp = { address, version: index + 1, occurredAt: at, commandId: "key" };
    const frame: OrderFrame | undefined = JSON.parse(JSON.stringify(kind.frame(fact, stamp, feed) ?? null)) ??
      undefined;
    if (seen === undefined) seen = JSON.parse(JSON.stringify(kind.feedState(state, feed)));
    else if (frame !== undefined) seen = fold(seen, frame);
  }
  return seen;
}

function stockOf(state: unknown): StockContext {
  if (isOf<StockContext>(state, "onHand")) return state.context;
  throw new Error("Cannot read a stock item: it is something else");
}

function orderOf(state: unknown): OrderContext {
  if (isOf<OrderContext>(state, "trackingId")) return state.context;
  throw new Error("Cannot read an order: it is something else");
}

function isOf<Context>(state: unknown, field: keyof Context & string): state is { readonly context: Context } {
  return typeof state === "object" && state !== null && "context" in state && typeof state.context === "object" &&
    state.context !== null && field in state.context;
}
