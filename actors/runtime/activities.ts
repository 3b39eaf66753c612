import type { Command } from "../../machines/decision.ts";
import { Breaker } from "./breaker.ts";
import { textOf } from "./parking.ts";
import type { Activity } from "./activity.ts";
import type { Clock, LetterRow, Log, Random } from "./ports.ts";

const FIRST_BACKOFF_MS = 100;
const LONGEST_BACKOFF_MS = 5000;
const WAITING_PER_PLACE = 16;

export interface ActivitiesOptions {
  readonly activities: ReadonlyMap<string, Activity>;
  readonly clock: Clock;
  readonly random: Random;
  readonly log: Log;
  /** How many run at once. */
  readonly limit: number;
  /** Brings a result to the actor that asked; false when there is no room now. */
  readonly report: (letter: LetterRow, result: Command) => boolean;
  /** Lets the letter go, so that a sweep brings it again. */
  readonly forget: (letter: LetterRow) => void;
}

/**
 * Runs I/O that actors asked for, outside turns and transactions: with a time limit, retries with jitter and a breaker a
 * provider. The letter stays in the store until the result is committed, so a crash runs it again under the same key.
 */
export class Activities {
  readonly #options: ActivitiesOptions;
  readonly #breakers = new Map<string, Breaker>();
  /** Ids of letters that wait or run: a sweep may bring one again meanwhile. */
  readonly #inHand = new Set<string>();
  readonly #waiting: LetterRow[] = [];
  /** How to call off what is under way. */
  readonly #stops = new Set<() => void>();
  #running = 0;
  #isStopped = false;

  constructor(options: ActivitiesOptions) {
    this.#options = options;
  }

  /** Runs it when there is a place; false when there are too many waiting for one. */
  start(letter: LetterRow): boolean {
    if (this.#inHand.has(letter.id)) return true;
    if (this.#isStopped || this.#waiting.length >= this.#options.limit * WAITING_PER_PLACE) return false;
    this.#inHand.add(letter.id);
    this.#waiting.push(letter);
    this.#fill();
    return true;
  }

  stop(): void {
    this.#isStopped = true;
    this.#waiting.length = 0;
    for (const stop of [...this.#stops]) stop();
  }

  #fill(): void {
    while (this.#running < this.#options.limit) {
      const letter = this.#waiting.shift();
      if (letter === undefined) return;
      this.#running++;
      this.#run(letter).finally(() => {
        this.#running--;
        this.#fill();
      });
    }
  }

  async #run(letter: LetterRow): Promise<void> {
    const { activities, log, report, forget } = this.#options;
    const activity = activities.get(letter.activity ?? "");
    if (activity === undefined) return log.error("activity_missing", { activity: letter.activity, letter: letter.id });

    const result = await this.#attempt(letter, activity).catch((error) => {
      log.error("activity_broken", { activity: letter.activity, letter: letter.id, error: textOf(error) });
    });
    this.#inHand.delete(letter.id);
    if (!result || !report(letter, result)) forget(letter);
  }

  async #attempt(letter: LetterRow, activity: Activity): Promise<Command | undefined> {
    const { clock, log, random } = this.#options;
    const breaker = this.#breaker(letter.activity ?? "");
    for (let attempt = 1; attempt <= activity.attempts; attempt++) {
      await this.#pause(breaker.waitMs(clock.now()));
      if (this.#isStopped) return undefined;
      try {
        const result = await this.#once(letter, { activity, attempt });
        breaker.succeeded();
        return result;
      } catch (error) {
        breaker.failed(clock.now());
        log.warn("activity_failed", { activity: letter.activity, letter: letter.id, attempt, error: textOf(error) });
        const backoff = Math.min(LONGEST_BACKOFF_MS, FIRST_BACKOFF_MS * 2 ** (attempt - 1));
        if (attempt < activity.attempts) await this.#pause(backoff * (0.5 + random()));
      }
    }
    return this.#isStopped ? undefined : activity.gaveUp(letter.command);
  }

  async #once(
    letter: LetterRow,
    { activity, attempt }: { readonly activity: Activity; readonly attempt: number },
  ): Promise<Command> {
    const controller = new AbortController();
    const aborted = Promise.withResolvers<never>();
    const abort = (why: string): void => {
      const reason = new Error(why);
      controller.abort(reason);
      aborted.reject(reason);
    };
    const stop = (): void => abort("the node is closing");
    const cancel = this.#options.clock.after(activity.timeoutMs, () => abort("timed out"));
    this.#stops.add(stop);
    try {
      const running = activity.run(letter.command, { idempotencyKey: letter.id, attempt, signal: controller.signal });
      return await Promise.race([running, aborted.promise]);
    } finally {
      cancel();
      this.#stops.delete(stop);
    }
  }

  #pause(delayMs: number): Promise<void> {
    if (delayMs <= 0 || this.#isStopped) return Promise.resolve();
    return new Promise((resolve) => {
      const stop = (): void => {
        cancel();
        this.#stops.delete(stop);
        resolve();
      };
      const cancel = this.#options.clock.after(delayMs, stop);
      this.#stops.add(stop);
    });
  }

  #breaker(name: string): Breaker {
    const known = this.#breakers.get(name);
    if (known !== undefined) return known;
    const breaker = new Breaker({ threshold: 5, openMs: 2000 });
    this.#breakers.set(name, breaker);
    return breaker;
  }
}
