import { z } from "zod";
import type { GatewayCommand } from "../../machines/payment/messages.ts";
import type { GatewayAnswer } from "./payment_gateway.ts";

const LedgerEntry = z.strictObject({
  key: z.string(),
  paymentId: z.string(),
  type: z.enum(["authorise", "capture", "void", "refund"]),
  amountMinor: z.int(),
  currency: z.string(),
  /** Why the provider said no; absent when it did what it was told. */
  reason: z.string().optional(),
});

/** One thing the provider was told, with what it said. */
export type LedgerEntry = Readonly<z.infer<typeof LedgerEntry>>;

/** Where a ledger outlives its process: lines of text, in order. */
export interface LedgerLines {
  read(): Iterable<string>;
  append(line: string): void;
}

/** How the provider meets a call. */
export interface Performance {
  /** Why it says no this time. */
  readonly refusal?: string;
}

/** The provider's books: what it was told under one key it does once, and says the same ever after. */
export interface Ledger {
  perform(command: GatewayCommand, performance?: Performance): GatewayAnswer | Promise<GatewayAnswer>;
}

interface Account {
  readonly entries: LedgerEntry[];
  isAuthorised: boolean;
  isVoided: boolean;
  capturedMinor: number;
  refundedMinor: number;
}

const ACCOUNTS_KEPT = 100_000;

/**
 * The books of the simulated provider, in memory. Keeps the newest payments only; of one it has forgotten it takes the
 * shop's word for what is to be given back.
 */
export class PaymentLedger implements Ledger {
  readonly #accounts = new Map<string, Account>();
  readonly #lines: LedgerLines | undefined;

  constructor(lines?: LedgerLines) {
    this.#lines = lines;
    for (const line of lines?.read() ?? []) this.#book(LedgerEntry.parse(JSON.parse(line)));
  }

  /** Does what it is told, or says what it said before. */
  perform(command: GatewayCommand, { refusal }: Performance = {}): GatewayAnswer {
    const { type, key, paymentId, amountMinor, currency } = command;
    const known = this.#find(command);
    if (type === "query") return known === undefined ? { outcome: "not_found" } : answerOf(known);
    if (known !== undefined) return known.amountMinor === amountMinor ? answerOf(known) : KEY_REUSED;

    const reason = refusal ?? this.#objection(command);
    const entry: LedgerEntry = { key, paymentId, type, amountMinor, currency, ...(reason !== undefined && { reason }) };
    this.#lines?.append(JSON.stringify(entry));
    this.#book(entry);
    return answerOf(entry);
  }

  /** Everything this payment was ever told, each wish once, in order. */
  entriesOf(paymentId: string): readonly LedgerEntry[] {
    return this.#accounts.get(paymentId)?.entries ?? [];
  }

  /** How often money was taken for this payment. */
  capturesOf(paymentId: string): number {
    return this.entriesOf(paymentId).filter(({ type, reason }) => type === "capture" && reason === undefined).length;
  }

  /** What the customer is charged in the end: what was taken less what was given back. */
  balanceOf(paymentId: string): number {
    const account = this.#accounts.get(paymentId);
    return account === undefined ? 0 : account.capturedMinor - account.refundedMinor;
  }

  /** Whether the customer's bank keeps money for this payment that was neither taken nor let go. */
  isBlocked(paymentId: string): boolean {
    const account = this.#accounts.get(paymentId);
    return account !== undefined && account.isAuthorised && !account.isVoided && !isCaptured(account);
  }

  paymentIds(): Iterable<string> {
    return this.#accounts.keys();
  }

  #find({ paymentId, key }: GatewayCommand): LedgerEntry | undefined {
    return this.#accounts.get(paymentId)?.entries.find((entry) => entry.key === key);
  }

  /** Why it cannot be done; undefined when it can. */
  #objection({ type, paymentId, amountMinor }: GatewayCommand): string | undefined {
    const account = this.#accounts.get(paymentId);
    switch (type) {
      case "authorise":
        return account?.isVoided ? "voided" : undefined;
      case "capture":
        if (account?.isVoided) return "voided";
        return account?.isAuthorised ? undefined : "not_authorised";
      case "void":
        return account !== undefined && isCaptured(account) ? "already_captured" : undefined;
      case "refund":
        if (account === undefined) return undefined;
        return account.refundedMinor + amountMinor > account.capturedMinor ? "exceeds_capture" : undefined;
      case "query":
        return undefined;
    }
  }

  #book(entry: LedgerEntry): void {
    const account = this.#account(entry.paymentId);
    account.entries.push(entry);
    if (entry.reason !== undefined) return;

    if (entry.type === "authorise") account.isAuthorised = true;
    if (entry.type === "void") account.isVoided = true;
    if (entry.type === "capture") account.capturedMinor += entry.amountMinor;
    if (entry.type === "refund") account.refundedMinor += entry.amountMinor;
  }

  #account(paymentId: string): Account {
    const known = this.#accounts.get(paymentId);
    if (known !== undefined) return known;

    const account = { entries: [], isAuthorised: false, isVoided: false, capturedMinor: 0, refundedMinor: 0 };
    this.#accounts.set(paymentId, account);
    const [oldest] = this.#accounts.keys();
    if (this.#accounts.size > ACCOUNTS_KEPT && oldest !== undefined) this.#accounts.delete(oldest);
    return account;
  }
}

const KEY_REUSED: GatewayAnswer = { outcome: "declined", reason: "key_reused" };

function isCaptured({ entries }: Account): boolean {
  return entries.some(({ type, reason }) => type === "capture" && reason === undefined);
}

function answerOf({ key, reason }: LedgerEntry): GatewayAnswer {
  return reason === undefined ? { outcome: "approved", reference: `sim-${key}` } : { outcome: "declined", reason };
}
