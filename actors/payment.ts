import { z } from "zod";
import { actsFor } from "../machines/customer/owner.ts";
import { type Money, money } from "../machines/money.ts";
import { decide } from "../machines/payment/decide.ts";
import { evolve, initial, type Payment, type PaymentContext, paymentMachine } from "../machines/payment/machine.ts";
import { PaymentCommand, type PaymentEvent } from "../machines/payment/messages.ts";
import type { Kind, Place, StoredState } from "./runtime/kind.ts";

const StoredPayment = z.object({
  value: z.enum([
    "absent",
    "authorising",
    "authorised",
    "capturing",
    "captured",
    "voiding",
    "voided",
    "declined",
    "refunding",
    "refunded",
  ]),
  context: z.custom<PaymentContext>((context) => typeof context === "object" && context !== null),
});

/** A payment lives beside its order, in the customer's partition. Only its order and the activity `gateway` command it. */
export const payment: Kind<Payment, PaymentCommand, PaymentEvent> = {
  name: "payment",
  routing: "slot",
  schemaVersion: 1,
  parse: (command) => PaymentCommand.parse(command),
  initial,
  decide,
  evolve,
  tells: () => [],
  mayCommand: () => false,
  mayRead: ({ context: { customerId } }, principal, feed) => {
    return customerId !== "" && feed === undefined && actsFor(principal, customerId);
  },
  feedOf: ({ context: { customerId } }) => customerId === "" ? undefined : `customer/${customerId}`,
  view,
  feedState: (state) => summary(state),
  frame: () => undefined,
  freeze: ({ value, context }) => ({ value, context }),
  thaw,
};

interface PaymentSummary {
  readonly paymentId: string;
  readonly orderId: string;
  readonly status: Payment["value"];
  readonly amount: Money;
  readonly refunded: Money;
  readonly method: string;
  /** Why the provider said no. */
  readonly reason?: string;
}

function view(state: Payment, place: Place): PaymentSummary & Place {
  return { ...summary(state), ...place };
}

function summary({ value, context }: Payment): PaymentSummary {
  const { paymentId, orderId, amountMinor, refundedMinor, currency, method, declineReason } = context;
  return {
    paymentId,
    orderId,
    status: value,
    amount: money(amountMinor, currency),
    refunded: money(refundedMinor, currency),
    method,
    ...(declineReason !== null && { reason: declineReason }),
  };
}

function thaw(stored: StoredState): Payment {
  return paymentMachine.resolveState(StoredPayment.parse(stored));
}
