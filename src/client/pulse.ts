import type { Clock } from "./clock.ts";

const TICK_MS = 5000;
/** Quiet for this long: ask for a sign of life. */
const PROBE_AFTER_MS = 20_000;
/** No answer for this long: the line is dead. Together 35 seconds. */
const ANSWER_WITHIN_MS = 15_000;
/** Quiet for this long, the page has slept: nobody knows what it missed. */
const DOUBT_AFTER_MS = 90_000;
/** When somebody has just come back to the page, a shorter quiet is enough to ask. */
const HURRIED_PROBE_AFTER_MS = 8000;

export interface PulseParts {
  readonly clock: Clock;
  readonly probe: () => void;
  /** Asked so late that what is shown may be old until there is an answer. */
  readonly doubt: () => void;
  /** The line has been silent for too long. */
  readonly silent: () => void;
  readonly tick: () => void;
}

/**
 * Notices a line that has died without saying so. Silence counts only from a probe that nobody answered, since pages in
 * the background get their timers late, but their messages in time.
 */
export class Pulse {
  readonly #parts: PulseParts;
  #heardAt = 0;
  #probedAt: number | undefined;
  #cancel: (() => void) | undefined;

  constructor(parts: PulseParts) {
    this.#parts = parts;
  }

  /** The last sign of life: epoch milliseconds. */
  get heardAt(): number {
    return this.#heardAt;
  }

  start(): void {
    this.stop();
    this.heard();
    this.#schedule();
  }

  stop(): void {
    this.#cancel?.();
    this.#cancel = undefined;
  }

  heard(): void {
    this.#heardAt = this.#parts.clock.now();
    this.#probedAt = undefined;
  }

  hurry(): void {
    if (this.#cancel !== undefined) this.#probeAfter(HURRIED_PROBE_AFTER_MS);
  }

  #schedule(): void {
    this.#cancel = this.#parts.clock.after(TICK_MS, () => {
      this.#schedule();
      if (this.#isSilent()) return this.#parts.silent();
      this.#probeAfter(PROBE_AFTER_MS);
      this.#parts.tick();
    });
  }

  #isSilent(): boolean {
    return this.#probedAt !== undefined && this.#parts.clock.now() - this.#probedAt >= ANSWER_WITHIN_MS;
  }

  #probeAfter(quietMs: number): void {
    const now = this.#parts.clock.now();
    if (this.#probedAt !== undefined || now - this.#heardAt < quietMs) return;
    this.#probedAt = now;
    if (now - this.#heardAt >= DOUBT_AFTER_MS) this.#parts.doubt();
    this.#parts.probe();
  }
}
