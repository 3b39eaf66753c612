import { z } from "zod";
import { Money, money } from "../../machines/money.ts";
import type { PaymentEvent } from "../../machines/payment/messages.ts";
import { publishedEvent, type Tellings } from "./published_event.ts";

const paymentId = z.string();
/** In minor units of the payment's currency. */
const amountMinor = z.int();

const started = publishedEvent("ecommerce.payment.payment.started.v1", {
  summary: "The provider is asked to block an order's amount.",
  payload: z.object({
    paymentId,
    orderId: z.string(),
    customerId: z.string(),
    amount: Money,
    paymentMethod: z.string(),
  }),
});

const authorised = publishedEvent("ecommerce.payment.payment.authorised.v1", {
  summary: "The provider has blocked the amount.",
  payload: z.object({ paymentId }),
});

const declined = publishedEvent("ecommerce.payment.payment.declined.v1", {
  summary: "The provider said no: nothing was taken.",
  payload: z.object({ paymentId, step: z.string(), reason: z.string() }),
});

const captured = publishedEvent("ecommerce.payment.payment.captured.v1", {
  summary: "The provider has taken the amount.",
  payload: z.object({ paymentId }),
});

const voided = publishedEvent("ecommerce.payment.payment.voided.v1", {
  summary: "What was blocked is free again.",
  payload: z.object({ paymentId }),
});

const refunded = publishedEvent("ecommerce.payment.payment.refunded.v1", {
  summary: "The provider has given money back.",
  payload: z.object({ paymentId, refundId: z.string(), amountMinor }),
});

const progressed = publishedEvent("ecommerce.payment.payment.progressed.v1", {
  summary: "A step between payment and provider that moves no money by itself.",
  payload: z.object({
    paymentId,
    progress: z.enum([
      "capture_started",
      "undo_requested",
      "void_started",
      "refund_queued",
      "refund_started",
      "answer_missing",
      "step_repeated",
      "step_renewed",
    ]),
    refundId: z.string().optional(),
    amountMinor: amountMinor.optional(),
    reason: z.string().optional(),
  }),
});

export const paymentEvents = [started, authorised, declined, captured, voided, refunded, progressed];

/** Left out: the provider's references and idempotency keys. */
export const paymentTellings: Tellings<PaymentEvent> = {
  authorisation_started: started.from(({ orderId, customerId, amountMinor, currency, method }, paymentId) => {
    return { paymentId, orderId, customerId, amount: money(amountMinor, currency), paymentMethod: method };
  }),
  authorised: authorised.from((_, paymentId) => ({ paymentId })),
  declined: declined.from(({ step, reason }, paymentId) => ({ paymentId, step, reason })),
  capture_started: progressed.from((_, paymentId) => ({ paymentId, progress: "capture_started" })),
  captured: captured.from((_, paymentId) => ({ paymentId })),
  undo_requested: progressed.from((_, paymentId) => ({ paymentId, progress: "undo_requested" })),
  void_started: progressed.from((_, paymentId) => ({ paymentId, progress: "void_started" })),
  voided: voided.from((_, paymentId) => ({ paymentId })),
  refund_queued: progressed.from(({ refundId, amountMinor }, paymentId) => {
    return { paymentId, progress: "refund_queued", refundId, amountMinor };
  }),
  refund_started: progressed.from(({ refundId, amountMinor }, paymentId) => {
    return { paymentId, progress: "refund_started", refundId, amountMinor };
  }),
  refund_made: refunded.from(({ refundId, amountMinor }, paymentId) => ({ paymentId, refundId, amountMinor })),
  answer_missing: progressed.from((_, paymentId) => ({ paymentId, progress: "answer_missing" })),
  step_repeated: progressed.from((_, paymentId) => ({ paymentId, progress: "step_repeated" })),
  step_renewed: progressed.from(({ reason }, paymentId) => ({ paymentId, progress: "step_renewed", reason })),
};
