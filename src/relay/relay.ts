import type { Clock, EventRow, Log, Random, Store } from "../../actors/runtime/ports.ts";
import { Bookkeeper } from "./bookkeeper.ts";
import { every } from "./every.ts";
import { Holdings, type Owned } from "./holdings.ts";
import { Intake } from "./intake.ts";
import { type Entry, PartitionRun } from "./partition_run.ts";
import type { Progress, Publisher, RelayMetrics, StoredProgress, StreamState } from "./ports.ts";
import { Preparing } from "./preparing.ts";
import { DEFAULT_RELAY_LIMITS, type RelayLimits } from "./relay_limits.ts";
import { Sender } from "./sender.ts";
import { StreamWatch } from "./stream_watch.ts";

export interface RelayOptions {
  readonly store: Pick<Store, "journal" | "identity">;
  readonly progress: Progress;
  readonly publisher: Publisher;
  readonly clock: Clock;
  readonly random: Random;
  readonly log: Log;
  readonly metrics: RelayMetrics;
  readonly limits?: Partial<RelayLimits>;
}

/**
 * Publishes the journals of this node's partitions: every event at least once, each entity's in their order. The stored
 * position follows what the stream has stored, never the other way round, so a crash at any point only repeats.
 */
export class Relay implements AsyncDisposable {
  readonly #options: RelayOptions;
  readonly #limits: RelayLimits;
  readonly #owned = new Holdings();
  readonly #intake: Intake;
  readonly #sender: Sender;
  readonly #bookkeeper: Bookkeeper;
  readonly #preparing: Preparing;
  readonly #watch: StreamWatch;
  readonly #sweeps: AsyncDisposable;
  #said: string | undefined;
  #isClosed = false;

