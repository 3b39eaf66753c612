import type { Message } from "../../machines/decision.ts";
import { evolve, initial, type Payment } from "../../machines/payment/machine.ts";
import type { GatewayCommand, PaymentCommand, PaymentEvent } from "../../machines/payment/messages.ts";
import { after } from "./given.ts";

export const PAYMENT_ID = "pay_aacccccccccccccccccccccccc";
export const ORDER_ID = "ord_aacccccccccccccccccccccccc";

const order = { orderId: ORDER_ID, customerId: "ann", amountMinor: 1_000, currency: "GBP", method: "card" } as const;

export const authorise = { type: "authorise", ...order } satisfies PaymentCommand;

export const started = { type: "authorisation_started", ...order, step: "authorise", ask: 1 } satisfies PaymentEvent;
export const authorised = { type: "authorised", reference: "ref" } satisfies PaymentEvent;
export const declined = { type: "declined", step: "authorise", reason: "card_declined" } satisfies PaymentEvent;
export const captureStarted = { type: "capture_started", step: "capture", ask: 2 } satisfies PaymentEvent;
export const captureDeclined = { type: "declined", step: "capture", reason: "expired" } satisfies PaymentEvent;
export const captured = { type: "captured", reference: "ref" } satisfies PaymentEvent;
export const undoRequested = { type: "undo_requested" } satisfies PaymentEvent;
export const voidStarted = { type: "void_started", step: "void#1", ask: 2 } satisfies PaymentEvent;
export const voided = { type: "voided" } satisfies PaymentEvent;
export const restStarted = {
  type: "refund_started",
  refundId: "rest",
  amountMinor: 1_000,
  step: "refund:rest#1",
  ask: 3,
} satisfies PaymentEvent;
export const restMade = {
  type: "refund_made",
  refundId: "rest",
  amountMinor: 1_000,
  reference: "ref",
} satisfies PaymentEvent;
export const partStarted = {
  type: "refund_started",
  refundId: "return:1",
  amountMinor: 300,
  step: "refund:return:1#1",
  ask: 3,
} satisfies PaymentEvent;
export const partMade = {
  type: "refund_made",
  refundId: "return:1",
  amountMinor: 300,
  reference: "ref",
} satisfies PaymentEvent;
export const partQueued = { type: "refund_queued", refundId: "return:2", amountMinor: 200 } satisfies PaymentEvent;

/** One fact of each type. */
export const facts: Readonly<{ [Type in PaymentEvent["type"]]: Extract<PaymentEvent, { type: Type }> }> = {
  authorisation_started: started,
  authorised,
  declined,
  capture_started: captureStarted,
  captured,
  undo_requested: undoRequested,
  void_started: voidStarted,
  voided,
  refund_queued: partQueued,
  refund_started: restStarted,
  refund_made: restMade,
  answer_missing: { type: "answer_missing", step: "authorise", ask: 2, tries: 1 },
  step_repeated: { type: "step_repeated", step: "authorise", ask: 2 },
  step_renewed: { type: "step_renewed", step: "refund:rest#2", ask: 4, attempt: 2, reason: "busy" },
};

/** The payment of ten pounds to which these things happened after it was asked for. */
export function paymentAfter(...events: readonly PaymentEvent[]): Payment {
  return after(initial(PAYMENT_ID), { evolve, events: [started, ...events] });
}

export const paidFor: Payment = paymentAfter(authorised, captureStarted, captured);

/** A call to the provider about this payment. */
export function calls(
  call: Pick<GatewayCommand, "type" | "step" | "ask"> & { readonly amountMinor?: number },
  at?: number,
): Message {
  const command: GatewayCommand = {
    paymentId: PAYMENT_ID,
    amountMinor: 1_000,
    currency: "GBP",
    method: "card",
    key: `${PAYMENT_ID}:${call.step}`,
    ...call,
  };
  return { kind: "activity", name: "gateway", command, ...(at !== undefined && { at }) };
}
