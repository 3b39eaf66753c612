import { z } from "zod";
import { idOf, kindOf } from "../../actors/runtime/address.ts";
import type { EventRow, Log } from "../../actors/runtime/ports.ts";
import { orderIdOf } from "../../machines/order/letters.ts";
import { questionPauseMs, renewalPauseMs } from "../../machines/payment/steps.ts";

export interface PaymentMetrics {
  /** `refused`: the provider does not give money back. `silent`: it does not say whether it did a step. */
  paymentStuck(why: "refused" | "silent"): void;
}

/** A step that did not come to its end, and is tried or asked about again. */
interface Setback {
  readonly why: Parameters<PaymentMetrics["paymentStuck"]>[0];
  readonly step: string;
  /** How often it was in vain. */
  readonly times: number;
  readonly nextTryMs: number;
  /** The provider's. */
  readonly reason?: string;
}

/** A step whose next try is no sooner has been in vain for minutes, and will hardly end without somebody's help. */
const STUCK_MS = 5 * 60 * 1000;

const Renewed = z.object({ step: z.string(), attempt: z.int(), reason: z.string() });
const Missing = z.object({ step: z.string(), tries: z.int() });

/** Tells operators, at every further try, which of these committed events are about money that is stuck at the provider. */
export function reportStuckPayments(
  events: readonly EventRow[],
  { log, metrics }: { readonly log: Log; readonly metrics: PaymentMetrics },
): void {
  for (const event of events) {
    const setback = kindOf(event.address) === "payment" ? setbackIn(event) : undefined;
    if (setback === undefined || setback.nextTryMs < STUCK_MS) continue;
    const payment = idOf(event.address);
    metrics.paymentStuck(setback.why);
    log.warn("payment_stuck", { payment, order: orderIdOf(payment), ...setback });
  }
}

function setbackIn({ type, dataJson }: EventRow): Setback | undefined {
  if (type === "step_renewed") {
    const { step, attempt, reason } = Renewed.parse(JSON.parse(dataJson));
    const times = attempt - 1;
    return { why: "refused", step, times, nextTryMs: renewalPauseMs(times), reason };
  }
  if (type === "answer_missing") {
    const { step, tries: times } = Missing.parse(JSON.parse(dataJson));
    return { why: "silent", step, times, nextTryMs: questionPauseMs(times) };
  }
  return undefined;
}
