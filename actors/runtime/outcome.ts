import type { Answer } from "./actors.ts";

/** What is remembered of an accepted command; `replyJson` is JSON text already. */
export interface AcceptedOutcome {
  readonly replyJson: string;
  readonly outcome?: string;
  readonly version: number;
  readonly cursor: string;
  readonly ownCursor: string;
}

export interface RefusedOutcome {
  readonly reason: string;
  readonly details?: Readonly<Record<string, unknown>>;
  readonly version: number;
}

/** The stored form; the reply is spliced in as it is, since writing it twice would cost the hot path most. */
export function encodeAccepted(accepted: AcceptedOutcome): string {
  const { replyJson, ...rest } = accepted;
  return `{"ok":true,"is":${JSON.stringify(rest)},"reply":${replyJson}}`;
}

export function encodeRefused(refused: RefusedOutcome): string {
  return JSON.stringify({ ok: false, is: refused });
}

/** Reads what `encodeAccepted` and `encodeRefused` wrote. */
export function decodeOutcome(outcomeJson: string): Answer {
  const stored: StoredOutcome = JSON.parse(outcomeJson);
  if (!stored.ok) return { ok: false, ...stored.is, replayed: true };
  return { ok: true, ...stored.is, replyJson: JSON.stringify(stored.reply), replayed: true };
}

type StoredOutcome =
  | { readonly ok: true; readonly is: Omit<AcceptedOutcome, "replyJson">; readonly reply: unknown }
  | { readonly ok: false; readonly is: RefusedOutcome };
