/** How many messages one socket may send: so many a second, and some at once after a rest. */
export class MessageAllowance {
  readonly #perSecond: number;
  readonly #burst: number;
  #left: number;
  #countedAt: number;

  constructor({ perSecond, burst, now }: { readonly perSecond: number; readonly burst: number; readonly now: number }) {
    this.#perSecond = perSecond;
    this.#burst = burst;
    this.#left = burst;
    this.#countedAt = now;
  }

  /** `excessive`: the sender goes on although it has been told many times. */
  take(now: number): "granted" | "refused" | "excessive" {
    const earned = Math.max(0, now - this.#countedAt) / 1000 * this.#perSecond;
    this.#countedAt = now;
    this.#left = Math.min(this.#burst, this.#left + earned) - 1;
    if (this.#left >= 0) return "granted";
    return this.#left >= -this.#burst ? "refused" : "excessive";
  }
}
