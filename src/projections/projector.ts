import { everyPartition } from "../../actors/runtime/address.ts";
import type { Clock, EventRow, Log, Store } from "../../actors/runtime/ports.ts";
import { News } from "./news.ts";
import { loadPositions } from "./positions.ts";
import type { Projection } from "./projection.ts";
import type { Queries } from "./queries.ts";

export interface ProjectorOptions {
  readonly store: Pick<Store, "journal" | "identity">;
  readonly queries: Queries;
  readonly projections: readonly Projection[];
  readonly clock: Clock;
  readonly log: Log;
}

interface Waiter {
  readonly partitions: readonly number[];
  resolve(): void;
  reject(error: Error): void;
}

const EVENTS_PER_READ = 500;
const PARTITIONS_PER_PASS = 16;
/** Projecting shares the database with commits: it rests as long as it worked, and at least so long. */
const REST_MS = 20;
/** Partitions that have just been taken have customers who wait: read models do not get in their way. */
const LOOK_MS = 100;
const FIRST_RETRY_MS = 100;
const LAST_RETRY_MS = 5_000;
/** Others that project the same partitions are ahead so often in a row, each time with something done. */
const OUTPACED_AT_MOST = 50;

/** Follows the journal with read models. Opened once per process; several processes do no harm to each other. */
export async function startProjector(options: ProjectorOptions): Promise<Projector> {
  const projector = new Projector(options);
  await projector.open();
  return projector;
}

/**
 * Reads each partition's journal, or this node's news of it, after the positions of its read models, applies it, and
 * writes rows and positions in one statement. It works when woken and rests otherwise; an error costs a pause and is
 * tried again.
 */
export class Projector implements AsyncDisposable {
  readonly #options: ProjectorOptions;
  readonly #all: readonly number[];
  readonly #behind = new Set<number>();
  readonly #news = new News();
  readonly #waiters = new Set<Waiter>();
  #cancelRest: (() => void) | undefined;
  #working: Promise<void> | undefined;
  #retryMs = FIRST_RETRY_MS;
  #closed = false;
  #startingOver = false;

  constructor(options: ProjectorOptions) {
    this.#options = options;
    this.#all = everyPartition(options.store.identity.partitions);
  }

  /** Learns where the read models stand, and begins to catch up. */
  async open(): Promise<void> {
    await this.#loadPositions();
    this.wake();
  }

