import type { Clock } from "../../actors/runtime/ports.ts";

interface Task {
  readonly dueAt: number;
  readonly run: () => void;
}

/** A clock that stands still until a test moves it. */
export class ManualClock implements Clock {
  #now: number;
  readonly #tasks = new Set<Task>();

  constructor(now = Date.UTC(2026, 0, 1)) {
    this.#now = now;
  }

  now(): number {
    return this.#now;
  }

  after(delayMs: number, run: () => void): () => void {
    const task = { dueAt: this.#now + delayMs, run };
    this.#tasks.add(task);
    return () => {
      this.#tasks.delete(task);
    };
  }

  advance(byMs: number): void {
    this.#now += byMs;
    for (const task of this.#tasks) {
      if (task.dueAt > this.#now) continue;
      this.#tasks.delete(task);
      task.run();
    }
  }

  get pending(): number {
    return this.#tasks.size;
  }
}
