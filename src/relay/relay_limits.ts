const DAY_MS = 86_400_000;

export interface RelayLimits {
  /** Events on their way at once. */
  readonly inFlight: number;
  /** Journals read at once: they share the database with commits. */
  readonly reads: number;
  /** Partitions that were taken begin together so often: those whose commands wait for this node come first. */
  readonly takenMs: number;
  /** Commits are collected for so long. */
  readonly restMs: number;
  /** Positions are written down so often. */
  readonly markMs: number;
  /** The stream is looked at so often, whether it is still the same. */
  readonly checkMs: number;
  /** The journals' ends are looked at so often: what nobody told of is found then. */
  readonly sweepMs: number;
  /** How far back is published again when the stream has lost what it held. */
  readonly horizonMs: number;
  readonly firstRetryMs: number;
  readonly lastRetryMs: number;
  /** At the end, what is on its way is waited for so long. */
  readonly landingMs: number;
}

export const DEFAULT_RELAY_LIMITS: RelayLimits = {
  inFlight: 512,
  reads: 4,
  takenMs: 100,
  restMs: 2,
  markMs: 200,
  checkMs: 10_000,
  sweepMs: 5_000,
  horizonMs: 7 * DAY_MS,
  firstRetryMs: 100,
  lastRetryMs: 10_000,
  landingMs: 1000,
};
