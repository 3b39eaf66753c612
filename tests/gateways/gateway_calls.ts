import type { GatewayCommand } from "../../machines/payment/messages.ts";
import { PaymentLedger } from "../../src/gateways/payment_ledger.ts";

export const PAYMENT_ID = "pay_aacccccccccccccccccccccccc";

/** A call about a payment of ten pounds; the step says what is to be done. */
export function callTo(step: string, more: Partial<GatewayCommand> = {}): GatewayCommand {
  return {
    type: verbOf(step),
    paymentId: PAYMENT_ID,
    amountMinor: 1_000,
    currency: "GBP",
    method: "card",
    step,
    key: `${PAYMENT_ID}:${step}`,
    ask: 1,
    ...more,
  };
}

export const payTenPounds: readonly GatewayCommand[] = [callTo("authorise"), callTo("capture")];

/** Books in which these calls are done. */
export function take(calls: readonly GatewayCommand[]): PaymentLedger {
  const ledger = new PaymentLedger();
  for (const call of calls) ledger.perform(call);
  return ledger;
}

function verbOf(step: string): GatewayCommand["type"] {
  if (step.startsWith("refund")) return "refund";
  if (step.startsWith("void")) return "void";
  return step === "capture" ? "capture" : "authorise";
}
