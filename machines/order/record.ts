import { get, mapOf, type PersistentMap, put } from "../persistent_map.ts";
import type { Goods, HistoryEntry, OrderContext, PaymentStatus } from "./context.ts";
import type { OrderEvent, OrderLine } from "./messages.ts";
import type { OrderStatus } from "./status.ts";

type Of<Type extends OrderEvent["type"]> = Extract<OrderEvent, { type: Type }>;
type Change = Partial<OrderContext>;

/** What a fact changes in an order's context. */
export function record(order: OrderContext, event: OrderEvent): Change {
  switch (event.type) {
    case "placed":
      return placed(order, event);
    case "part_held":
    case "stock_reserved":
      return event.sku === undefined ? {} : stood(order, { sku: event.sku, standing: "held" });
    case "payment_method_chosen":
      return { paymentMethod: event.method };
    case "payment_started":
      return { payment: "authorising" };
    case "payment_authorised":
      return { payment: "authorised", awaited: order.goods.size };
    case "part_pinned":
      return stood(order, { sku: event.sku, standing: "pinned" });
    case "stock_pinned":
      return {
        payment: "capturing",
        ...(event.sku !== undefined && stood(order, { sku: event.sku, standing: "pinned" })),
      };
    case "paid":
      return { payment: "captured", history: changed(order, { status: "PAID", at: event.at }) };
    case "accepted":
      return { history: changed(order, { status: "ACCEPTED", at: event.at }) };
    case "ready_marked":
      return { history: changed(order, { status: "READY", at: event.at }) };
    case "shipped":
      return {
        shipment: { carrier: event.carrier, trackingNumber: event.trackingNumber, status: "SHIPPED" },
        history: changed(order, { status: "SHIPPED", at: event.at }),
      };
    case "delivered":
      return {
        shipment: order.shipment === null ? null : { ...order.shipment, status: "DELIVERED" },
        history: changed(order, { status: "DELIVERED", at: event.at }),
      };
    case "canceled":
      return closed(order, { status: "CANCELED", event });
    case "failed":
      return closed(order, { status: "FAILED", event });
    case "refunded":
      return closed(order, { status: "REFUNDED", event });
    case "goods_returned": {
      const { creditNote } = event;
      const askedBackMinor = order.askedBackMinor + creditNote.refundMinor;
      const creditNotes = [...order.creditNotes, creditNote];
      return creditNote.refundMinor > 0 ? { creditNotes, askedBackMinor, payment: "refunding" } : { creditNotes };
    }
    case "credited": {
      const { customerId, trackingId, storeId, currency, creditNote, reason, at } = event;
      const history = changed(order, { status: "REFUNDED", at, reason });
      return { customerId, trackingId, storeId, currency, creditNotes: [creditNote], history };
    }
    case "payment_voided":
      return { payment: "voided" };
    case "payment_refunded":
      return givenBack(order, event);
  }
}

function placed(order: OrderContext, event: Of<"placed">): Change {
  const { customerId, trackingId, storeId, currency, lines, discountMinor, totalMinor } = event;
  const goods = goodsOf(lines);
  return {
    customerId,
    cartId: event.cartId ?? null,
    trackingId,
    storeId,
    currency,
    lines,
    discountMinor,
    totalMinor,
    addressId: event.addressId ?? null,
    paymentMethod: event.paymentMethod ?? null,
    goods,
    awaited: goods.size,
    history: changed(order, { status: "PENDING", at: event.at }),
  };
}

/** What has to be set aside: the stocked lines, added up by SKU. */
export function goodsOf(lines: readonly OrderLine[]): PersistentMap<Goods> {
  const quantities = new Map<string, number>();
  for (const { sku, quantity, stocked } of lines) {
    if (stocked) quantities.set(sku, (quantities.get(sku) ?? 0) + quantity);
  }
  return mapOf([...quantities].map(([sku, quantity]) => [sku, { quantity, standing: "asked" }]));
}

function stood(order: OrderContext, { sku, standing }: { readonly sku: string } & Pick<Goods, "standing">): Change {
  const quantity = get(order.goods, sku)?.quantity ?? 0;
  return { goods: put(order.goods, { key: sku, value: { quantity, standing } }), awaited: order.awaited - 1 };
}

/** What was taken goes back; what is being taken goes back as soon as it is known. */
function closed(
  order: OrderContext,
  { status, event }: {
    readonly status: OrderStatus;
    readonly event: Of<"canceled"> | Of<"failed"> | Of<"refunded">;
  },
): Change {
  const { at, reason } = event;
  const isDeclined = event.type === "failed" && event.reason === "payment_declined";
  const payment = isDeclined ? "declined" : afterClosing(order);
  const isTaken = payment === "refunding" || payment === "refunded";
  return {
    payment,
    ...(isTaken && { askedBackMinor: order.totalMinor }),
    history: changed(order, { status, at, reason }),
  };
}

function afterClosing({ payment, totalMinor, givenBackMinor }: OrderContext): PaymentStatus {
  switch (payment) {
    case "authorising":
    case "authorised":
    case "capturing":
      return "voiding";
    case "captured":
    case "refunding":
    case "partly_refunded":
      return givenBackMinor < totalMinor ? "refunding" : "refunded";
    default:
      return payment;
  }
}

function givenBack(order: OrderContext, { refundId, amountMinor }: Of<"payment_refunded">): Change {
  const givenBackMinor = order.givenBackMinor + amountMinor;
  const refundIds = [...order.refundIds, refundId];
  if (givenBackMinor >= order.totalMinor) return { givenBackMinor, refundIds, payment: "refunded" };
  const isDone = givenBackMinor >= order.askedBackMinor;
  return { givenBackMinor, refundIds, payment: isDone ? "partly_refunded" : "refunding" };
}

function changed(order: OrderContext, entry: HistoryEntry): readonly HistoryEntry[] {
  return [...order.history, entry];
}
