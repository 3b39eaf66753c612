import { assign, setup, type SnapshotFrom } from "xstate";
import { evolver } from "../evolver.ts";
import type { PaymentEvent } from "./messages.ts";

/** Money on its way back. */
export interface Refund {
  readonly refundId: string;
  readonly amountMinor: number;
}

/** What the provider was asked last and has not answered. */
export interface OpenCall {
  readonly step: string;
  /** Which of the payment's calls it is. */
  readonly ask: number;
  /** How often the provider was asked about the step since an answer failed to come. */
  readonly tries: number;
  /** Which intention of the step this is: rises when the provider has said no. */
  readonly attempt: number;
}

export interface PaymentContext {
  readonly paymentId: string;
  readonly orderId: string;
  readonly customerId: string;
  readonly amountMinor: number;
  readonly currency: string;
  readonly method: string;
  /** Counts the calls to the provider. */
  readonly asks: number;
  readonly call: OpenCall | null;
  /** The order backed out while a step was under way. */
  readonly undo: boolean;
  /** The provider's word for the money it took. */
  readonly reference: string | null;
  readonly declineReason: string | null;
  readonly refundedMinor: number;
  readonly refunding: Refund | null;
  /** Refunds that wait for the one under way. */
  readonly queue: readonly Refund[];
  /** Every refund ever asked for. */
  readonly refundIds: readonly string[];
}

const types: { readonly context?: PaymentContext; readonly events?: PaymentEvent } = {};

const whileAsking = {
  answer_missing: { actions: "record" },
  step_repeated: { actions: "record" },
} as const;

/** Which facts may follow which in the life of a payment: captured once at most. */
export const paymentMachine = setup({
  types,
  actions: { record: assign(({ context, event }) => record(context, event)) },
  guards: {
    leavesNothing: ({ context }) =>
      context.refundedMinor + (context.refunding?.amountMinor ?? 0) >= context.amountMinor,
  },
}).createMachine({
  id: "payment",
  context: noPayment(""),
  initial: "absent",
  states: {
    absent: { on: { authorisation_started: { target: "authorising", actions: "record" } } },
    authorising: {
      on: {
        ...whileAsking,
        authorised: { target: "authorised", actions: "record" },
        declined: { target: "declined", actions: "record" },
        undo_requested: { actions: "record" },
        /** The provider never saw the authorisation, and is told not to take it any more. */
        void_started: { target: "voiding", actions: "record" },
      },
    },
    authorised: {
      on: {
        capture_started: { target: "capturing", actions: "record" },
        void_started: { target: "voiding", actions: "record" },
      },
    },
    capturing: {
      on: {
        ...whileAsking,
        captured: { target: "captured", actions: "record" },
        declined: { target: "declined", actions: "record" },
        undo_requested: { actions: "record" },
        void_started: { target: "voiding", actions: "record" },
      },
    },
    captured: { on: { refund_started: { target: "refunding", actions: "record" } } },
    voiding: {
      on: {
        ...whileAsking,
        voided: { target: "voided", actions: "record" },
        /** A capture that was believed lost had gone through. */
        captured: { target: "captured", actions: "record" },
        step_renewed: { actions: "record" },
      },
    },
    voided: {},
    /** What was blocked for a capture is let go at once. */
    declined: { on: { void_started: { target: "voiding", actions: "record" } } },
    refunding: {
      on: {
        ...whileAsking,
        refund_made: [
          { guard: "leavesNothing", target: "refunded", actions: "record" },
          { target: "captured", actions: "record" },
        ],
        refund_queued: { actions: "record" },
        step_renewed: { actions: "record" },
      },
    },
    refunded: {},
  },
});

export type Payment = SnapshotFrom<typeof paymentMachine>;

export function initial(paymentId: string): Payment {
  return paymentMachine.resolveState({ value: "absent", context: noPayment(paymentId) });
}

/** Moves the payment by a fact; one that has no arrow here changes nothing. */
export const evolve: (payment: Payment, event: PaymentEvent) => Payment = evolver(paymentMachine);

function noPayment(paymentId: string): PaymentContext {
  return {
    paymentId,
    orderId: "",
    customerId: "",
    amountMinor: 0,
    currency: "",
    method: "",
    asks: 0,
    call: null,
    undo: false,
    reference: null,
    declineReason: null,
    refundedMinor: 0,
    refunding: null,
    queue: [],
    refundIds: [],
  };
}

function record(payment: PaymentContext, event: PaymentEvent): Partial<PaymentContext> {
  switch (event.type) {
    case "authorisation_started": {
      const { orderId, customerId, amountMinor, currency, method } = event;
      return { orderId, customerId, amountMinor, currency, method, ...begun(event) };
    }
    case "capture_started":
    case "void_started":
      return begun(event);
    case "authorised":
    case "voided":
      return { call: null };
    case "captured":
      return { call: null, reference: event.reference };
    case "declined":
      return { call: null, declineReason: event.reason };
    case "undo_requested":
      return { undo: true };
    case "refund_queued": {
      const { refundId, amountMinor } = event;
      return { queue: [...payment.queue, { refundId, amountMinor }], refundIds: [...payment.refundIds, refundId] };
    }
    case "refund_started": {
      const { refundId, amountMinor } = event;
      const { queue, refundIds } = payment;
      return {
        ...begun(event),
        refunding: { refundId, amountMinor },
        queue: queue.filter((refund) => refund.refundId !== refundId),
        refundIds: refundIds.includes(refundId) ? refundIds : [...refundIds, refundId],
      };
    }
    case "refund_made":
      return { call: null, refunding: null, refundedMinor: payment.refundedMinor + event.amountMinor };
    case "answer_missing":
      return continued(payment, { ask: event.ask, tries: event.tries });
    case "step_repeated":
      return continued(payment, { ask: event.ask });
    case "step_renewed":
      return continued(payment, { ask: event.ask, step: event.step, attempt: event.attempt, tries: 0 });
  }
}

function begun({ step, ask }: { readonly step: string; readonly ask: number }): Partial<PaymentContext> {
  return { asks: ask, call: { step, ask, tries: 0, attempt: 1 } };
}

function continued(
  { call }: PaymentContext,
  more: Partial<OpenCall> & { readonly ask: number },
): Partial<PaymentContext> {
  return { asks: more.ask, call: call === null ? null : { ...call, ...more } };
}
