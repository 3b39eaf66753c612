import { emptyMap, type PersistentMap } from "../persistent_map.ts";
import type { CreditNote, OrderLine } from "./messages.ts";
import type { OrderStatus } from "./status.ts";

/** What one stock item sets aside for the order: the lines of one SKU added up. */
export interface Goods {
  readonly quantity: number;
  /** How far its stock is known to have got. */
  readonly standing: "asked" | "held" | "pinned";
}

export interface HistoryEntry {
  readonly status: OrderStatus;
  /** Epoch milliseconds. */
  readonly at: number;
  readonly reason?: string;
}

export interface Shipment {
  readonly carrier: string;
  readonly trackingNumber: string;
  readonly status: "SHIPPED" | "DELIVERED";
}

export type PaymentStatus =
  | "none"
  | "authorising"
  | "authorised"
  | "capturing"
  | "captured"
  | "declined"
  | "voiding"
  | "voided"
  | "refunding"
  | "partly_refunded"
  | "refunded";

export interface OrderContext {
  readonly orderId: string;
  readonly customerId: string;
  readonly cartId: string | null;
  readonly trackingId: string;
  readonly storeId: string;
  readonly currency: string;
  readonly lines: readonly OrderLine[];
  readonly discountMinor: number;
  /** The lines less the discount. */
  readonly totalMinor: number;
  /** The `personal` row that holds the address. */
  readonly addressId: string | null;
  readonly paymentMethod: string | null;
  /** By SKU: only what is stocked. */
  readonly goods: PersistentMap<Goods>;
  /** How many of the goods have not answered: first that they are held, later that they are pinned. */
  readonly awaited: number;
  readonly payment: PaymentStatus;
  /** What the payment was told to give back, and what it has given back. */
  readonly askedBackMinor: number;
  readonly givenBackMinor: number;
  readonly refundIds: readonly string[];
  readonly shipment: Shipment | null;
  readonly creditNotes: readonly CreditNote[];
  /** One entry for each change of the status, the first when it was placed. */
  readonly history: readonly HistoryEntry[];
}

export function unplaced(orderId: string): OrderContext {
  return {
    orderId,
    customerId: "",
    cartId: null,
    trackingId: "",
    storeId: "",
    currency: "",
    lines: [],
    discountMinor: 0,
    totalMinor: 0,
    addressId: null,
    paymentMethod: null,
    goods: emptyMap(),
    awaited: 0,
    payment: "none",
    askedBackMinor: 0,
    givenBackMinor: 0,
    refundIds: [],
    shipment: null,
    creditNotes: [],
    history: [],
  };
}

/** What can still be given back of the money. */
export function refundableOf({ totalMinor, askedBackMinor }: OrderContext): number {
  return totalMinor - askedBackMinor;
}
