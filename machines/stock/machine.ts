import { assign, setup, type SnapshotFrom } from "xstate";
import { evolver } from "../evolver.ts";
import { emptyMap, get, type PersistentMap, put, remove } from "../persistent_map.ts";
import { type ClosedOrders, noneClosed, withClosed } from "./closed_orders.ts";
import type { StockEvent } from "./messages.ts";

/** Pieces set aside for one order. */
export interface Hold {
  readonly quantity: number;
  /** Epoch milliseconds; null: pinned, it never expires. */
  readonly expiresAt: number | null;
}

/** Always `held` = the sum of the holds ≤ `onHand`; nothing is ever negative. */
export interface StockContext {
  readonly sku: string;
  /** On the shelf: not sold, held or not. */
  readonly onHand: number;
  readonly held: number;
  /** Everything ever sold, also what came back. */
  readonly sold: number;
  readonly returned: number;
  /** By order. */
  readonly holds: PersistentMap<Hold>;
  readonly closed: ClosedOrders;
}

const types: { readonly context?: StockContext; readonly events?: StockEvent } = {};

/** An item is counted from the first look, then at nothing. */
export const stockMachine = setup({
  types,
  actions: { record: assign(({ context, event }) => record(context, event)) },
}).createMachine({
  id: "stock",
  context: emptyShelf(""),
  initial: "tracked",
  states: {
    tracked: {
      on: {
        received: { actions: "record" },
        adjusted: { actions: "record" },
        held: { actions: "record" },
        pinned: { actions: "record" },
        allocated: { actions: "record" },
        released: { actions: "record" },
        expired: { actions: "record" },
        restocked: { actions: "record" },
      },
    },
  },
});

export type Stock = SnapshotFrom<typeof stockMachine>;

export function initial(sku: string): Stock {
  return stockMachine.resolveState({ value: "tracked", context: emptyShelf(sku) });
}

/** Moves the item by a fact. */
export const evolve: (stock: Stock, event: StockEvent) => Stock = evolver(stockMachine);

/** How many can still be reserved. */
export function availableOf({ onHand, held }: StockContext): number {
  return onHand - held;
}

/** What a return is remembered by beside the orders. */
export function returnKey({ orderId, returnId }: { readonly orderId: string; readonly returnId: string }): string {
  return `${orderId}/${returnId}`;
}

function emptyShelf(sku: string): StockContext {
  return { sku, onHand: 0, held: 0, sold: 0, returned: 0, holds: emptyMap(), closed: noneClosed() };
}

function record(stock: StockContext, event: StockEvent): Partial<StockContext> {
  const { onHand, held, sold, returned, holds, closed } = stock;
  switch (event.type) {
    case "received":
      return { onHand: onHand + event.quantity };
    case "adjusted":
      return { onHand: onHand + event.delta };
    case "held": {
      const { orderId, quantity, expiresAt } = event;
      return { held: held + quantity, holds: put(holds, { key: orderId, value: { quantity, expiresAt } }) };
    }
    case "pinned": {
      const quantity = get(holds, event.orderId)?.quantity ?? 0;
      return { holds: put(holds, { key: event.orderId, value: { quantity, expiresAt: null } }) };
    }
    case "allocated":
      return { onHand: onHand - event.quantity, sold: sold + event.quantity, ...withoutHold(stock, event) };
    case "released":
    case "expired":
      return withoutHold(stock, event);
    case "restocked": {
      const id = returnKey(event);
      return {
        onHand: onHand + event.quantity,
        returned: returned + event.quantity,
        closed: withClosed(closed, { id, at: event.at }),
      };
    }
  }
}

function withoutHold(
  { held, holds, closed }: StockContext,
  { orderId, quantity, at }: { readonly orderId: string; readonly quantity: number; readonly at: number },
): Partial<StockContext> {
  return {
    held: held - quantity,
    holds: remove(holds, orderId),
    closed: withClosed(closed, { id: orderId, at }),
  };
}
