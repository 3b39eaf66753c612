import { z } from "zod";
import { addressOf } from "../../actors/runtime/address.ts";
import type { CartCommand } from "../../machines/cart/messages.ts";
import type { OrderCommand } from "../../machines/order/messages.ts";
import type { CartFillingOptions } from "./cart_filling.ts";
import { fillCart } from "./cart_filling.ts";
import type { SaleStep } from "./import_steps.ts";
import { SaleAttempt } from "./sale_attempt.ts";
import { Refusal } from "./shop_desk.ts";

export interface SaleReplayOptions extends CartFillingOptions {
  readonly secret: string;
  readonly storeId: string;
}

/** A run that was interrupted for longer than goods are held finds orders that have failed. */
const MAX_ATTEMPTS = 4;
const METHOD: CartCommand = { type: "set_payment_method", method: "invoice" };
const CHECKOUT: CartCommand = { type: "begin_checkout" };

/** The statuses in which the staff does something to an order, in their order. */
const FULFILMENT = ["PAID", "ACCEPTED", "READY", "SHIPPED"];

const State = z.object({ status: z.string() });
const Frame = z.object({ newStatus: z.string().optional() });

/**
 * Buys what an invoice says as its customer would: cart, lines, checkout, order, payment, and then all that the staff does
 * up to the delivery. Goes on where an earlier run stopped; `known` is the status of the first order, if it is there.
 * Returns the id of the order that was sold.
 */
export async function replaySale(
  step: SaleStep,
  { known, ...options }: SaleReplayOptions & { readonly known: string | undefined },
): Promise<string> {
  for (let number = 1; number <= MAX_ATTEMPTS; number++) {
    const attempt = new SaleAttempt(step, { number, secret: options.secret, desk: options.desk });
    let status = number === 1 ? known : await statusOf(attempt, options);
    if (status === undefined) await place(attempt, options);
    if (status === undefined || status === "PENDING") status = await settledStatus(attempt, options);
    if (status === "FAILED") continue;
    await fulfil(attempt, status);
    return attempt.orderId;
  }
  throw new Refusal("order_failed", `Cannot sell invoice ${step.invoiceNo}: its order failed ${MAX_ATTEMPTS} times`);
}

async function place(attempt: SaleAttempt, options: SaleReplayOptions): Promise<void> {
  const cartId = await fillCart(attempt, options);
  const cart = addressOf("cart", cartId);
  await Promise.all([attempt.ask(cart, CHECKOUT), attempt.ask(cart, METHOD)]);

  const { step: { customerId, day }, orderId, trackingId } = attempt;
  const start: OrderCommand = {
    type: "start",
    customerId,
    cartId,
    trackingId,
    storeId: options.storeId,
    ...(day === undefined ? {} : { occurredOn: day }),
  };
  await attempt.ask(addressOf("order", orderId), start);
}

async function statusOf({ orderId }: SaleAttempt, { desk }: SaleReplayOptions): Promise<string | undefined> {
  const view = await desk.read(addressOf("order", orderId));
  return view === undefined ? undefined : State.parse(view).status;
}

/** What an order comes to by itself: paid or failed. */
async function settledStatus({ orderId }: SaleAttempt, { desk }: SaleReplayOptions): Promise<string> {
  let status = "PENDING";
  await desk.until(addressOf("order", orderId), ({ stateJson, frameJson }) => {
    if (stateJson !== undefined) status = State.parse(JSON.parse(stateJson)).status;
    if (frameJson !== undefined) status = Frame.parse(JSON.parse(frameJson)).newStatus ?? status;
    return status !== "PENDING";
  });
  return status;
}

/** All at once: an order deals with its mail in the order it was sent. */
async function fulfil(attempt: SaleAttempt, status: string): Promise<void> {
  const done = FULFILMENT.indexOf(status);
  if (done === -1) return;
  const commands: readonly OrderCommand[] = [
    { type: "accept_order" },
    { type: "mark_ready" },
    { type: "ship", carrier: "as invoiced", trackingNumber: attempt.step.invoiceNo },
    { type: "deliver" },
  ];
  const order = addressOf("order", attempt.orderId);
  await Promise.all(commands.slice(done).map((command) => attempt.ask(order, command)));
}
