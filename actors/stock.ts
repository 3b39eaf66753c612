import { z } from "zod";
import type { Principal } from "../machines/decision.ts";
import { isTrusted } from "../machines/customer/owner.ts";
import { decide } from "../machines/stock/decide.ts";
import {
  availableOf,
  evolve,
  initial,
  type Stock,
  type StockContext,
  stockMachine,
} from "../machines/stock/machine.ts";
import { StockCommand, type StockEvent } from "../machines/stock/messages.ts";
import { idOf } from "./runtime/address.ts";
import type { Kind, Place, Stamp, StoredState } from "./runtime/kind.ts";

const StoredStock = z.object({
  value: z.literal("tracked"),
  context: z.custom<StockContext>((context) => typeof context === "object" && context !== null),
});

/** What anybody sees of a stock item. */
export interface StockFeed {
  readonly sku: string;
  readonly available: number;
}

/** A stock item lives where its SKU hashes to. Its feed `public` shows what can still be bought, never who holds it. */
export const stock: Kind<Stock, StockCommand, StockEvent> = {
  name: "stock",
  routing: "hash",
  schemaVersion: 1,
  parse: (command) => StockCommand.parse(command),
  initial,
  decide,
  evolve,
  tells: () => [],
  mayCommand: (_, principal, command) => command.type !== "expire" && isTrusted(principal),
  mayRead,
  feedOf: () => undefined,
  view,
  feedState,
  frame,
  freeze: ({ value, context }) => ({ value, context }),
  thaw,
};

function mayRead(_: Stock, principal: Principal, feed?: string): boolean {
  return feed === "public" || isTrusted(principal) || principal.roles.includes("staff");
}

function view({ context }: Stock, place: Place): unknown {
  const { sku, onHand, held, sold, returned } = context;
  return { sku, onHand, held, available: availableOf(context), sold, returned, ...place };
}

function feedState({ context }: Stock): StockFeed {
  return { sku: context.sku, available: availableOf(context) };
}

/** Every fact says what is available after it: the last frame is the state. */
function frame({ available }: StockEvent, stamp: Stamp): unknown {
  return {
    eventType: "stock-changed",
    sku: idOf(stamp.address),
    available,
    occurredAt: new Date(stamp.occurredAt).toISOString(),
  };
}

function thaw(stored: StoredState): Stock {
  return stockMachine.resolveState(StoredStock.parse(stored));
}
