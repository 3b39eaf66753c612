import { everyPartition } from "../../actors/runtime/address.ts";
import type { Clock, Log, Random, Store } from "../../actors/runtime/ports.ts";
import type { Progress, Publisher, RelayMetrics, StoredProgress, StreamState } from "./ports.ts";
import type { RelayLimits } from "./relay_limits.ts";
import { lostIn } from "./stream_check.ts";

export interface PreparingOptions {
  readonly store: Pick<Store, "identity">;
  readonly progress: Progress;
  readonly publisher: Pick<Publisher, "stream" | "eventAt">;
  readonly clock: Clock;
  readonly random: Random;
  readonly log: Log;
  readonly metrics: RelayMetrics;
  readonly limits: RelayLimits;
  /** Writes positions down that are not yet. */
  readonly flush: () => Promise<void>;
  /** This is how far a partition is; it is not ready yet. */
  readonly onLoaded: (progress: StoredProgress) => void;
  /** The stream has become another one. */
  readonly onAnotherStream: () => void;
  /** A partition may be published from there on. */
  readonly onReady: (progress: StoredProgress, stream: StreamState) => void;
}

/**
 * Makes partitions ready to be published: their positions are read, and the stream must still hold what was last seen
 * in it, else they go back to the horizon. Tries until it succeeds, with growing pauses while it does not.
 */
export class Preparing implements AsyncDisposable {
  readonly #options: PreparingOptions;
  /** Epoch milliseconds before which a partition rests. */
  readonly #waiting = new Map<number, number>();
  /** Epoch milliseconds from which every partition is to be sent back; undefined: none need be. */
  #sendAllBackFrom: number | undefined;
  #createdAt: string | undefined;
  #cancelRest: (() => void) | undefined;
  #working: Promise<void> | undefined;
  /** Counts what made everything unclear: what was found out before is worth nothing. */
  #doubts = 0;
  #retryMs: number;
  #isClosed = false;

  constructor(options: PreparingOptions) {
    this.#options = options;
    this.#retryMs = options.limits.firstRetryMs;
  }

  /** Names the stream's life that partitions were made ready for last. */
  get streamCreatedAt(): string | undefined {
    return this.#createdAt;
  }

  prepare(partitions: Iterable<number>, restMs = 0): void {
    const from = Math.round(this.#options.clock.now() + restMs);
    for (const partition of partitions) this.#waiting.set(partition, from);
    this.#rest();
  }

  forget(partition: number): void {
    this.#waiting.delete(partition);
  }

  /**
   * The stream has lost its end and grows again. Events that were on their way may be stored behind the gap, and be the
   * furthest of their partition, at any node: what was seen proves nothing, so every partition goes back to the horizon.
   */
  lostItsEnd(): void {
    this.#sendAllBackFrom ??= this.#options.clock.now();
    this.#rest();
  }

  /** Everything has become unclear: these begin again, after a pause. */
  doubt(partitions: Iterable<number>): void {
    this.#doubts++;
    this.prepare(partitions, this.#pauseMs());
  }

  /** What was waited for is back: whoever waits begins soon, not all nodes at the same moment. */
  hurry(): void {
    this.trust();
    const { clock, random, limits } = this.#options;
    const from = clock.now() + random() * limits.firstRetryMs;
    for (const [partition, later] of this.#waiting) this.#waiting.set(partition, Math.min(later, from));
    this.#rest();
  }

  /** Things go well: the next pause is short again. */
  trust(): void {
    this.#retryMs = this.#options.limits.firstRetryMs;
  }

  async [Symbol.asyncDispose](): Promise<void> {
    this.#isClosed = true;
    this.#cancelRest?.();
    await this.#working;
    if (this.#sendAllBackFrom === undefined) return;
    await this.#sendAllBack().catch((error) => this.#options.log.warn("relay_not_sent_back", { error }));
  }

  /** Works when the first of those that wait has rested. */
  #rest(): void {
    const first = Math.min(this.#sendAllBackFrom ?? Infinity, ...this.#waiting.values());
    if (this.#isClosed || this.#working !== undefined || first === Infinity) return;
    this.#cancelRest?.();
    const restMs = Math.max(0, first - this.#options.clock.now());
    this.#cancelRest = this.#options.clock.after(restMs, () => {
      this.#cancelRest = undefined;
      this.#working = this.#work();
    });
  }

  async #work(): Promise<void> {
    const now = this.#options.clock.now();
    const partitions = [...this.#waiting].filter(([, from]) => from <= now).map(([partition]) => partition);
    const allGoBack = this.#sendAllBackFrom !== undefined && this.#sendAllBackFrom <= now;
    try {
      // It must not end before `#rest` has noted that it works, even when all have been forgotten meanwhile.
      await (allGoBack ? this.#sendAllBack() : undefined);
      if (partitions.length > 0) await this.#makeReady(partitions);
    } catch (error) {
      const { log, metrics } = this.#options;
      const retryMs = this.#pauseMs();
      metrics.failed();
      log.warn("relay_waits", { error, retryMs });
      const from = this.#options.clock.now() + retryMs;
      if (this.#sendAllBackFrom !== undefined) this.#sendAllBackFrom = from;
      for (const partition of partitions) if (this.#waiting.has(partition)) this.#waiting.set(partition, from);
    }
    this.#working = undefined;
    this.#rest();
  }

  async #makeReady(partitions: readonly number[]): Promise<void> {
    const { progress, publisher, flush, onLoaded, onAnotherStream, onReady } = this.#options;
    const doubts = this.#doubts;
    await flush();
    const loaded = await progress.load(partitions);
    for (const partition of loaded) if (this.#waiting.has(partition.partition)) onLoaded(partition);
    const stream = await publisher.stream();
    const sentBack = await this.#sendBack(loaded, stream);
    const ready = sentBack ? await progress.load(partitions) : loaded;
    if (doubts !== this.#doubts || this.#isClosed) return;

    if (this.#createdAt !== stream.createdAt) {
      const wasAnother = this.#createdAt !== undefined;
      this.#createdAt = stream.createdAt;
      if (wasAnother) onAnotherStream();
    }
    for (const partition of ready) {
      if (this.#waiting.delete(partition.partition)) onReady(partition, stream);
    }
  }

  async #sendBack(loaded: readonly StoredProgress[], stream: StreamState): Promise<boolean> {
    const { store: { identity: { incarnation } }, publisher } = this.#options;
    const lost = await lostIn(loaded, { stream, publisher, incarnation });
    if (lost.length === 0) return false;
    await this.#toTheHorizon(lost, stream);
    return true;
  }

  async #sendAllBack(): Promise<void> {
    const { store: { identity }, publisher, progress } = this.#options;
    const stream = await publisher.stream();
    const all = await progress.load(everyPartition(identity.partitions));
    await this.#toTheHorizon(all, stream);
    this.#sendAllBackFrom = undefined;
  }

  async #toTheHorizon(lost: readonly StoredProgress[], { createdAt }: StreamState): Promise<void> {
    const { progress, clock, log, limits } = this.#options;
    const since = clock.now() - limits.horizonMs;
    log.warn("relay_publishes_again", {
      partitions: lost.length,
      since: new Date(since).toISOString(),
      streamCreatedAt: createdAt,
    });
    await progress.sendBack(lost, { since, createdAt });
  }

  /** Twice as long each time, and never the same on two nodes. */
  #pauseMs(): number {
    const { limits, random } = this.#options;
    const pauseMs = this.#retryMs * (0.5 + random());
    this.#retryMs = Math.min(this.#retryMs * 2, limits.lastRetryMs);
    return pauseMs;
  }
}
