import type { Message } from "../decision.ts";
import type { PaymentContext, Refund } from "./machine.ts";
import type { GatewayCommand, PaymentEvent } from "./messages.ts";

const FIRST_QUESTION_MS = 500;
const SLOWEST_QUESTION_MS = 5 * 60 * 1000;
const FIRST_RENEWAL_MS = 5_000;
const SLOWEST_RENEWAL_MS = 60 * 60 * 1000;

/** Facts that begin something at the provider, with the call that does it. */
export interface Begun {
  readonly events: readonly PaymentEvent[];
  readonly messages: readonly Message[];
}

type Verb = Exclude<GatewayCommand["type"], "query">;

export function captureStarted(payment: PaymentContext): Begun {
  const call = { step: "capture", ask: payment.asks + 1 };
  return { events: [{ type: "capture_started", ...call }], messages: [calling(payment, { type: "capture", ...call })] };
}

export function voidStarted(payment: PaymentContext): Begun {
  const call = { step: "void#1", ask: payment.asks + 1 };
  return { events: [{ type: "void_started", ...call }], messages: [calling(payment, { type: "void", ...call })] };
}

export function refundStarted(payment: PaymentContext, { refundId, amountMinor }: Refund): Begun {
  const call = { step: `refund:${refundId}#1`, ask: payment.asks + 1 };
  return {
    events: [{ type: "refund_started", refundId, amountMinor, ...call }],
    messages: [calling(payment, { type: "refund", amountMinor, ...call })],
  };
}

/** No answer came: the provider is asked whether it did the step, ever more rarely. It is never told to do it blindly. */
export function questionAsked(payment: PaymentContext, now: number): Begun {
  const { call } = payment;
  if (call === null) return { events: [], messages: [] };

  const { step } = call;
  const ask = payment.asks + 1;
  const tries = call.tries + 1;
  const at = now + questionPauseMs(tries);
  return {
    events: [{ type: "answer_missing", step, ask, tries }],
    messages: [calling(payment, { type: "query", step, ask, at })],
  };
}

/** The provider never saw the step: once more, under the same key, in case the first call is still on the way. */
export function stepRepeated(payment: PaymentContext): Begun {
  const { call } = payment;
  if (call === null) return { events: [], messages: [] };

  const { step } = call;
  const ask = payment.asks + 1;
  return {
    events: [{ type: "step_repeated", step, ask }],
    messages: [calling(payment, { type: verbOf(step), step, ask })],
  };
}

/** The provider said no to giving money back, which is not an end: a new intention, under a new key, later. */
export function stepRenewed(payment: PaymentContext, no: { readonly reason: string; readonly now: number }): Begun {
  const { call } = payment;
  if (call === null) return { events: [], messages: [] };

  const ask = payment.asks + 1;
  const attempt = call.attempt + 1;
  const step = `${call.step.slice(0, call.step.lastIndexOf("#"))}#${attempt}`;
  const at = no.now + renewalPauseMs(call.attempt);
  return {
    events: [{ type: "step_renewed", step, ask, attempt, reason: no.reason }],
    messages: [calling(payment, { type: verbOf(step), step, ask, at })],
  };
}

/** How long after an answer failed to come, for the nth time, the provider is asked about the step. */
export function questionPauseMs(tries: number): number {
  return growing(tries, { firstMs: FIRST_QUESTION_MS, slowestMs: SLOWEST_QUESTION_MS });
}

/** How long after the nth no to giving money back it is tried anew. */
export function renewalPauseMs(refusals: number): number {
  return growing(refusals, { firstMs: FIRST_RENEWAL_MS, slowestMs: SLOWEST_RENEWAL_MS });
}

/** The call that does a step, or asks about it; the amount is the whole payment's unless the step is a refund. */
export function calling(
  payment: Omit<PaymentContext, "call">,
  { at, ...call }: Pick<GatewayCommand, "type" | "step" | "ask"> & {
    readonly amountMinor?: number;
    /** Epoch milliseconds: not before. */
    readonly at?: number;
  },
): Message {
  const { paymentId, currency, method } = payment;
  const refunded = call.step.startsWith("refund:") ? payment.refunding?.amountMinor : undefined;
  const command: GatewayCommand = {
    paymentId,
    currency,
    method,
    key: `${paymentId}:${call.step}`,
    ...call,
    amountMinor: call.amountMinor ?? refunded ?? payment.amountMinor,
  };
  return { kind: "activity", name: "gateway", command, ...(at !== undefined && { at }) };
}

function verbOf(step: string): Verb {
  if (step.startsWith("refund:")) return "refund";
  if (step.startsWith("void#")) return "void";
  return step === "capture" ? "capture" : "authorise";
}

function growing(
  attempt: number,
  { firstMs, slowestMs }: { readonly firstMs: number; readonly slowestMs: number },
): number {
  return Math.min(firstMs * 2 ** Math.min(attempt - 1, 20), slowestMs);
}
