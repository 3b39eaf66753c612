import { accept, acceptNothing, type Decision, refuse, type Turn } from "../decision.ts";
import { isTrusted } from "../customer/owner.ts";
import type { Order } from "./machine.ts";
import type { CreditNote, OrderCommand, OrderEvent, OrderRefusal } from "./messages.ts";
import { shelving, worthOf } from "./returning.ts";

type Credit = Extract<OrderCommand, { type: "credit" }>;

/**
 * Writes a credit note that belongs to no sale: other books cancel without naming one. The goods go back to the shelf; the
 * money is credited to the customer's account, since no payment is known that could give it back.
 */
export function credit(order: Order, command: Credit, turn: Turn): Decision<OrderEvent, OrderRefusal> {
  if (!isTrusted(turn.principal)) return refuse("not_found");
  if (!order.matches("absent")) return acceptNothing();

  const { customerId, trackingId, storeId, currency, returnId, reason, occurredOn } = command;
  const lines = command.lines.map(({ stocked, ...line }) => ({ ...line, stocked: stocked ?? true }));
  const amountMinor = worthOf(lines);
  const at = turn.now;
  const creditNote: CreditNote = {
    returnId,
    lines,
    amountMinor,
    refundMinor: amountMinor,
    reason,
    at,
    ...(occurredOn !== undefined && { occurredOn }),
  };
  return accept([{ type: "credited", customerId, trackingId, storeId, currency, creditNote, reason, at }], {
    messages: [{ kind: "alias", publicId: trackingId }, ...shelving(order.context.orderId, creditNote)],
    outcome: "created",
  });
}
