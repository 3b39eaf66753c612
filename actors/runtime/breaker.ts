/** Keeps calls from a provider that keeps failing: open after `threshold` failures in a row, for `openMs`. */
export class Breaker {
  readonly #threshold: number;
  readonly #openMs: number;
  #failures = 0;
  #openUntil = 0;

  constructor({ threshold, openMs }: { readonly threshold: number; readonly openMs: number }) {
    this.#threshold = threshold;
    this.#openMs = openMs;
  }

  /** Milliseconds until a call may be tried: 0 when closed. */
  waitMs(now: number): number {
    return Math.max(0, this.#openUntil - now);
  }

  succeeded(): void {
    this.#failures = 0;
    this.#openUntil = 0;
  }

  failed(now: number): void {
    this.#failures++;
    if (this.#failures >= this.#threshold) this.#openUntil = now + this.#openMs;
  }
}
