import type { Clock, Log } from "../../../actors/runtime/ports.ts";

/** Something that wants to be called now and then. */
export interface Timed {
  /** Returns the milliseconds until it wants to be called again; undefined: never. */
  onTime(now: number): number | undefined;
}

/** A place on the wheel; opaque to whoever holds it. */
export interface WheelTimer {
  readonly timed: Timed;
  /** The tick from which it may be called. */
  due: number;
  slot: number;
}

const SLOTS = 256;

/**
 * Calls many, with one timer of the clock: whoever is due is called within one tick after their time. Nothing runs while
 * nobody is scheduled. After a stall everybody who became due meanwhile is called once.
 */
export class TimerWheel {
  readonly #clock: Clock;
  readonly #log: Log;
  readonly #tickMs: number;
  readonly #slots: readonly Set<WheelTimer>[];
  #size = 0;
  #tick: number;
  #cancelTick: (() => void) | undefined;

  constructor({ clock, log, tickMs = 250 }: { readonly clock: Clock; readonly log: Log; readonly tickMs?: number }) {
    this.#clock = clock;
    this.#log = log;
    this.#tickMs = tickMs;
    this.#slots = Array.from({ length: SLOTS }, () => new Set<WheelTimer>());
    this.#tick = this.#tickOf(clock.now());
  }

  get size(): number {
    return this.#size;
  }

  schedule(timed: Timed, delayMs: number): WheelTimer {
    if (this.#cancelTick === undefined) {
      this.#tick = this.#tickOf(this.#clock.now());
      this.#arm();
    }
    const timer: WheelTimer = { timed, due: 0, slot: 0 };
    this.#size++;
    this.#place(timer, delayMs);
    return timer;
  }

  cancel(timer: WheelTimer): void {
    if (this.#slots[timer.slot]?.delete(timer)) this.#size--;
  }

  #place(timer: WheelTimer, delayMs: number): void {
    // Never into the tick that is being turned, which would call it again at once.
    timer.due = Math.max(this.#tick + 1, Math.ceil((this.#clock.now() + delayMs) / this.#tickMs));
    timer.slot = timer.due % SLOTS;
    this.#slots[timer.slot]?.add(timer);
  }

  #turn(): void {
    const now = this.#clock.now();
    const current = this.#tickOf(now);
    const first = Math.max(this.#tick + 1, current - SLOTS + 1);
    this.#tick = current;
    for (let tick = first; tick <= current; tick++) {
      for (const timer of this.#slots[tick % SLOTS] ?? []) {
        if (timer.due <= current) this.#call(timer, now);
      }
    }
    this.#cancelTick = undefined;
    if (this.#size > 0) this.#arm();
  }

  #call(timer: WheelTimer, now: number): void {
    this.#slots[timer.slot]?.delete(timer);
    const next = this.#ask(timer, now);
    if (next === undefined) this.#size--;
    else this.#place(timer, next);
  }

  /** One that throws must not stop the others. */
  #ask(timer: WheelTimer, now: number): number | undefined {
    try {
      return timer.timed.onTime(now);
    } catch (error) {
      this.#log.error("timer_failed", { error });
      return undefined;
    }
  }

  #arm(): void {
    this.#cancelTick = this.#clock.after(this.#tickMs, () => this.#turn());
  }

  #tickOf(now: number): number {
    return Math.floor(now / this.#tickMs);
  }
}
