import { cartEvents, cartTellings } from "./cart_events.ts";
import { orderEvents, orderTellings } from "./order_events.ts";
import { paymentEvents, paymentTellings } from "./payment_events.ts";
import { plannedEvents } from "./planned_events.ts";
import { productEvents, productTellings } from "./product_events.ts";
import type { PublishedEvent } from "./published_event.ts";
import { stockEvents, stockTellings } from "./stock_events.ts";

/** Every type of event that services may rely on, the planned ones last. */
export const publishedEvents: readonly PublishedEvent[] = [
  ...cartEvents,
  ...orderEvents,
  ...paymentEvents,
  ...stockEvents,
  ...productEvents,
  ...plannedEvents,
];

/** How the facts of each kind of actor are told. A kind that is not here publishes nothing. */
export const tellings = {
  cart: cartTellings,
  order: orderTellings,
  payment: paymentTellings,
  stock: stockTellings,
  product: productTellings,
};
