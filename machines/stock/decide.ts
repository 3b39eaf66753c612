import { accept, acceptNothing, type Decision, type Message, refuse, send, type Turn } from "../decision.ts";
import type { ToldCommand } from "../order/messages.ts";
import { get } from "../persistent_map.ts";
import { isClosed } from "./closed_orders.ts";
import { availableOf, type Hold, returnKey, type Stock } from "./machine.ts";
import type { StockCommand, StockEvent, StockRefusal } from "./messages.ts";

type StockDecision = Decision<StockEvent, StockRefusal>;
type Of<Type extends StockCommand["type"]> = Extract<StockCommand, { type: Type }>;

/** No hold lives longer, so that closed orders are remembered past every hold. */
const LONGEST_HOLD_MS = 24 * 60 * 60 * 1000;

/** Other holders are known by ids of their own making, and nobody there listens. */
const ORDER_ID = /^ord_[a-z2-7]{26}$/;

/**
 * Decides what a command does to a stock item. Commands of orders arrive at least once and in any order: each is
 * answered by what holds now, and none is refused, since in the order's own partition a refusal would undo its turn.
 */
export function decide(stock: Stock, command: StockCommand, turn: Turn): StockDecision {
  const { holds } = stock.context;
  const available = availableOf(stock.context);

  switch (command.type) {
    case "receive": {
      const { quantity, reason } = command;
      return accept([{ type: "received", quantity, reason, available: available + quantity }]);
    }
    case "adjust": {
      const { delta, reason } = command;
      if (delta === 0) return acceptNothing();
      if (available + delta < 0) return refuse("stock_would_be_negative", { available });
      return accept([{ type: "adjusted", delta, reason, available: available + delta }]);
    }
    case "reserve":
      return reserve(stock, command, turn);
    case "pin":
      return pin(stock, command.orderId);
    case "allocate": {
      const hold = get(holds, command.orderId);
      return hold === undefined ? acceptNothing() : allocate(stock, { orderId: command.orderId, hold, at: turn.now });
    }
    case "release":
      return release(stock, { orderId: command.orderId, at: turn.now });
    case "restock":
      return restock(stock, command, turn);
    case "expire":
      return expire(stock, { orderId: command.orderId, at: turn.now });
  }
}

function reserve(stock: Stock, command: Of<"reserve">, turn: Turn): StockDecision {
  const { sku, holds, closed } = stock.context;
  const { orderId, quantity, strict } = command;
  const available = availableOf(stock.context);
  if (get(holds, orderId) !== undefined) return acceptNothing(telling(orderId, { type: "stock_held", sku }));
  if (command.expiresAt <= turn.now && strict !== true) {
    return acceptNothing(telling(orderId, { type: "stock_expired", sku }));
  }
  if (quantity > available || isClosed(closed, orderId) || command.expiresAt <= turn.now) {
    if (strict === true) return refuse("out_of_stock", { available });
    return acceptNothing(telling(orderId, { type: "stock_refused", sku, available }));
  }

  const expiresAt = Math.min(command.expiresAt, turn.now + LONGEST_HOLD_MS);
  const { messages } = telling(orderId, { type: "stock_held", sku });
  return accept([{ type: "held", orderId, quantity, expiresAt, available: available - quantity }], {
    messages: [expiryOf(orderId, expiresAt), ...messages],
  });
}

function pin(stock: Stock, orderId: string): StockDecision {
  const { sku, holds } = stock.context;
  const hold = get(holds, orderId);
  if (hold === undefined) return acceptNothing(telling(orderId, { type: "stock_pin_refused", sku }));

  const { messages } = telling(orderId, { type: "stock_pinned", sku });
  if (hold.expiresAt === null) return acceptNothing({ messages });
  return accept([{ type: "pinned", orderId, available: availableOf(stock.context) }], {
    messages: [noExpiryOf(orderId), ...messages],
  });
}

function allocate(
  stock: Stock,
  { orderId, hold, at }: { readonly orderId: string; readonly hold: Hold; readonly at: number },
): StockDecision {
  const { quantity } = hold;
  const available = availableOf(stock.context);
  return accept([{ type: "allocated", orderId, quantity, at, available }], {
    messages: hold.expiresAt === null ? [] : [noExpiryOf(orderId)],
  });
}

/** Without a hold the order is remembered as closed: its `reserve` may still be on the way. */
function release(
  stock: Stock,
  { orderId, at }: { readonly orderId: string; readonly at: number },
): StockDecision {
  const hold = get(stock.context.holds, orderId);
  if (hold === undefined && isClosed(stock.context.closed, orderId)) return acceptNothing();

  const quantity = hold?.quantity ?? 0;
  const available = availableOf(stock.context) + quantity;
  return accept([{ type: "released", orderId, quantity, at, available }], {
    messages: (hold?.expiresAt ?? null) === null ? [] : [noExpiryOf(orderId)],
  });
}

/** Goods come back after they were sold: where the hold is still there, `allocate` is on the way and is done first. */
function restock(stock: Stock, command: Of<"restock">, turn: Turn): StockDecision {
  const { orderId, returnId, quantity } = command;
  const { holds, closed } = stock.context;
  if (isClosed(closed, returnKey(command))) return acceptNothing();

  const available = availableOf(stock.context) + quantity;
  const restocked: StockEvent = { type: "restocked", orderId, returnId, quantity, at: turn.now, available };
  const hold = get(holds, orderId);
  if (hold === undefined) return accept([restocked]);

  const allocation = allocate(stock, { orderId, hold, at: turn.now });
  return allocation.accepted ? { ...allocation, events: [...allocation.events, restocked] } : allocation;
}

function expire(stock: Stock, { orderId, at }: { readonly orderId: string; readonly at: number }): StockDecision {
  const { sku, holds } = stock.context;
  const hold = get(holds, orderId);
  if (hold === undefined || hold.expiresAt === null) return acceptNothing();
  if (at < hold.expiresAt) return acceptNothing({ messages: [expiryOf(orderId, hold.expiresAt)] });

  const { quantity } = hold;
  const available = availableOf(stock.context) + quantity;
  return accept(
    [{ type: "expired", orderId, quantity, at, available }],
    telling(orderId, { type: "stock_expired", sku }),
  );
}

function telling(orderId: string, command: ToldCommand): { readonly messages: readonly Message[] } {
  return { messages: ORDER_ID.test(orderId) ? [send(`order/${orderId}`, command)] : [] };
}

function expiryOf(orderId: string, at: number): Message {
  const command: StockCommand = { type: "expire", orderId };
  return { kind: "deadline", key: `hold:${orderId}`, at, command };
}

function noExpiryOf(orderId: string): Message {
  return { kind: "cancel", key: `hold:${orderId}` };
}
