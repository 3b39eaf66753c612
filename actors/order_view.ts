import { type Money, money } from "../machines/money.ts";
import type { PaymentStatus } from "../machines/order/context.ts";
import type { ShipmentState, StatusEntry } from "../machines/order/fold.ts";
import type { Order } from "../machines/order/machine.ts";
import type { CreditNote, OrderAction, OrderLine } from "../machines/order/messages.ts";
import { allowedIn, type OrderStatus, statusOf } from "../machines/order/status.ts";
import { shipmentIdOf, timeText } from "./order_frames.ts";
import type { Place } from "./runtime/kind.ts";

/** The order as its owner and the staff see it. */
export interface OrderView {
  readonly orderId: string;
  readonly trackingId: string;
  readonly customerId: string;
  readonly storeId: string;
  readonly cartId?: string;
  readonly status: OrderStatus;
  readonly reason?: string;
  readonly lines: readonly OrderLineView[];
  /** What is to be paid: the lines less the discount. */
  readonly totalAmount: Money;
  readonly discount?: Money;
  readonly payment: { readonly status: PaymentStatus; readonly method?: string; readonly refunded?: Money };
  readonly shipment?: ShipmentState;
  readonly creditNotes: readonly CreditNoteView[];
  /** The `personal` row that holds the address. */
  readonly addressId?: string;
  readonly history: readonly StatusEntry[];
  /** What somebody may do next; the customer: only while it is pending. */
  readonly allowed: readonly OrderAction[];
  readonly placedAt: string;
  readonly version: number;
  readonly cursor: string;
}

export interface OrderLineView {
  readonly lineId: string;
  readonly sku: string;
  readonly name: string;
  readonly quantity: number;
  readonly price: Money;
  readonly lineTotal: Money;
}

export interface CreditNoteView {
  readonly returnId: string;
  readonly lines: readonly {
    readonly sku: string;
    readonly quantity: number;
    readonly price: Money;
    readonly lineTotal: Money;
  }[];
  /** What the goods are worth, and what of it the payment gives back. */
  readonly amount: Money;
  readonly refund: Money;
  readonly reason: string;
  readonly at: string;
}

export function orderView(order: Order, { version, cursor }: Place): OrderView {
  const { orderId, trackingId, customerId, storeId, cartId, currency, lines, addressId, shipment } = order.context;
  const { totalMinor, discountMinor, payment, paymentMethod, givenBackMinor, creditNotes, history } = order.context;
  const reason = history.at(-1)?.reason;
  return {
    orderId,
    trackingId,
    customerId,
    storeId,
    ...(cartId !== null && { cartId }),
    status: statusOf(order),
    ...(reason !== undefined && { reason }),
    lines: lines.map((line) => lineView(line, currency)),
    totalAmount: money(totalMinor, currency),
    ...(discountMinor > 0 && { discount: money(discountMinor, currency) }),
    payment: {
      status: payment,
      ...(paymentMethod !== null && { method: paymentMethod }),
      ...(givenBackMinor > 0 && { refunded: money(givenBackMinor, currency) }),
    },
    ...(shipment !== null && { shipment: { shipmentId: shipmentIdOf(orderId), ...shipment } }),
    creditNotes: creditNotes.map((note) => creditNoteView(note, currency)),
    ...(addressId !== null && { addressId }),
    history: history.map(({ at, ...entry }) => ({ ...entry, at: timeText(at) })),
    allowed: allowedIn(order),
    placedAt: timeText(history[0]?.at ?? 0),
    version,
    cursor,
  };
}

function lineView({ lineId, sku, name, quantity, unitMinor }: OrderLine, currency: string): OrderLineView {
  return {
    lineId,
    sku,
    name,
    quantity,
    price: money(unitMinor, currency),
    lineTotal: money(quantity * unitMinor, currency),
  };
}

function creditNoteView(note: CreditNote, currency: string): CreditNoteView {
  return {
    returnId: note.returnId,
    lines: note.lines.map(({ sku, quantity, unitMinor }) => ({
      sku,
      quantity,
      price: money(unitMinor, currency),
      lineTotal: money(quantity * unitMinor, currency),
    })),
    amount: money(note.amountMinor, currency),
    refund: money(note.refundMinor, currency),
    reason: note.reason,
    at: timeText(note.at),
  };
}
