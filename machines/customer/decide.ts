import type { CartCommand } from "../cart/messages.ts";
import { accept, acceptNothing, type Decision, type Message, send } from "../decision.ts";
import type { Customer } from "./machine.ts";
import type {
  CustomerCommand,
  CustomerEvent,
  CustomerRefusal,
  NoteCart,
  NoteOrder,
  NoteShipment,
  TakeCart,
} from "./messages.ts";

type CustomerDecision = Decision<CustomerEvent, CustomerRefusal>;
type Of<Type extends CustomerCommand["type"]> = Extract<CustomerCommand, { type: Type }>;

/**
 * Decides what a command does to a customer. Never refuses: what carts and orders tell is true already. News that are
 * none, such as a note that came twice, change nothing.
 */
export function decide(customer: Customer, command: CustomerCommand): CustomerDecision {
  switch (command.type) {
    case "open_cart":
      return openCart(customer, command);
    case "give_cart":
      return giveCart(customer, command);
    case "take_cart":
      return takeCart(customer, command);
    case "keep_time":
      return acceptNothing({ outcome: String(command.at) });
    case "use_ticket":
      return acceptNothing();
    case "note_cart":
      return isOldCart(customer, command) ? acceptNothing() : accept([{ ...command, type: "cart_updated" }]);
    case "note_order":
      return isKnownOrder(customer, command) ? acceptNothing() : accept([{ ...command, type: "order_status_changed" }]);
    case "note_shipment":
      if (isKnownShipment(customer, command)) return acceptNothing();
      return accept([{ ...command, type: "shipment_status_changed" }]);
    case "notify":
      if (isKnownNotification(customer, command.notificationId)) return acceptNothing();
      return accept([{ ...command, type: "notification_created" }]);
  }
}

/** A customer has one open cart: two tabs that both open one get the same. */
function openCart(customer: Customer, { cartId, currency }: Of<"open_cart">): CustomerDecision {
  const { openCartId, feed: { customerId } } = customer.context;
  if (openCartId !== null) return acceptNothing({ replyFrom: `cart/${openCartId}`, outcome: "existing" });

  return accept([{ type: "cart_opened", cartId }], {
    messages: [opening(cartId, { customerId, currency })],
    replyFrom: `cart/${cartId}`,
    outcome: "created",
  });
}

function opening(cartId: string, of: { readonly customerId: string; readonly currency: string }): Message {
  const command: CartCommand = { type: "open", ...of };
  return send(`cart/${cartId}`, command);
}

/** Without an open cart there is nothing to give. */
function giveCart(customer: Customer, command: Of<"give_cart">): CustomerDecision {
  const { openCartId, feed: { customerId } } = customer.context;
  if (openCartId === null || command.toCustomerId === customerId) return acceptNothing();

  const sealing: CartCommand = { ...command, type: "seal" };
  return accept([], { messages: [send(`cart/${openCartId}`, sealing)] });
}

/** Once for each guest's cart, into the cart that is open by now. The letter may come twice. */
function takeCart(customer: Customer, command: TakeCart): CustomerDecision {
  const { fromCartId, spareCartId, currency, lines, strategy } = command;
  const { openCartId, mergedCartIds, feed: { customerId } } = customer.context;
  if (mergedCartIds.includes(fromCartId)) return acceptNothing();

  const cartId = openCartId ?? spareCartId;
  const merged: CustomerEvent = { type: "cart_merged", fromCartId, cartId };
  const taking: CartCommand = { type: "take_in", currency, lines, strategy };
  const isNew = openCartId === null;
  return accept(isNew ? [{ type: "cart_opened", cartId }, merged] : [merged], {
    messages: [...(isNew ? [opening(cartId, { customerId, currency })] : []), send(`cart/${cartId}`, taking)],
  });
}

function isOldCart(customer: Customer, note: NoteCart): boolean {
  const { cart } = customer.context.feed;
  return cart?.cartId === note.cartId && note.cartVersion <= cart.cartVersion;
}

function isKnownOrder(customer: Customer, note: NoteOrder): boolean {
  return customer.context.feed.orders.some((order) =>
    order.orderId === note.orderId && order.status === note.status && order.reason === note.reason &&
    order.totalAmount.minor === note.totalMinor
  );
}

function isKnownShipment(customer: Customer, note: NoteShipment): boolean {
  return customer.context.feed.shipments.some((shipment) =>
    shipment.shipmentId === note.shipmentId && shipment.status === note.newStatus &&
    (note.trackingNumber === undefined || shipment.trackingNumber === note.trackingNumber)
  );
}

function isKnownNotification(customer: Customer, notificationId: string): boolean {
  return customer.context.feed.notifications.some((known) => known.notificationId === notificationId);
}
