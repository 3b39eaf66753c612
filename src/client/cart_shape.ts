import { list, maybe, record, text, whole } from "./json_shape.ts";

export interface Money {
  readonly minor: number;
  readonly currency: string;
}

export interface CartLine {
  /** What changes and removals name: the SKU, unless it is in the cart at several prices. */
  readonly lineId: string;
  readonly sku: string;
  readonly name: string;
  readonly quantity: number;
  readonly price: Money;
}

/** A cart as this tab knows it. */
export interface Cart {
  readonly cartId: string;
  readonly status: string;
  readonly currency: string;
  readonly lines: readonly CartLine[];
  readonly itemCount: number;
  readonly totalAmount: Money;
  /** How many facts the cart is made of: frames of the feed carry the same count. */
  readonly version: number;
}

export function readMoney(json: unknown): Money {
  const { minor, currency } = record(json);
  return { minor: whole(minor), currency: text(currency) };
}

export function readCart(json: unknown): Cart {
  const cart = record(json);
  return {
    cartId: text(cart.cartId),
    status: text(cart.status),
    currency: text(cart.currency),
    lines: list(readLine)(cart.lines),
    itemCount: whole(cart.itemCount),
    totalAmount: readMoney(cart.totalAmount),
    version: whole(cart.version),
  };
}

export function readLine(json: unknown): CartLine {
  const line = record(json);
  const sku = text(line.sku);
  return {
    lineId: maybe(text)(line.lineId) ?? sku,
    sku,
    name: text(line.name),
    quantity: whole(line.quantity),
    price: readMoney(line.price),
  };
}
