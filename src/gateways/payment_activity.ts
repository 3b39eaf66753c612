import { z } from "zod";
import type { Activity, ActivityRun } from "../../actors/runtime/activity.ts";
import type { Command } from "../../machines/decision.ts";
import type { GatewayCommand, PaymentCommand } from "../../machines/payment/messages.ts";
import { NoAnswer, type PaymentGateway } from "./payment_gateway.ts";

const GatewayCall: z.ZodType<GatewayCommand> = z.strictObject({
  type: z.enum(["authorise", "capture", "void", "refund", "query"]),
  paymentId: z.string(),
  amountMinor: z.int(),
  currency: z.string(),
  method: z.string(),
  step: z.string(),
  key: z.string(),
  ask: z.int(),
});

/**
 * Binds a payment gateway as the activity `gateway`. It runs a call once: a payment whose call stays unanswered asks the
 * provider before it does anything again, and every repeat, also after a crash, carries the step's own key.
 */
export function paymentActivity(
  gateway: PaymentGateway,
  { timeoutMs = 10_000 }: { readonly timeoutMs?: number } = {},
): Activity {
  return { timeoutMs, attempts: 1, run: (command, run) => call(gateway, { command, run }), gaveUp };
}

async function call(
  gateway: PaymentGateway,
  { command, run: { signal } }: { readonly command: Command; readonly run: ActivityRun },
): Promise<PaymentCommand> {
  const gatewayCall = GatewayCall.parse(command);
  const { step, ask } = gatewayCall;
  try {
    const answer = await gateway.call(gatewayCall, { signal });
    switch (answer.outcome) {
      case "approved":
        return { type: "gateway_approved", step, reference: answer.reference };
      case "declined":
        return { type: "gateway_declined", step, reason: answer.reason };
      case "not_found":
        return { type: "gateway_not_found", step, ask };
    }
  } catch (error) {
    // Silence is an answer of its own, and no reason to stop calling for others.
    if (error instanceof NoAnswer) return { type: "gateway_unknown", step, ask };
    throw error;
  }
}

function gaveUp(command: Command): PaymentCommand {
  const { step, ask } = GatewayCall.parse(command);
  return { type: "gateway_unknown", step, ask };
}
