import { accept, acceptNothing, type Decision, type Message, refuse, type Turn } from "../decision.ts";
import { isTrusted } from "../customer/owner.ts";
import { has } from "../persistent_map.ts";
import { type OrderContext, refundableOf } from "./context.ts";
import { toPayment, toStock } from "./letters.ts";
import type { Order } from "./machine.ts";
import type { CreditNote, OrderCommand, OrderEvent, OrderRefusal, ReturnedLine } from "./messages.ts";

type OrderDecision = Decision<OrderEvent, OrderRefusal>;
type ReturnGoods = Extract<OrderCommand, { type: "return_goods" }>;

const MAX_RETURNS = 100;

/**
 * Writes a credit note: goods go back to the shelf, and their worth to the customer as far as money is left. Staff can
 * take back what the order sold; services and admins also what was sold elsewhere, since other books name no order.
 */
export function returnGoods(order: Order, command: ReturnGoods, turn: Turn): OrderDecision {
  const { context } = order;
  const { returnId, reason, occurredOn } = command;
  if (context.creditNotes.some((note) => note.returnId === returnId)) return acceptNothing();
  if (context.creditNotes.length >= MAX_RETURNS) return refuse("too_many_returns", { maxReturns: MAX_RETURNS });

  const lines = command.lines.map((line) => whole(context, line));
  const excess = isTrusted(turn.principal) ? undefined : excessOf(context, lines);
  if (excess !== undefined) return refuse("return_exceeds_order", excess);

  const amountMinor = worthOf(lines);
  const refundMinor = Math.min(amountMinor, refundableOf(context));
  const day = occurredOn === undefined ? {} : { occurredOn };
  const creditNote: CreditNote = { returnId, lines, amountMinor, refundMinor, reason, at: turn.now, ...day };
  const returned = { type: "goods_returned", currency: context.currency, creditNote } as const;
  return accept([returned], { messages: givingBack(context, creditNote) });
}

export function worthOf(lines: readonly ReturnedLine[]): number {
  return lines.reduce((sum, { quantity, unitMinor }) => sum + quantity * unitMinor, 0);
}

/** How many pieces of each SKU have come back. */
export function returnedOf({ creditNotes }: OrderContext): ReadonlyMap<string, number> {
  return quantitiesOf(creditNotes.flatMap((note) => note.lines));
}

function givingBack(order: OrderContext, note: CreditNote): readonly Message[] {
  const messages = shelving(order.orderId, note);
  if (note.refundMinor === 0) return messages;
  const returnId = returnKey(note);
  return [...messages, toPayment(order, { type: "refund_part", returnId, amountMinor: note.refundMinor })];
}

/** Puts what came back on its shelves. */
export function shelving(orderId: string, note: CreditNote): readonly Message[] {
  const shelved = quantitiesOf(note.lines.filter(({ stocked }) => stocked !== false));
  return [...shelved].map(([sku, quantity]) => {
    return toStock(sku, { type: "restock", orderId, returnId: returnKey(note), quantity });
  });
}

/** Stock and payment keep returns by id: these must not be taken for the ones that close an order. */
function returnKey({ returnId }: CreditNote): string {
  return `return:${returnId}`;
}

/** The order knows best whether a SKU it sold is kept on a shelf. */
function whole({ lines, goods }: OrderContext, line: ReturnedLine): ReturnedLine {
  const { sku, quantity, unitMinor } = line;
  const isSold = lines.some((sold) => sold.sku === sku);
  return { sku, quantity, unitMinor, stocked: isSold ? has(goods, sku) : line.stocked ?? true };
}

function excessOf(
  order: OrderContext,
  lines: readonly ReturnedLine[],
): { readonly sku: string; readonly returnable: number } | undefined {
  const sold = quantitiesOf(order.lines);
  const returned = returnedOf(order);
  for (const [sku, quantity] of quantitiesOf(lines)) {
    const returnable = Math.max(0, (sold.get(sku) ?? 0) - (returned.get(sku) ?? 0));
    if (quantity > returnable) return { sku, returnable };
  }
  return undefined;
}

function quantitiesOf(
  lines: readonly { readonly sku: string; readonly quantity: number }[],
): ReadonlyMap<string, number> {
  const quantities = new Map<string, number>();
  for (const { sku, quantity } of lines) quantities.set(sku, (quantities.get(sku) ?? 0) + quantity);
  return quantities;
}
