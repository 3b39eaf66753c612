import type { Command } from "../../machines/decision.ts";
import type { Activity } from "./activity.ts";
import { NOTHING_WRITTEN } from "./open_batch.ts";
import { textOf } from "./parking.ts";
import type { Partitions } from "./partitions.ts";
import type { DeadLetterRow } from "./dead_letter.ts";
import type { Clock, Ids, LetterRow, Log, Random, Store, TakenPartition } from "./ports.ts";
import type { PostOffice } from "./post_office.ts";
import type { RuntimeMetrics } from "./runtime_metrics.ts";

/** Owners that died one after the other before what they left behind is handled with care. */
const DEATHS = 2;
/**
 * When a letter is blamed: so many owners in a row have died with it alone in hand, which it is for so long at most; what
 * does no harm meanwhile is not suspected any more. An activity waits for others, so it is in hand at most deaths that it
 * has nothing to do with: it takes a shorter time and more of them.
 */
const BLAME = {
  letter: { deaths: 2, aloneMs: 500 },
  activity: { deaths: 4, aloneMs: 50 },
} as const;
/** For how long there is such care at most: then whatever is left is handled as ever. */
const CAREFUL_MS = 10_000;
/** A partition whose owner has lived that long has done with its former owners' deaths. */
const CALM_MS = 60_000;

export interface SuspicionOptions {
  readonly node: string;
  readonly store: Store;
  readonly partitions: Partitions;
  readonly activities: ReadonlyMap<string, Activity>;
  readonly clock: Clock;
  readonly random: Random;
  readonly ids: Ids;
  readonly log: Log;
  readonly metrics: RuntimeMetrics;
  readonly postOffice: PostOffice;
  /** Hands a letter to its mailbox or activity; false when there is no room now. */
  readonly handOver: (letter: LetterRow) => boolean;
}

interface Inheritance {
  /** The owner that died last. */
  readonly from: string;
  readonly deaths: number;
  /** Epoch milliseconds: what was due before may have been in its hands. */
  readonly at: number;
}

/**
 * Finds the letter that ends its owner's process whenever it is handled, without a write for each letter in good times:
 * after two deaths in a row, whatever the dead may have had in hand is marked in the store and handled alone, one at a
 * time in this node. The one that more owners in a row have died with, alone in hand, is the culprit and is parked.
 */
