import { z } from "zod";
import { PaymentMethod } from "../cart/messages.ts";
import { Currency } from "../product/messages.ts";

const Id = z.string().min(1).max(100);
const AmountMinor = z.int().min(0);

/**
 * One thing that the provider is to do once: `authorise`, `capture`, `void#1`, `refund:<refundId>#1`. What follows `#`
 * counts intentions: it rises only after the provider has said no, never because an answer was lost.
 */
const Step = z.string().min(1).max(150);

/** What may be asked of a payment. Only its order and its gateway ask. */
export const PaymentCommand = z.discriminatedUnion("type", [
  z.strictObject({
    type: z.literal("authorise"),
    orderId: Id,
    customerId: Id,
    amountMinor: AmountMinor,
    currency: Currency,
    method: PaymentMethod,
  }),
  z.strictObject({ type: z.literal("capture") }),
  /** The order does not want it any more: whatever was taken or blocked goes back, now or once it is known. */
  z.strictObject({ type: z.literal("void") }),
  /** All that is left goes back. */
  z.strictObject({ type: z.literal("refund") }),
  z.strictObject({ type: z.literal("refund_part"), returnId: Id, amountMinor: AmountMinor }),
  z.strictObject({ type: z.literal("gateway_approved"), step: Step, reference: z.string() }),
  z.strictObject({ type: z.literal("gateway_declined"), step: Step, reason: z.string() }),
  /** No answer: the provider may or may not have done it. `ask` tells which call it was. */
  z.strictObject({ type: z.literal("gateway_unknown"), step: Step, ask: z.int() }),
  /** Asked about, the provider has never seen the step. */
  z.strictObject({ type: z.literal("gateway_not_found"), step: Step, ask: z.int() }),
]);

export type PaymentCommand = z.infer<typeof PaymentCommand>;

/** What the activity `gateway` is asked to do. */
export interface GatewayCommand {
  readonly type: "authorise" | "capture" | "void" | "refund" | "query";
  readonly paymentId: string;
  readonly amountMinor: number;
  readonly currency: string;
  readonly method: string;
  readonly step: string;
  /** The provider's idempotency key: the same for every call about one step, however often it is made. */
  readonly key: string;
  /** Counts this payment's calls; comes back with `gateway_unknown` and `gateway_not_found`. */
  readonly ask: number;
}

/** A call to the provider that this fact begins. */
interface Call {
  readonly step: string;
  readonly ask: number;
}

export type PaymentEvent =
  | Call & {
    readonly type: "authorisation_started";
    readonly orderId: string;
    readonly customerId: string;
    readonly amountMinor: number;
    readonly currency: string;
    readonly method: string;
  }
  | { readonly type: "authorised"; readonly reference: string }
  /** The provider said no: nothing was taken. After the capture's no a void lets go of what is blocked. */
  | { readonly type: "declined"; readonly step: string; readonly reason: string }
  | Call & { readonly type: "capture_started" }
  | { readonly type: "captured"; readonly reference: string }
  /** The order backed out while a step was under way; acted on when its outcome is known. */
  | { readonly type: "undo_requested" }
  | Call & { readonly type: "void_started" }
  | { readonly type: "voided" }
  /** Waits for the refund under way. */
  | { readonly type: "refund_queued"; readonly refundId: string; readonly amountMinor: number }
  | Call & { readonly type: "refund_started"; readonly refundId: string; readonly amountMinor: number }
  | {
    readonly type: "refund_made";
    readonly refundId: string;
    readonly amountMinor: number;
    readonly reference: string;
  }
  /** No answer to the step: the provider is asked about it. `tries` counts the questions. */
  | Call & { readonly type: "answer_missing"; readonly tries: number }
  /** The provider never saw the step: it is sent again, under the same key. */
  | Call & { readonly type: "step_repeated" }
  /** The provider said no to giving money back: a new intention, later. */
  | Call & { readonly type: "step_renewed"; readonly reason: string; readonly attempt: number };

/** Nothing is refused: orders and gateways tell a payment inside their own units. */
export type PaymentRefusal = never;
