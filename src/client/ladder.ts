/** A way that does not open although the shop answers is left alone this long. */
const BLOCKED_MS = 300_000;
const FAILURES_BEFORE_CHECK = 2;

/** What is known about the ways to the shop; the best is rung 0. */
export interface Ladder {
  /** Tries in a row that came to nothing. */
  readonly failures: number;
  /** The shop has answered a plain request since the last try failed. */
  readonly reachable: boolean;
  /** By rung, epoch milliseconds. */
  readonly blockedUntil: readonly number[];
}

export function newLadder(rungs: number): Ladder {
  return { failures: 0, reachable: false, blockedUntil: Array.from({ length: rungs }, () => 0) };
}

/** The best way that is not known to be blocked; the last one always may be tried. */
export function bestRung(ladder: Ladder, now: number): number {
  const free = ladder.blockedUntil.findIndex((until) => until <= now);
  return free === -1 ? ladder.blockedUntil.length - 1 : free;
}

/** A line has held for a while. */
export function held(ladder: Ladder): Ladder {
  return { ...ladder, failures: 0, reachable: false };
}

/** A line opened, and closed again before it held. */
export function fell(ladder: Ladder): Ladder {
  return { ...ladder, failures: ladder.failures + 1, reachable: false };
}

/**
 * A try did not open. When the shop is known to answer, it is this way that is blocked, by a proxy perhaps; otherwise
 * the shop may just be down, which is no reason to give up the best way.
 */
export function failed(ladder: Ladder, rung: number, { now }: { readonly now: number }): Ladder {
  const isLast = rung === ladder.blockedUntil.length - 1;
  if (!ladder.reachable || isLast) return { ...ladder, failures: ladder.failures + 1 };
  const blockedUntil = ladder.blockedUntil.map((until, index) => index === rung ? now + BLOCKED_MS : until);
  return { failures: 0, reachable: true, blockedUntil };
}

/** Whether it is time to ask the shop a plain question, to tell a closed way from a closed shop. */
export function shouldCheck({ failures, reachable }: Ladder): boolean {
  return !reachable && failures >= FAILURES_BEFORE_CHECK;
}

export function checked(ladder: Ladder, reachable: boolean): Ladder {
  return { ...ladder, reachable };
}
