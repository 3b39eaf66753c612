import { deriveId, keyedText } from "../../actors/runtime/address.ts";
import { MAX_LINES } from "../../machines/cart/messages.ts";
import type { SoldLine } from "./cart_lines.ts";
import { cartsOf } from "./cart_lines.ts";
import type { InvoiceDocument } from "./invoice_documents.ts";
import type { CreditLine, ReturnMatcher } from "./return_matching.ts";

interface Step {
  /** The same in every run and for every file that holds the invoice. */
  readonly key: string;
  readonly invoiceNo: string;
}

interface CustomerStep extends Step {
  readonly customerId: string;
  readonly day?: string;
}

/** One cart that becomes one order. */
export interface SaleStep extends CustomerStep {
  readonly kind: "sale";
  readonly lines: readonly SoldLine[];
}

/** One credit note; `sale` is the key of the sale it belongs to. */
export interface CreditStep extends CustomerStep {
  readonly kind: "credit";
  readonly sale?: string;
  readonly lines: readonly CreditLine[];
}

/** One correction of one stock item. */
export interface WriteOffStep extends Step {
  readonly kind: "write_off";
  readonly sku: string;
  readonly quantity: number;
  /** Names the invoice and the line: no other movement of any stock item gives this reason. */
  readonly reason: string;
}

export type ImportStep = SaleStep | CreditStep | WriteOffStep;

export interface StepOptions {
  /** Keys the ids that are derived. */
  readonly secret: string;
  readonly matcher: ReturnMatcher;
  nameOf(sku: string): string;
}

const GUEST_LENGTH = 24;
const MAX_NOTE_LENGTH = 80;

/** What has to be asked of the shop for an invoice. To be called in the order of the file: returns look back. */
export function stepsOf(document: InvoiceDocument, options: StepOptions): readonly ImportStep[] {
  switch (document.kind) {
    case "sale":
      return saleSteps(document, options);
    case "cancellation":
      return creditSteps(document, options);
    case "write_off":
      return writeOffSteps(document);
  }
}

/** The order that a step makes. After a failure the sale is tried again as another order. */
export function orderIdOf(
  step: CustomerStep,
  { secret, attempt }: { readonly secret: string; readonly attempt: number },
): string {
  return idOf("ord", { step, secret, attempt });
}

/** An id that the same attempt at the same step derives again. */
export function idOf(
  prefix: string,
  { step, secret, attempt }: { readonly step: CustomerStep; readonly secret: string; readonly attempt: number },
): string {
  return deriveId(prefix, { routingKey: step.customerId, secret, seed: `import\n${step.key}\n${attempt}` });
}

function saleSteps(document: InvoiceDocument, { secret, matcher, nameOf }: StepOptions): readonly SaleStep[] {
  return cartsOf(document.lines, nameOf).map((lines, at) => {
    const key = at === 0 ? document.key : `${document.key}/${at + 1}`;
    const step: SaleStep = { kind: "sale", key, ...ownerOf(document, secret), lines };
    matcher.sold(step);
    return step;
  });
}

function creditSteps(document: InvoiceDocument, { secret, matcher }: StepOptions): readonly CreditStep[] {
  const credits = matcher.credits(document).flatMap(({ lines, ...sale }) =>
    chunks(lines, MAX_LINES).map((some) => ({ lines: some, ...sale }))
  );
  return credits.map((credit, at) => {
    const key = at === 0 ? document.key : `${document.key}/${at + 1}`;
    return { kind: "credit", key, ...ownerOf(document, secret), ...credit };
  });
}

function writeOffSteps({ key, invoiceNo, lines }: InvoiceDocument): readonly WriteOffStep[] {
  return lines.map(({ stockCode, quantity, description }, at) => {
    const note = description === "" ? "" : ` (${description.slice(0, MAX_NOTE_LENGTH)})`;
    const lineKey = `${key}/${at + 1}`;
    return {
      kind: "write_off",
      key: lineKey,
      invoiceNo,
      sku: stockCode,
      quantity: -quantity,
      reason: `written off${note}: ${lineKey.slice("write_off:".length)}`,
    };
  });
}

/** A guest is somebody else on every invoice. */
function ownerOf(
  { key, invoiceNo, customerId, day }: InvoiceDocument,
  secret: string,
): { readonly invoiceNo: string; readonly customerId: string; readonly day?: string } {
  return {
    invoiceNo,
    customerId: customerId === undefined
      ? `gst_${keyedText(secret, `import\n${key}`, GUEST_LENGTH)}`
      : `cus_${customerId}`,
    ...(day === undefined ? {} : { day }),
  };
}

function chunks<Item>(items: readonly Item[], size: number): readonly (readonly Item[])[] {
  return Array.from({ length: Math.ceil(items.length / size) }, (_, at) => items.slice(at * size, (at + 1) * size));
}
