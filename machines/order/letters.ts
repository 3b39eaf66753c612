import { type Message, send } from "../decision.ts";
import type { PaymentCommand } from "../payment/messages.ts";
import type { StockCommand } from "../stock/messages.ts";
import type { OrderContext } from "./context.ts";
import type { OrderCommand } from "./messages.ts";

const LAPSE = "lapse";

/** The payment of an order: its id has the same rest. */
export function paymentIdOf(orderId: string): string {
  return `pay_${orderId.slice(orderId.indexOf("_") + 1)}`;
}

/** The order that a payment is for. */
export function orderIdOf(paymentId: string): string {
  return `ord_${paymentId.slice(paymentId.indexOf("_") + 1)}`;
}

export function toPayment({ orderId }: Pick<OrderContext, "orderId">, command: PaymentCommand): Message {
  return send(`payment/${paymentIdOf(orderId)}`, command);
}

/** In most cases a letter, now and then a turn of the same unit. */
export function toStock(sku: string, command: StockCommand): Message {
  return send(`stock/${sku}`, command);
}

/** Orders of nothing but fees have no hold whose deadline could end them, hence one of their own. */
export function lapseAt(at: number): Message {
  const command: OrderCommand = { type: "lapse" };
  return { kind: "deadline", key: LAPSE, at, command };
}

export function lapseCanceled({ goods }: OrderContext): readonly Message[] {
  return goods.size === 0 ? [{ kind: "cancel", key: LAPSE }] : [];
}
