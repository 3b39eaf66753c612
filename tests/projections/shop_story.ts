import type { FakeJournal } from "./fake_journal.ts";
import { deriveId } from "../../actors/runtime/address.ts";
import type { OrderEvent } from "../../machines/order/messages.ts";
import type { ProductEvent } from "../../machines/product/messages.ts";

export const DAY = 86_400_000;
export const JANUARY_2 = Date.UTC(2026, 0, 2, 12);

export function orderIdOf(customerId: string, seed: string | number): string {
  return deriveId("ord", { routingKey: customerId, secret: "test", seed: String(seed) });
}

export function mug(more: Partial<Extract<ProductEvent, { type: "listed" }>> = {}): ProductEvent {
  return {
    type: "listed",
    name: "Red mug",
    priceMinor: 255,
    currency: "GBP",
    description: "",
    category: "kitchen",
    stocked: true,
    priceVersion: 1,
    ...more,
  };
}

export interface Sale {
  readonly customerId: string;
  readonly seed: string | number;
  readonly totalMinor: number;
  readonly at?: number;
  readonly storeId?: string;
  readonly occurredOn?: string;
}

/** An order of one line is placed; returns its id. */
export function place(journal: FakeJournal, sale: Sale): string {
  const { customerId, seed, totalMinor, at = JANUARY_2, storeId = "main", occurredOn } = sale;
  const orderId = orderIdOf(customerId, seed);
  const placed: OrderEvent & { readonly occurredOn?: string } = {
    type: "placed",
    customerId,
    trackingId: `trk_${seed}`,
    storeId,
    currency: "GBP",
    lines: [{ lineId: "mug", sku: "mug", name: "Red mug", quantity: 3, unitMinor: totalMinor, stocked: true }],
    discountMinor: 0,
    totalMinor,
    at,
    ...(occurredOn === undefined ? {} : { occurredOn }),
  };
  journal.add(`order/${orderId}`, placed, at);
  return orderId;
}

/** Something else happens to an order. */
export function then(journal: FakeJournal, orderId: string, event: OrderEvent, at = JANUARY_2): void {
  journal.add(`order/${orderId}`, event, at);
}

/** Random facts of a shop, the same for the same seed. */
export function tellStory(
  journal: FakeJournal,
  { seed, facts }: { readonly seed: number; readonly facts: number },
): void {
  let state = seed;
  const random = (below: number): number => {
    state = (state * 1_103_515_245 + 12_345) % 2_147_483_648;
    return Math.floor(state / 65_536) % below;
  };
  const placed: string[] = [];
  const onSome = (what: "paid" | "canceled" | "refunded" | "returned", at: number): void => {
    const orderId = placed[random(Math.max(1, placed.length))];
    if (orderId === undefined) return;
    const told = { at, customerId: "c" };
    if (what === "returned") {
      const returnId = `r${random(1_000_000)}`;
      const creditNote = { returnId, lines: [], amountMinor: 1, refundMinor: 1, reason: "x", at };
      then(journal, orderId, { type: "goods_returned", currency: "GBP", creditNote }, at);
    } else if (what === "paid") then(journal, orderId, { type: "paid", ...told }, at);
    else then(journal, orderId, { type: what, reason: "x", ...told }, at);
  };
  for (let at = 0; at < facts; at++) {
    const sku = `SKU${random(40)}`;
    const stock = `stock/${sku}` as const;
    const product = `product/${sku}` as const;
    const time = JANUARY_2 + random(5) * DAY;
    const change = { available: random(100) };
    const moves: readonly (() => void)[] = [
      () => journal.add(product, mug({ name: `Thing ${random(9)}`, priceMinor: random(5_000) })),
      () => journal.add(product, { type: "withdrawn" }),
      () => journal.add(stock, { type: "received", quantity: 5, reason: "delivery", ...change }),
      () => journal.add(stock, { type: "adjusted", delta: -1, reason: "broken", ...change }),
      () =>
        placed.push(
          place(journal, { customerId: `c${random(30)}`, seed: `${seed}-${at}`, totalMinor: random(9_000), at: time }),
        ),
      () => onSome("paid", time),
      () => onSome("paid", time),
      () => onSome("canceled", time),
      () => onSome("refunded", time),
      () => onSome("returned", time),
    ];
    moves[random(moves.length)]?.();
  }
}