export class Suspicion {
  readonly #options: SuspicionOptions;
  readonly #inherited = new Map<number, Inheritance>();
  /** In this order; activities, which are slow, by chance, so that none is always the one that is not reached. */
  readonly #suspects: Readonly<Record<"blamed" | "letters" | "activities", LetterRow[]>> = {
    blamed: [],
    letters: [],
    activities: [],
  };
  #inHand: { readonly id: string; readonly release: () => void } | undefined;
  #cancelCalm: (() => void) | undefined;
  #isHandling = false;
  #isStopped = false;

  constructor(options: SuspicionOptions) {
    this.#options = options;
  }

  /** Notes whose deaths these partitions have seen; before their letters come. */
  took(taken: readonly TakenPartition[]): void {
    const now = this.#options.clock.now();
    for (const { id, attempts, bereftOf, lastOccurredAt } of taken) {
      if (attempts === 0) this.#inherited.delete(id);
      if (bereftOf === undefined) continue;
      this.#inherited.set(id, { from: bereftOf, deaths: attempts, at: Math.max(now, lastOccurredAt) });
    }
    this.#calmLater();
  }

  /** Takes a due letter: hands it over, or keeps it until it can be handled alone. */
  deliver(letter: LetterRow): boolean {
    if (!this.#isSuspect(letter)) return this.#options.handOver(letter);
    const { blamed, letters, activities } = this.#suspects;
    if (this.#deathsAlone(letter) > 0) blamed.push(letter);
    else if (letter.activity === undefined) letters.push(letter);
    else activities.push(letter);
    this.#handle();
    return true;
  }

  /** That letter is consumed, or not here any more. */
  gone(letterId: string): void {
    if (this.#inHand?.id === letterId) this.#inHand.release();
  }

  stop(): void {
    this.#isStopped = true;
    this.#cancelCalm?.();
    this.#inHand?.release();
    for (const letters of Object.values(this.#suspects)) letters.length = 0;
  }

  #isSuspect({ toPartition, deliverAt, activity }: LetterRow): boolean {
    if (activity !== undefined && !this.#options.activities.has(activity)) return false;
    const inherited = this.#inherited.get(toPartition);
    if (inherited === undefined || inherited.deaths < DEATHS || deliverAt > inherited.at) return false;
    return this.#options.clock.now() < inherited.at + CAREFUL_MS;
  }

  async #handle(): Promise<void> {
    if (this.#isHandling) return;
    this.#isHandling = true;
    // The others of the sweep that brought this one.
    await Promise.resolve();
    const { store, node, postOffice, log } = this.#options;
    for (let letter = this.#next(); letter !== undefined; letter = this.#next()) {
      if (!postOffice.isCurrent(letter)) continue;
      try {
        await this.#handleOne(letter);
        if (this.#count === 0 && !this.#isStopped) await store.suspect(undefined, { owner: node, deaths: 0 });
      } catch (error) {
        // A sweep brings it again.
        log.warn("suspect_put_off", { letter: letter.id, error: textOf(error) });
        postOffice.forget(letter);
      }
    }
    this.#isHandling = false;
  }

  #next(): LetterRow | undefined {
    const { blamed, letters, activities } = this.#suspects;
    const chosen = Math.floor(this.#options.random() * activities.length);
    return blamed.shift() ?? letters.shift() ?? activities.splice(chosen, 1)[0];
  }

  get #count(): number {
    const { blamed, letters, activities } = this.#suspects;
    return blamed.length + letters.length + activities.length;
  }

  async #handleOne(letter: LetterRow): Promise<void> {
    const deaths = this.#deathsAlone(letter);
    if (deaths >= blameOf(letter).deaths) return await this.#park(letter);
    if (this.#isSuspect(letter)) return await this.#handleAlone(letter, deaths);
    this.#handOver(letter);
  }

  #handOver(letter: LetterRow): void {
    const { handOver, postOffice } = this.#options;
    if (!handOver(letter)) postOffice.forget(letter);
  }

  /** How many owners in a row, the last one among them, have died with it alone in hand. */
  #deathsAlone({ toPartition, suspicion }: LetterRow): number {
    if (suspicion === undefined || suspicion.owner !== this.#inherited.get(toPartition)?.from) return 0;
    return suspicion.deaths + 1;
  }

  async #handleAlone(letter: LetterRow, deaths: number): Promise<void> {
    const { store, node, postOffice, clock } = this.#options;
    await store.suspect(letter.id, { owner: node, deaths });
    if (this.#isStopped || !postOffice.isCurrent(letter)) return;
    const { promise, resolve: release } = Promise.withResolvers<void>();
    const cancel = clock.after(blameOf(letter).aloneMs, release);
    this.#inHand = { id: letter.id, release };
    this.#handOver(letter);
    await promise;
    cancel();
    this.#inHand = undefined;
  }

  /** Parks the culprit. An activity's actor, retried by hand, hears that it was given up: it is not run again. */
  async #park(letter: LetterRow): Promise<void> {
    const { store, partitions, postOffice, log, metrics } = this.#options;
    const { id, to, toPartition, command, activity } = letter;
    if (!partitions.owns(toPartition)) return;
    const deadLetter = await this.#deadLetter(letter);
    await store.commit({
      ...NOTHING_WRITTEN,
      fences: [partitions.fence(toPartition)],
      consumed: [id],
      deadLetters: [deadLetter],
    });
    postOffice.consumed(letter);
    metrics.deadLettered();
    log.error("message_dead", { address: to, command: command.type, activity, error: deadLetter.error });
  }

  async #deadLetter(letter: LetterRow): Promise<DeadLetterRow> {
    const { store, clock, ids, activities } = this.#options;
    const { to, toPartition, principal, correlationId, activity, attempts } = letter;
    const [actor] = await store.load([to], { commandIds: 0 });
    const name = activity === undefined ? `"${letter.command.type}"` : `activity "${activity}"`;
    const command: Command = activities.get(activity ?? "")?.gaveUp(letter.command) ?? letter.command;
    return {
      id: `dlt_${ids(26)}`,
      address: to,
      partition: toPartition,
      command,
      principal,
      correlationId,
      error: `Cannot handle ${name}: alone in hand at two owners' deaths`,
      actorVersion: actor?.events.at(-1)?.version ?? actor?.snapshot?.version ?? 0,
      attempts,
      diedAt: Math.floor(clock.now()),
    };
  }

  #calmLater(): void {
    if (this.#isStopped || this.#inherited.size === 0 || this.#cancelCalm !== undefined) return;
    this.#cancelCalm = this.#options.clock.after(CALM_MS, async () => {
      await this.#calm();
      this.#cancelCalm = undefined;
      this.#calmLater();
    });
  }

  /** Forgets the deaths of partitions whose owner has lived on and handled all that was due. */
  async #calm(): Promise<void> {
    const { store, node, partitions, clock, log } = this.#options;
    const isCalm = ({ at }: Inheritance): boolean => clock.now() - at >= CALM_MS && this.#count === 0;
    const over = [...this.#inherited].filter(([id, inherited]) => !partitions.owns(id) || isCalm(inherited));
    const calm = over.flatMap(([id]) => partitions.owns(id) ? [partitions.fence(id)] : []);
    try {
      if (calm.length > 0) await store.calm(calm, node);
      for (const [id, inherited] of over) if (this.#inherited.get(id) === inherited) this.#inherited.delete(id);
    } catch (error) {
      log.warn("calm_put_off", { partitions: calm.length, error: textOf(error) });
    }
  }
}

function blameOf({ activity }: LetterRow): typeof BLAME[keyof typeof BLAME] {
  return activity === undefined ? BLAME.letter : BLAME.activity;
}
