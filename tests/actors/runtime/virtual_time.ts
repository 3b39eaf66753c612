import { setImmediate } from "node:timers";
import type { DatabaseClock } from "../../../actors/runtime/ports.ts";

interface Timer {
  at: number;
  readonly owner: VirtualClock;
  readonly task: () => void;
}

const START_MS = Date.UTC(2030, 0, 1);

/** Time that stands still unless a test moves it. Timers ring in order; each one's consequences settle before the next. */
export class VirtualTime {
  #now = START_MS;
  #timers: Timer[] = [];

  get now(): number {
    return this.#now;
  }

  /** A process's view of this time. */
  clock({ behindMs = 0 }: { readonly behindMs?: number } = {}): VirtualClock {
    return new VirtualClock(this, behindMs);
  }

  async advance(ms: number): Promise<void> {
    const end = this.#now + ms;
    await settled();
    for (let timer = this.#shiftDue(end); timer !== undefined; timer = this.#shiftDue(end)) {
      this.#now = Math.max(this.#now, timer.at);
      timer.task();
      await settled();
    }
    this.#now = end;
  }

  /** Timers that have not rung, of that clock or of all. */
  pending(clock?: VirtualClock): number {
    return this.#timers.filter(({ owner }) => clock === undefined || owner === clock).length;
  }

  add(timer: Timer): () => void {
    const after = this.#timers.findLastIndex(({ at }) => at <= timer.at);
    this.#timers.splice(after + 1, 0, timer);
    return () => {
      const index = this.#timers.indexOf(timer);
      if (index >= 0) this.#timers.splice(index, 1);
    };
  }

  /** All timers of that clock ring so much later. */
  delay(owner: VirtualClock, ms: number): void {
    for (const timer of this.#timers) if (timer.owner === owner) timer.at += ms;
    this.#timers.sort((one, other) => one.at - other.at);
  }

  drop(owner: VirtualClock): void {
    this.#timers = this.#timers.filter((timer) => timer.owner !== owner);
  }

  #shiftDue(end: number): Timer | undefined {
    const index = this.#timers.findIndex(({ owner }) => !owner.isFrozen);
    const first = this.#timers[index];
    if (first === undefined || first.at > end) return undefined;
    this.#timers.splice(index, 1);
    return first;
  }
}

/** One process's clock: it shows the common time, and its timers die with the process. */
export class VirtualClock implements DatabaseClock {
  readonly #time: VirtualTime;
  #behindMs: number;
  #stopped = false;
  #isFrozen = false;

  constructor(time: VirtualTime, behindMs: number) {
    this.#time = time;
    this.#behindMs = behindMs;
  }

  now(): number {
    return this.#time.now - this.#behindMs;
  }

  after(delayMs: number, task: () => void): () => void {
    if (this.#stopped) return () => {};
    return this.#time.add({ at: this.#time.now + Math.max(0, delayMs), owner: this, task });
  }

  catchUp(databaseNow: number): void {
    this.#behindMs = Math.min(this.#behindMs, this.#time.now - databaseNow);
  }

  /** The machine sleeps for so long from now on: that time is missing here. */
  sleep(ms: number): void {
    this.#behindMs += ms;
    this.#time.delay(this, ms);
  }

  get isFrozen(): boolean {
    return this.#isFrozen;
  }

  /** The process stands still: what is due waits. */
  freeze(): void {
    this.#isFrozen = true;
  }

  /** It goes on where it stood, with all that has come due meanwhile. */
  thaw(): void {
    this.#isFrozen = false;
  }

  stop(): void {
    this.#stopped = true;
    this.#time.drop(this);
  }
}

/** Resolves when everything that needs no time has happened: all promises run before the next macrotask. */
export function settled(): Promise<void> {
  return new Promise((resolve) => {
    setImmediate(resolve);
  });
}
