import { Breaker } from "../../../actors/runtime/breaker.ts";

/** So many different askers in a row get nothing, and the source is left alone for a moment. */
const ASKERS = 5;
const OPEN_MS = 1000;

/**
 * Tells when a source that everybody asks is worth waiting for. Only failures of different askers open it: one whose own
 * part is broken, however often they ask, takes it from nobody else.
 */
export class SourceBreaker {
  readonly #breaker = new Breaker({ threshold: ASKERS, openMs: OPEN_MS });
  readonly #failed = new Set<string>();

  isOpen(now: number): boolean {
    return this.#breaker.waitMs(now) > 0;
  }

  succeeded(): void {
    this.#failed.clear();
    this.#breaker.succeeded();
  }

  failed(asker: string, now: number): void {
    const isKnown = this.#failed.has(asker);
    if (this.#failed.size < ASKERS) {
      if (isKnown) return;
      this.#failed.add(asker);
    }
    this.#breaker.failed(now);
  }
}
