import { accept, acceptNothing, type Decision, type Message, refuse, send, type Turn } from "../decision.ts";
import type { CartCommand } from "../cart/messages.ts";
import { actsFor } from "../customer/owner.ts";
import { entriesOf } from "../persistent_map.ts";
import { lapseAt, toStock } from "./letters.ts";
import { evolve, type Order } from "./machine.ts";
import type { OrderCommand, OrderEvent, OrderRefusal } from "./messages.ts";
import { paymentIfReady } from "./paying.ts";
import { goodsOf } from "./record.ts";

type OrderDecision = Decision<OrderEvent, OrderRefusal>;
type Of<Type extends OrderCommand["type"]> = Extract<OrderCommand, { type: Type }>;
type Placed = Extract<OrderEvent, { type: "placed" }>;

/** How long goods are set aside for somebody who has not paid. */
const HOLD_MS = 15 * 60 * 1000;

/** Asks the cart to become this order; the cart's `place` follows in the same unit, or its refusal refuses both. */
export function start(order: Order, command: Of<"start">): OrderDecision {
  if (!order.matches("absent")) return acceptNothing();

  const { cartId, trackingId, storeId, paymentMethod, occurredOn } = command;
  const { orderId } = order.context;
  const checkOut: CartCommand = {
    type: "check_out",
    orderId,
    trackingId,
    storeId,
    ...(paymentMethod !== undefined && { paymentMethod }),
    ...(occurredOn !== undefined && { occurredOn }),
  };
  return acceptNothing({ messages: [send(`cart/${cartId}`, checkOut)], outcome: "created" });
}

/** Records what is bought at which price, and asks every stock item to set it aside. */
export function place(order: Order, command: Of<"place">, turn: Turn): OrderDecision {
  // A caused turn comes unasked for whom it places: a cart is named by whoever starts the order.
  if (!actsFor(turn.principal, command.customerId)) return refuse("not_found");
  if (!order.matches("absent")) return acceptNothing();

  const event = placed(command, turn.now);
  const goods = goodsOf(event.lines);
  const messages: Message[] = [{ kind: "alias", publicId: command.trackingId }];
  const expiresAt = turn.now + HOLD_MS;
  const { orderId } = order.context;
  for (const [sku, { quantity }] of entriesOf(goods)) {
    messages.push(toStock(sku, { type: "reserve", orderId, quantity, expiresAt }));
  }
  if (goods.size > 0) return accept([event], { messages, outcome: "created" });

  const payment = paymentIfReady(evolve(order, event).context);
  if (payment.events.length === 0) messages.push(lapseAt(expiresAt));
  return accept([event, { type: "stock_reserved" }, ...payment.events], {
    messages: [...messages, ...payment.messages],
    outcome: "created",
  });
}

function placed(command: Of<"place">, at: number): Placed {
  const { customerId, cartId, trackingId, storeId, currency, addressId, paymentMethod, occurredOn } = command;
  const lines = command.lines.map(({ lineId, sku, name, quantity, unitMinor, stocked }) => {
    return { lineId, sku, name, quantity, unitMinor, stocked };
  });
  const sumMinor = lines.reduce((sum, { quantity, unitMinor }) => sum + quantity * unitMinor, 0);
  const discountMinor = Math.min(command.discountMinor ?? 0, sumMinor);
  return {
    type: "placed",
    customerId,
    ...(cartId !== undefined && { cartId }),
    trackingId,
    storeId,
    currency,
    lines,
    discountMinor,
    totalMinor: sumMinor - discountMinor,
    ...(addressId !== undefined && { addressId }),
    ...(paymentMethod !== undefined && { paymentMethod }),
    ...(occurredOn !== undefined && { occurredOn }),
    at,
  };
}