  constructor(options: RelayOptions) {
    const { publisher, store: { identity: { incarnation } } } = options;
    const limits = { ...DEFAULT_RELAY_LIMITS, ...options.limits };
    this.#options = options;
    this.#limits = limits;
    this.#intake = new Intake({
      ...options,
      limits,
      onEntries: (run, entries) => this.#take(run, entries),
      onUnclear: (why) => this.#unclear(why),
    });
    this.#sender = new Sender({
      ...options,
      incarnation,
      inFlight: limits.inFlight,
      onStored: (run) => this.#stored(run),
      onUnclear: (why) => this.#unclear(why),
      onWentBack: (why) => this.#wentBack(why),
      onRefused: (run, refused) => this.#refused(run, refused),
    });
    this.#bookkeeper = new Bookkeeper({
      ...options,
      restMs: limits.markMs,
      onOvertaken: (run) => this.#beginAgain(run, 0),
    });
    this.#preparing = new Preparing({
      ...options,
      limits,
      flush: () => this.#bookkeeper.flush(),
      onLoaded: (progress) => this.#loaded(progress),
      onAnotherStream: () => this.#preparing.prepare(this.#endAll()),
      onReady: (progress, stream) => this.#ready(progress, stream),
    });
    this.#watch = new StreamWatch({
      publisher,
      clock: options.clock,
      checkMs: limits.checkMs,
      // Before anything is published, preparing finds out what the stream has become.
      createdAt: () => this.#owned.isAnyPublished ? this.#preparing.streamCreatedAt : undefined,
      endsAt: () => this.#sender.streamEndsAt,
      onUnclear: (why) => this.#unclear(why),
      onWentBack: (why) => this.#wentBack(why),
      onReturned: () => this.#preparing.hurry(),
    });
    this.#sweeps = every({ clock: options.clock, restMs: limits.sweepMs }, () => this.#sweep());
  }

  /** Whether all of this node's partitions are being published; false while the stream or the database is away. */
  get isPublishing(): boolean {
    return this.#owned.areAllPublished;
  }

  /** Events that are committed and not yet published, on this node, as far as it knows. */
  get lag(): number {
    return this.#owned.lag;
  }

  /** This node has taken these partitions. */
  own(partitions: readonly number[]): void {
    const { takenMs } = this.#limits;
    const untilNext = takenMs - this.#options.clock.now() % takenMs;
    this.#preparing.prepare(this.#owned.take(partitions), untilNext);
  }

  /** This node has given these partitions up. What is on its way may still arrive. */
  disown(partitions: readonly number[]): void {
    for (const partition of partitions) {
      const owned = this.#owned.get(partition);
      if (owned !== undefined) this.#end(owned);
      this.#owned.delete(partition);
      this.#preparing.forget(partition);
    }
  }

  /** These were committed. Costs next to nothing, so that commits can call it. */
  wake(events: readonly EventRow[]): void {
    for (const event of events) {
      const owned = this.#owned.get(event.partition);
      if (owned === undefined) continue;
      if (event.position > owned.known) owned.known = event.position;
      if (owned.run === undefined) continue;
      owned.run.hear(event);
      this.#intake.stir(owned.run);
    }
  }

  /** Waits a moment for what is on its way, writes the positions down and stops. */
  async [Symbol.asyncDispose](): Promise<void> {
    this.#isClosed = true;
    this.#intake.close();
    await this.#sweeps[Symbol.asyncDispose]();
    await this.#watch[Symbol.asyncDispose]();
    await this.#sender.close(this.#options.clock, this.#limits.landingMs);
    await this.#preparing[Symbol.asyncDispose]();
    this.disown([...this.#owned.keys()]);
    await this.#bookkeeper.close();
  }

  /** A commit whose answer was lost tells nobody of its events, and another node may have sent partitions back. */
  async #sweep(): Promise<void> {
    if (this.#owned.size === 0) return;
    try {
      for (const { partition, end, replays } of await this.#options.progress.load([...this.#owned.keys()])) {
        const owned = this.#owned.get(partition);
        if (owned === undefined) continue;
        owned.known = Math.max(owned.known, end);
        if (owned.run === undefined) continue;
        owned.run.learn(end);
        if (owned.run.replays !== replays) this.#beginAgain(owned.run, 0);
        else if (owned.run.wantsToRead) this.#intake.stir(owned.run);
      }
    } catch {
      // Whoever reads and writes there notices as well, and says so.
    }
  }

  #loaded({ partition, position, end }: StoredProgress): void {
    const owned = this.#owned.get(partition);
    if (owned === undefined) return;
    owned.stored = position;
    owned.known = Math.max(owned.known, end);
  }

  #ready(progress: StoredProgress, { createdAt, lastSequence }: StreamState): void {
    const owned = this.#owned.get(progress.partition);
    if (owned === undefined || this.#isClosed) return;
    this.#loaded(progress);
    this.#sender.streamIsAtLeast(lastSequence);
    owned.run = new PartitionRun({ ...progress, end: owned.known }, createdAt);
    this.#intake.stir(owned.run);
  }

  #take(run: PartitionRun, entries: readonly Entry[]): void {
    this.#sender.send(entries);
    this.#bookkeeper.note(run);
  }

  #stored(run: PartitionRun): void {
    if (this.#said !== undefined) {
      this.#said = undefined;
      this.#preparing.trust();
      this.#options.log.info("relay_publishes");
    }
    this.#bookkeeper.note(run);
    if (run.hasNews || run.wantsToRead) this.#intake.stir(run);
  }

  #refused(run: PartitionRun, { row, why }: { readonly row: EventRow; readonly why: string }): void {
    const { log, metrics } = this.#options;
    const { partition, position, address, type } = row;
    metrics.failed();
    const owned = this.#owned.get(partition);
    if (owned === undefined) return;
    const times = owned.refused.position === position ? owned.refused.times + 1 : 1;
    owned.refused = { position, times };
    log.error("relay_event_refused", { partition, position, address, type, why, times });
    const { firstRetryMs, lastRetryMs } = this.#limits;
    this.#beginAgain(run, Math.min(firstRetryMs * 2 ** times, lastRetryMs));
  }

  #unclear(why: string): void {
    if (this.#isClosed) return;
    this.#options.metrics.failed();
    if (this.#said !== why) this.#options.log.warn("relay_interrupted", { why });
    this.#said = why;
    this.#preparing.doubt(this.#endAll());
  }

  #wentBack(why: string): void {
    this.#preparing.lostItsEnd();
    this.#unclear(why);
  }

  #beginAgain(run: PartitionRun, restMs: number): void {
    const owned = this.#owned.get(run.partition);
    if (owned === undefined || owned.run !== run) return;
    this.#end(owned);
    this.#preparing.prepare([run.partition], restMs);
  }

  #endAll(): readonly number[] {
    for (const owned of this.#owned.values()) this.#end(owned);
    this.#sender.reset();
    return [...this.#owned.keys()];
  }

  #end(owned: Owned): void {
    const { run } = owned;
    if (run === undefined) return;
    run.hasEnded = true;
    owned.stored = run.stored;
    owned.run = undefined;
    this.#sender.forget(run);
    this.#intake.forget(run);
  }
}
