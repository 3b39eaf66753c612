import type { Clock } from "../../actors/runtime/ports.ts";

interface Waiting {
  readonly dueAt: number;
  readonly late: () => void;
}

/** Many waits of the same length on one timer: a timer of its own for each would cost more than most of what is awaited. */
export class Deadlines {
  readonly #clock: Clock;
  readonly #timeoutMs: number;
  /** In the order in which they began, hence in which they end. */
  readonly #waiting = new Set<Waiting>();
  #armed = false;

  constructor({ clock, timeoutMs }: { readonly clock: Clock; readonly timeoutMs: number }) {
    this.#clock = clock;
    this.#timeoutMs = timeoutMs;
  }

  /** What `doing` resolves to, if it does so in time; else rejects with what `late` makes. */
  within<Result>(doing: Promise<Result>, late: () => Error): Promise<Result> {
    return new Promise((resolve, reject) => {
      const waiting = { dueAt: this.#clock.now() + this.#timeoutMs, late: () => reject(late()) };
      this.#waiting.add(waiting);
      this.#arm(this.#timeoutMs);
      doing.then((result) => {
        this.#waiting.delete(waiting);
        resolve(result);
      }, (error) => {
        this.#waiting.delete(waiting);
        reject(error);
      });
    });
  }

  #arm(delayMs: number): void {
    if (this.#armed) return;
    this.#armed = true;
    this.#clock.after(delayMs, () => this.#expire());
  }

  #expire(): void {
    this.#armed = false;
    const now = this.#clock.now();
    for (const waiting of this.#waiting) {
      if (waiting.dueAt > now) return this.#arm(waiting.dueAt - now);
      this.#waiting.delete(waiting);
      waiting.late();
    }
  }
}
