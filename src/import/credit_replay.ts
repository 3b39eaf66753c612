import { addressOf } from "../../actors/runtime/address.ts";
import type { OrderCommand } from "../../machines/order/messages.ts";
import type { CreditStep } from "./import_steps.ts";
import { idOf } from "./import_steps.ts";
import type { ShopDesk } from "./shop_desk.ts";
import { isStocked } from "./stock_codes.ts";

export interface CreditReplayOptions {
  readonly desk: ShopDesk;
  readonly secret: string;
  readonly storeId: string;
  readonly currency: string;
}

/**
 * Takes goods back from the order that sold them, or, where none is known, writes a credit note that stands alone. The
 * shop knows both by the cancellation's key, and does neither twice.
 */
export async function replayCredit(
  step: CreditStep,
  { saleOrderId, ...options }: CreditReplayOptions & { readonly saleOrderId: string | undefined },
): Promise<void> {
  const { desk, storeId, currency } = options;
  const { key, invoiceNo, customerId, day } = step;
  const lines = step.lines.map((line) => ({ ...line, stocked: isStocked(line.sku) }));
  const reason = `cancellation ${invoiceNo}`;
  const occurredOn = day === undefined ? {} : { occurredOn: day };
  const trackingId = idOf("trk", { step, secret: options.secret, attempt: 1 });
  const command: OrderCommand = saleOrderId === undefined
    ? { type: "credit", customerId, trackingId, storeId, currency, returnId: key, lines, reason, ...occurredOn }
    : { type: "return_goods", returnId: key, lines, reason, ...occurredOn };
  const to = addressOf("order", saleOrderId ?? creditOrderIdOf(step, options.secret));
  await desk.ask({ to, command, key, correlationId: `import:${invoiceNo}` });
}

/** The order that a credit note makes which belongs to no sale. */
export function creditOrderIdOf(step: CreditStep, secret: string): string {
  return idOf("ord", { step, secret, attempt: 1 });
}
