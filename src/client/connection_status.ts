/**
 * - `connecting`: no line yet, or none any more.
 * - `catching_up`: the line is open, what was missed is on its way.
 * - `live`: what is shown is what is.
 * - `offline`: the device itself has no network.
 */
export type Phase = "connecting" | "catching_up" | "live" | "offline";

export interface ConnectionStatus {
  readonly phase: Phase;
  /** It has been live before. */
  readonly again: boolean;
  /** When what is shown was last known to be right: epoch milliseconds. */
  readonly confirmedAt: number;
}

/** What is shown is older than a customer would expect. */
export function isStale(status: ConnectionStatus, { now, staleAfterMs }: Moment): boolean {
  return status.phase !== "live" && now - status.confirmedAt >= staleAfterMs;
}

export interface Moment {
  readonly now: number;
  readonly staleAfterMs: number;
}

/** The status in a word or two. */
export function statusWords(status: ConnectionStatus, moment: Moment): string {
  if (status.phase === "offline") return "Offline";
  if (isStale(status, moment)) return "Out of date";
  switch (status.phase) {
    case "connecting":
      return status.again ? "Reconnecting…" : "Connecting…";
    case "catching_up":
      return "Catching up…";
    case "live":
      return "Live";
  }
}

/** What a banner says, if anything has to be said. */
export function bannerWords(status: ConnectionStatus, moment: Moment): string | undefined {
  if (status.phase === "offline") return "You are offline. What you see may have changed since.";
  if (!isStale(status, moment)) return undefined;
  const minutes = Math.floor((moment.now - status.confirmedAt) / 60_000);
  return `We have not been able to refresh this page for ${spoken(minutes)}. Prices and stock may have changed.`;
}

function spoken(minutes: number): string {
  if (minutes < 2) return "a minute";
  if (minutes < 120) return `${minutes} minutes`;
  return `${Math.floor(minutes / 60)} hours`;
}
