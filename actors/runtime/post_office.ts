import { DueQueue } from "./due_queue.ts";
import { StoreError } from "./errors.ts";
import type { Limits } from "./limits.ts";
import { OneAtATime } from "./one_at_a_time.ts";
import { timerName } from "./open_batch.ts";
import type { DatabaseClock, LetterRow, Log, Store } from "./ports.ts";
import type { TimerChange } from "./unit.ts";

/** Ids of letters that are gone, kept so that a slow sweep cannot bring them back. */
const GONE_LIMIT = 100_000;
const HURRY_MS = 50;

export interface PostOfficeOptions {
  readonly store: Store;
  readonly clock: DatabaseClock;
  readonly log: Log;
  readonly limits: Limits;
  /** The partitions whose letters are delivered here. */
  readonly partitions: () => readonly number[];
  /** Hands a due letter to its mailbox or activity; false when there is no room now. */
  readonly deliver: (letter: LetterRow) => boolean;
  /** Told when a letter is consumed, replaced or not held here any more. */
  readonly gone: (letterId: string) => void;
}

/**
 * Delivers letters when they are due. The rows are the truth: what is held here are hints, from commits of this node and
 * from a sweep every few seconds, so a letter comes at least once however often the process dies.
 */
export class PostOffice {
  readonly #options: PostOfficeOptions;
  readonly #known = new Map<string, LetterRow>();
  readonly #timers = new Map<string, string>();
  readonly #due = new DueQueue<LetterRow>();
  readonly #gone = new Set<string>();
  #alarm: { readonly at: number; readonly cancel: () => void } | undefined;
  #stopSweep: () => void = (): void => {};
  readonly #sweeping = new OneAtATime(() => this.#sweep());
  #isStopped = false;

  constructor(options: PostOfficeOptions) {
    this.#options = options;
  }

  get pending(): number {
    return this.#known.size;
  }

  /** Takes a letter that is in the store, and says so; one that is known, gone, far off or has no room is left there. */
  receive(letter: LetterRow): boolean {
    const { clock, limits } = this.#options;
    if (this.#isStopped || this.#known.has(letter.id) || this.#gone.has(letter.id)) return false;
    const now = clock.now();
    if (letter.deliverAt > now + limits.letterHorizonMs) return false;

    this.#known.set(letter.id, letter);
    // Only a commit replaces: a sweep may bring a deadline that it read before a commit replaced it.
    const name = timerOf(letter);
    if (name !== undefined && !this.#timers.has(name)) this.#timers.set(name, letter.id);
    if (letter.deliverAt <= now) return this.#handOver(letter);
    this.#due.push(letter.deliverAt, letter);
    this.#setAlarm();
    return true;
  }

  /** Neither consumed, nor replaced, nor disarmed, as far as this node's commits go. */
  isCurrent(letter: LetterRow): boolean {
    return this.#known.has(letter.id);
  }

  /** Its row is gone, or this node need not hold it any more. */
  consumed(letter: LetterRow): void {
    this.forget(letter);
    this.#bury(letter.id);
  }

  /** Lets go of a letter whose row may still be there; a sweep brings it again. */
  forget(letter: LetterRow): void {
    if (this.#known.delete(letter.id)) this.#options.gone(letter.id);
    const name = timerOf(letter);
    if (name !== undefined && this.#timers.get(name) === letter.id) this.#timers.delete(name);
  }

  /** A committed unit has armed or disarmed a deadline. */
  changed(change: TimerChange): void {
    const name = timerName(change);
    const former = this.#timers.get(name);
    if (former !== undefined && former !== change.letter?.id) {
      this.#timers.delete(name);
      if (this.#known.delete(former)) this.#options.gone(former);
      this.#bury(former);
    }
    if (change.letter !== undefined) this.receive(change.letter);
  }

  dropPartitions(partitions: ReadonlySet<number>): void {
    for (const letter of this.#known.values()) {
      if (partitions.has(letter.toPartition)) this.forget(letter);
    }
  }

  /** Sweeps now and then every few seconds; sooner while there is more than a sweep brings. */
  async start(): Promise<void> {
    const hasMore = await this.sweep();
    if (this.#isStopped) return;
    this.#stopSweep();
    const delayMs = hasMore ? HURRY_MS : this.#options.limits.letterSweepMs;
    this.#stopSweep = this.#options.clock.after(delayMs, () => this.start());
  }

  stop(): void {
    this.#isStopped = true;
    this.#stopSweep();
    this.#alarm?.cancel();
  }

  /** Fetches what is due soon, whoever wrote it; true when it brought news and could have brought more. */
  sweep(): Promise<boolean> {
    return this.#sweeping.run();
  }

  async #sweep(): Promise<boolean> {
    const { store, clock, limits, log, partitions } = this.#options;
    try {
      // Letters of others, and those that are tried again, are due by clocks that may be ahead of this one.
      clock.catchUp(await store.now());
      this.#ringDue();
      const dueBefore = clock.now() + limits.letterHorizonMs;
      const letters = await store.letters(partitions(), { dueBefore, limit: limits.lettersPerSweep });
      // Some may have been lost meanwhile, and their letters are the next owner's.
      const here = new Set(partitions());
      const taken = letters.filter((letter) => here.has(letter.toPartition) && this.receive(letter));
      return taken.length > 0 && letters.length >= limits.lettersPerSweep;
    } catch (error) {
      if (!(error instanceof StoreError)) throw error;
      log.warn("letter_sweep_failed", { failure: error.failure, error: error.message });
      return false;
    }
  }

  #bury(id: string): void {
    this.#gone.add(id);
    if (this.#gone.size <= GONE_LIMIT) return;
    for (const oldest of this.#gone) {
      this.#gone.delete(oldest);
      break;
    }
  }

  #handOver(letter: LetterRow): boolean {
    const hasRoom = this.#options.deliver(letter);
    if (!hasRoom) this.forget(letter);
    return hasRoom;
  }

  #setAlarm(): void {
    const at = this.#due.nextAt;
    if (this.#isStopped || at === undefined || (this.#alarm !== undefined && this.#alarm.at <= at)) return;
    this.#alarm?.cancel();
    const { clock } = this.#options;
    const cancel = clock.after(Math.max(0, at - clock.now()), () => {
      this.#alarm = undefined;
      this.#ringDue();
    });
    this.#alarm = { at, cancel };
  }

  #ringDue(): void {
    if (this.#isStopped) return;
    const now = this.#options.clock.now();
    for (let letter = this.#due.popDue(now); letter !== undefined; letter = this.#due.popDue(now)) {
      if (this.isCurrent(letter)) this.#handOver(letter);
    }
    this.#setAlarm();
  }
}

function timerOf({ to, timerKey }: LetterRow): string | undefined {
  return timerKey === undefined ? undefined : timerName({ address: to, key: timerKey });
}