  /** There is news: in these events' partitions, or anywhere. Costs nothing, so that commits can call it. */
  wake(events?: readonly EventRow[]): void {
    for (const event of events ?? []) this.#news.add(event);
    for (const partition of events?.map((event) => event.partition) ?? this.#all) this.#behind.add(partition);
    if (this.#behind.size > 0) this.#rest(REST_MS);
  }

  /** There may be more in the journals of these than this node was told of. */
  look(partitions: readonly number[]): void {
    for (const partition of partitions) {
      this.#behind.add(partition);
      this.#news.drop(partition);
    }
    if (partitions.length > 0) this.#rest(LOOK_MS);
  }

  /**
   * Resolves when the read models show everything that was committed in these partitions when it was called. That may
   * take for ever: by the signal, whoever waits no longer is let go.
   */
  caughtUp(partitions: readonly number[], signal?: AbortSignal): Promise<void> {
    return new Promise((resolve, reject) => {
      signal?.throwIfAborted();
      if (this.#closed) return reject(new Error("Cannot catch up: the projector is closed"));
      const waiter = { partitions, resolve, reject };
      this.#waiters.add(waiter);
      signal?.addEventListener("abort", () => {
        this.#waiters.delete(waiter);
        reject(signal.reason);
      }, { once: true });
      for (const partition of partitions) this.#behind.add(partition);
      // After an error the pause goes on: whoever waits does not make the database well.
      if (this.#retryMs > FIRST_RETRY_MS) return;
      this.#cancelRest?.();
      this.#cancelRest = undefined;
      this.#rest(0);
    });
  }

  /** Resolves when the read models show everything that was committed when it was called. */
  allCaughtUp(): Promise<void> {
    return this.caughtUp(this.#all);
  }

  /** Makes every row again from the journal. Readers see the lists fill up meanwhile. */
  async rebuild(): Promise<void> {
    this.#startingOver = true;
    await this.allCaughtUp();
  }

  async [Symbol.asyncDispose](): Promise<void> {
    this.#closed = true;
    this.#cancelRest?.();
    await this.#working;
    for (const { reject } of this.#waiters) reject(new Error("Cannot catch up: the projector is closed"));
    this.#waiters.clear();
  }

  /** Works after a while, unless that is planned or under way already. */
  #rest(restMs: number): void {
    if (this.#closed || this.#working !== undefined || this.#cancelRest !== undefined) return;
    this.#cancelRest = this.#options.clock.after(restMs, () => {
      this.#cancelRest = undefined;
      this.#working = this.#work();
    });
  }

  async #work(): Promise<void> {
    const startedAt = this.#options.clock.now();
    let restMs = 0;
    try {
      await this.#sweep();
      this.#retryMs = FIRST_RETRY_MS;
      restMs = Math.max(REST_MS, this.#options.clock.now() - startedAt);
    } catch (error) {
      restMs = this.#retryMs;
      this.#retryMs = Math.min(this.#retryMs * 2, LAST_RETRY_MS);
      this.#options.log.warn("projection_failed", { error: String(error), retryMs: restMs });
    }
    this.#working = undefined;
    if (this.#waiters.size > 0 && this.#retryMs === FIRST_RETRY_MS) this.#rest(0);
    else if (this.#behind.size > 0) this.#rest(restMs);
  }

  /** What arrives from here on, news or waiters, is for the next sweep. */
  async #sweep(): Promise<void> {
    const waiters = [...this.#waiters];
    const awaited = new Set(waiters.flatMap(({ partitions }) => partitions));
    const left = new Set(this.#startingOver ? this.#all : [...awaited, ...this.#behind]);
    // Whoever waits may know of another node's commits: for them the journal speaks.
    for (const partition of awaited) this.#news.drop(partition);
    this.#behind.clear();
    try {
      if (this.#startingOver) await this.#startOver();
      while (left.size > 0) {
        const some = [...left].slice(0, PARTITIONS_PER_PASS);
        await this.#catchUp(some);
        for (const partition of some) left.delete(partition);
        for (const waiter of waiters) {
          if (waiter.partitions.some((partition) => left.has(partition))) continue;
          this.#waiters.delete(waiter);
          waiter.resolve();
        }
      }
    } catch (error) {
      for (const partition of left) this.#behind.add(partition);
      throw error;
    }
  }

  /** Between sweeps, so that none writes what it read before. */
  async #startOver(): Promise<void> {
    for (const projection of this.#options.projections) await projection.restart(this.#all);
    this.#startingOver = false;
  }

  /** Reads these partitions to the ends that they have now. */
  async #catchUp(partitions: readonly number[]): Promise<void> {
    let outpaced = 0;
    for (let left = partitions; left.length > 0;) {
      const journals = new Map(await Promise.all(left.map((partition) => this.#read(partition))));
      const lost = await this.#project(journals);
      if (lost !== undefined) {
        // Another process was there first: from where that has come to.
        if (++outpaced > OUTPACED_AT_MOST) throw new Error(lost);
        await this.#loadPositions();
        continue;
      }
      left = left.filter((partition) => (journals.get(partition)?.length ?? 0) === EVENTS_PER_READ);
    }
  }

  async #read(partition: number): Promise<[number, readonly EventRow[]]> {
    const after = Math.min(...this.#options.projections.map((projection) => projection.position(partition)));
    const range = { after, limit: EVENTS_PER_READ };
    return [partition, this.#news.take(partition, range) ?? await this.#options.store.journal(partition, range)];
  }

  /** What somebody else has moved meanwhile; nothing of it was written. */
  async #project(journals: ReadonlyMap<number, readonly EventRow[]>): Promise<string | undefined> {
    for (const projection of this.#options.projections) {
      const lost = await projection.project(journals);
      if (lost.length === 0) continue;
      return `Cannot project partitions ${lost.join(", ")}: another process moved "${projection.name}"`;
    }
    return undefined;
  }

  async #loadPositions(): Promise<void> {
    const { queries, projections, store: { identity: { partitions } } } = this.#options;
    const names = projections.map(({ name }) => name);
    const positions = await loadPositions(queries, { projections: names, partitions });
    for (const projection of projections) projection.stand(positions);
  }
}
