/**
 * Runs tasks of one key after each other and tasks of different keys side by side: at most `running` at once, and
 * `add` waits while `waiting` more are in hand, so that a reader is never far ahead.
 */
export class SerialQueues {
  readonly #limits: { readonly running: number; readonly waiting: number };
  readonly #tails = new Map<string, Promise<void>>();
  readonly #turns: (() => void)[] = [];
  readonly #doors: (() => void)[] = [];
  #running = 0;
  #inHand = 0;

  constructor(limits: { readonly running: number; readonly waiting: number }) {
    this.#limits = limits;
  }

  /** Takes a task, which must not throw; resolves when there is room for the next one. */
  async add(key: string, task: () => Promise<void>): Promise<void> {
    this.#inHand += 1;
    const before = this.#tails.get(key) ?? Promise.resolve();
    const tail = before.then(() => this.#run(task)).finally(() => {
      if (this.#tails.get(key) === tail) this.#tails.delete(key);
      this.#inHand -= 1;
      this.#doors.shift()?.();
    });
    this.#tails.set(key, tail);
    if (this.#inHand >= this.#limits.running + this.#limits.waiting) {
      await new Promise<void>((resolve) => this.#doors.push(resolve));
    }
  }

  /** Resolves when nothing is in hand any more. */
  async drained(): Promise<void> {
    while (this.#tails.size > 0) await Promise.all(this.#tails.values());
  }

  async #run(task: () => Promise<void>): Promise<void> {
    if (this.#running >= this.#limits.running) await new Promise<void>((resolve) => this.#turns.push(resolve));
    this.#running += 1;
    try {
      await task();
    } finally {
      this.#running -= 1;
      this.#turns.shift()?.();
    }
  }
}
