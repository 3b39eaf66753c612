import { type Money, readMoney } from "./cart_shape.ts";
import { list, maybe, record, text, whole } from "./json_shape.ts";

export interface OrderLine {
  readonly sku: string;
  readonly name: string;
  readonly quantity: number;
  readonly lineTotal: Money;
}

/** One entry of an order's history. */
export interface Milestone {
  readonly status: string;
  /** RFC 3339. */
  readonly at: string;
  readonly reason?: string;
}

export interface Order {
  readonly orderId: string;
  readonly trackingId: string;
  readonly status: string;
  readonly reason?: string;
  readonly lines: readonly OrderLine[];
  readonly totalAmount: Money;
  readonly history: readonly Milestone[];
  /** What may be done now: `pay`, `cancel` and others. */
  readonly allowed: readonly string[];
  /** It is paid by itself as soon as its goods are set aside. */
  readonly hasPaymentMethod: boolean;
  readonly carrier?: string;
  readonly trackingNumber?: string;
}

/** An order as it stands in a list. */
export interface ListedOrder {
  readonly orderId: string;
  readonly status: string;
  readonly totalAmount: Money;
  readonly placedAt?: string;
}

export function readOrder(json: unknown): Order {
  const order = record(json);
  const shipment = maybe(record)(order.shipment);
  return {
    orderId: text(order.orderId),
    trackingId: text(order.trackingId),
    status: text(order.status),
    reason: maybe(text)(order.reason),
    lines: maybe(list(readLine))(order.lines) ?? [],
    totalAmount: readMoney(order.totalAmount),
    history: maybe(list(readMilestone))(order.history) ?? [],
    allowed: maybe(list(text))(order.allowed) ?? [],
    hasPaymentMethod: maybe(record)(order.payment)?.method !== undefined,
    carrier: maybe(text)(shipment?.carrier),
    trackingNumber: maybe(text)(shipment?.trackingNumber),
  };
}

export function readListedOrder(json: unknown): ListedOrder {
  const order = record(json);
  return {
    orderId: text(order.orderId),
    status: text(order.status),
    totalAmount: readMoney(order.totalAmount),
    placedAt: maybe(text)(order.placedAt),
  };
}

export function readMilestone(json: unknown): Milestone {
  const milestone = record(json);
  return { status: text(milestone.status), at: text(milestone.at), reason: maybe(text)(milestone.reason) };
}

function readLine(json: unknown): OrderLine {
  const line = record(json);
  return {
    sku: text(line.sku),
    name: text(line.name),
    quantity: whole(line.quantity),
    lineTotal: readMoney(line.lineTotal),
  };
}
