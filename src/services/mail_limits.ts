/** What bounds the processing of mail. */
export interface MailLimits {
  /** Pieces that one node has in hand at once. */
  readonly inHand: number;
  /** Deliveries after which a piece that could never be decided is put aside. */
  readonly attempts: number;
  /** Before the second delivery, milliseconds; each later one waits twice as long. */
  readonly firstDelayMs: number;
  readonly longestDelayMs: number;
  /** How long one pull waits for mail, milliseconds; at least 1000. */
  readonly pullMs: number;
}

/** All attempts together take more than an hour: well within the time for which outcomes are remembered. */
export const DEFAULT_MAIL_LIMITS: MailLimits = {
  inHand: 128,
  attempts: 240,
  firstDelayMs: 1000,
  longestDelayMs: 30_000,
  pullMs: 5000,
};

/** How long to wait before the next delivery, spread so that not all come back at once; `chance` is in [0, 1). */
export function delayAfter(attempt: number, { chance, limits }: {
  readonly chance: number;
  readonly limits: Pick<MailLimits, "firstDelayMs" | "longestDelayMs">;
}): number {
  const { firstDelayMs, longestDelayMs } = limits;
  // From some power on only the limit counts, and the number would be endless.
  const doubled = firstDelayMs * 2 ** Math.min(attempt - 1, 30);
  return Math.round(Math.min(doubled, longestDelayMs) * (0.5 + chance / 2));
}
