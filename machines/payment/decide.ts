import { accept, acceptNothing, type Decision, type Message, send, type Turn } from "../decision.ts";
import type { ToldCommand } from "../order/messages.ts";
import type { Payment, PaymentContext, Refund } from "./machine.ts";
import type { PaymentCommand, PaymentEvent, PaymentRefusal } from "./messages.ts";
import {
  type Begun,
  calling,
  captureStarted,
  questionAsked,
  refundStarted,
  stepRenewed,
  stepRepeated,
  voidStarted,
} from "./steps.ts";

type PaymentDecision = Decision<PaymentEvent, PaymentRefusal>;
type Of<Type extends PaymentCommand["type"]> = Extract<PaymentCommand, { type: Type }>;
type GatewayAnswer = Extract<PaymentCommand, { type: `gateway_${string}` }>;

/** What a provider says to a void that comes after the capture. */
const ALREADY_CAPTURED = "already_captured";

/**
 * Decides what a command does to a payment. Nothing is refused: what comes twice, late or for a step that is over changes
 * nothing. A step whose outcome is unknown is asked about before it is repeated.
 */
export function decide(payment: Payment, command: PaymentCommand, turn: Turn): PaymentDecision {
  switch (command.type) {
    case "authorise":
      return authorise(payment, command);
    case "capture":
      return payment.matches("authorised") ? begin(captureStarted(payment.context)) : acceptNothing();
    case "void":
    case "refund":
      return undo(payment);
    case "refund_part":
      return refund(payment, { refundId: command.returnId, amountMinor: command.amountMinor });
    case "gateway_approved":
      return isUnderWay(payment, command) ? approved(payment, command.reference) : acceptNothing();
    case "gateway_declined":
      return isUnderWay(payment, command) ? declined(payment, command, turn) : acceptNothing();
    case "gateway_unknown":
      return isUnderWay(payment, command) ? begin(questionAsked(payment.context, turn.now)) : acceptNothing();
    case "gateway_not_found":
      return isUnderWay(payment, command) ? neverSeen(payment.context) : acceptNothing();
  }
}

function authorise(payment: Payment, command: Of<"authorise">): PaymentDecision {
  if (!payment.matches("absent")) return acceptNothing();

  const { orderId, customerId, amountMinor, currency, method } = command;
  const call = { step: "authorise", ask: payment.context.asks + 1 };
  return begin({
    events: [{ type: "authorisation_started", orderId, customerId, amountMinor, currency, method, ...call }],
    messages: [calling({ ...payment.context, amountMinor, currency, method }, { type: "authorise", ...call })],
  });
}

/** What is under way is awaited first: nobody knows yet what there is to give back. */
function undo(payment: Payment): PaymentDecision {
  if (payment.matches("authorising") || payment.matches("capturing")) {
    return payment.context.undo ? acceptNothing() : accept([{ type: "undo_requested" }]);
  }
  if (payment.matches("authorised")) return begin(voidStarted(payment.context));
  return refund(payment, restOf(payment.context));
}

function refund(payment: Payment, wish: Refund): PaymentDecision {
  const { refundId } = wish;
  const amountMinor = Math.min(wish.amountMinor, restOf(payment.context).amountMinor);
  if (amountMinor <= 0 || payment.context.refundIds.includes(refundId)) return acceptNothing();
  if (payment.matches("captured")) return begin(refundStarted(payment.context, { refundId, amountMinor }));
  if (payment.matches("refunding")) return accept([{ type: "refund_queued", refundId, amountMinor }]);
  return acceptNothing();
}

function approved(payment: Payment, reference: string): PaymentDecision {
  const { context } = payment;
  if (payment.matches("authorising")) {
    const authorised: PaymentEvent = { type: "authorised", reference };
    if (context.undo) return begin(voidStarted(context), [authorised]);
    return accept([authorised], telling(context, { type: "payment_authorised" }));
  }
  if (payment.matches("capturing")) {
    const captured: PaymentEvent = { type: "captured", reference };
    if (context.undo) return giveBack(context, captured);
    return accept([captured], telling(context, { type: "payment_captured" }));
  }
  if (payment.matches("voiding")) return accept([{ type: "voided" }], telling(context, { type: "payment_voided" }));
  if (payment.matches("refunding") && context.refunding !== null) {
    return refunded(context, context.refunding, reference);
  }
  return acceptNothing();
}

function declined(payment: Payment, { step, reason }: Of<"gateway_declined">, turn: Turn): PaymentDecision {
  const { context } = payment;
  const no: PaymentEvent = { type: "declined", step, reason };
  if (payment.matches("authorising")) return accept([no], telling(context, { type: "payment_declined", reason }));
  if (payment.matches("capturing")) return letGo(context, no);
  if (payment.matches("voiding") && reason === ALREADY_CAPTURED) {
    return giveBack(context, { type: "captured", reference: step });
  }
  return begin(stepRenewed(context, { reason, now: turn.now }));
}

/** Nothing is taken, yet the amount is still blocked. An order that has backed out is told once it no longer is. */
function letGo(payment: PaymentContext, declined: Extract<PaymentEvent, { type: "declined" }>): PaymentDecision {
  const { events, messages } = voidStarted(payment);
  const { reason } = declined;
  const told = payment.undo ? [] : telling(payment, { type: "payment_declined", reason }).messages;
  return accept([declined, ...events], { messages: [...told, ...messages] });
}

function refunded(payment: PaymentContext, { refundId, amountMinor }: Refund, reference: string): PaymentDecision {
  const made: PaymentEvent = { type: "refund_made", refundId, amountMinor, reference };
  const told = telling(payment, { type: "payment_refunded", refundId, amountMinor }).messages;
  const [next] = payment.queue;
  if (next === undefined) return accept([made], { messages: told });

  const { events, messages } = refundStarted(payment, next);
  return accept([made, ...events], { messages: [...told, ...messages] });
}

/** A step that is not wanted any more is not repeated: the void also stops a first call that is still on the way. */
function neverSeen(payment: PaymentContext): PaymentDecision {
  const isUnwanted = payment.undo && (payment.call?.step === "authorise" || payment.call?.step === "capture");
  return begin(isUnwanted ? voidStarted(payment) : stepRepeated(payment));
}

function giveBack(payment: PaymentContext, captured: PaymentEvent): PaymentDecision {
  const rest = restOf(payment);
  if (rest.amountMinor > 0) return begin(refundStarted(payment, rest), [captured]);
  return accept([captured], telling(payment, { type: "payment_refunded", ...rest }));
}

/** All that is neither given back nor on its way. */
function restOf({ amountMinor, refundedMinor, refunding, queue }: PaymentContext): Refund {
  const queuedMinor = queue.reduce((sum, refund) => sum + refund.amountMinor, refunding?.amountMinor ?? 0);
  return { refundId: "rest", amountMinor: amountMinor - refundedMinor - queuedMinor };
}

function isUnderWay({ context: { call } }: Payment, answer: GatewayAnswer): boolean {
  if (call === null || call.step !== answer.step) return false;
  // A second "no answer" to the same call would start a second chain of questions.
  return !("ask" in answer) || answer.ask === call.ask;
}

function begin({ events, messages }: Begun, before: readonly PaymentEvent[] = []): PaymentDecision {
  return accept([...before, ...events], { messages });
}

function telling({ orderId }: PaymentContext, command: ToldCommand): { readonly messages: readonly Message[] } {
  return { messages: [send(`order/${orderId}`, command)] };
}
