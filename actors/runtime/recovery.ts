import { StoreError } from "./errors.ts";
import type { Halving } from "./halving.ts";
import type { Health } from "./health.ts";
import type { CommandMail, Mail } from "./mail.ts";
import { UNKNOWN_PRECEDENT } from "./mail.ts";
import type { Mailroom } from "./mailroom.ts";
import type { OpenBatch } from "./open_batch.ts";
import type { Outlets } from "./outlets.ts";
import type { Partitions } from "./partitions.ts";
import { pause } from "./pause.ts";
import type { Clock, Log, Store, TakenPartition } from "./ports.ts";
import type { PostOffice } from "./post_office.ts";
import type { Residency } from "./residency.ts";
import type { RuntimeMetrics } from "./runtime_metrics.ts";
import type { Untold } from "./untold.ts";

const RETAKE_BACKOFF_MS = 200;

export interface RecoveryOptions {
  readonly node: string;
  readonly store: Store;
  readonly partitions: Partitions;
  readonly residency: Residency;
  readonly mailroom: Mailroom;
  readonly postOffice: PostOffice;
  readonly clock: Clock;
  readonly log: Log;
  readonly health: Health;
  readonly metrics: RuntimeMetrics;
  readonly untold: Untold;
  readonly halving: Halving;
  readonly outlets: Outlets;
  /** The partitions are no longer here. */
  readonly onLost: (partitions: readonly number[]) => void;
}

/** What becomes of a batch whose commit did not simply succeed. Nobody is told anything that is not committed. */
export class Recovery {
  readonly #options: RecoveryOptions;
  #isStopped = false;

  constructor(options: RecoveryOptions) {
    this.#options = options;
  }

  /** Gives up what it cannot take again. */
  stop(): void {
    this.#isStopped = true;
  }

  recover(batch: OpenBatch, error: StoreError): Promise<void> | void {
    switch (error.failure) {
      case "fenced":
        return this.#fenced(batch, error.partitions);
      case "constraint":
        return this.#options.halving.halve(batch, error);
      default:
        return this.#unknown(batch);
    }
  }

  /** Gives the lost partitions up, alone; the rest of the batch is decided again. */
  #fenced(batch: OpenBatch, lost: readonly number[]): void {
    const { metrics, mailroom } = this.#options;
    metrics.fenced(lost.length);
    batch.undo();
    mailroom.giveBack([...batch.settlements.map(({ mail }) => mail), ...batch.unwritten]);
    this.lose(lost);
  }

  /** Another node has them. */
  lose(lost: readonly number[]): void {
    this.letGo(lost);
    this.#options.onLost(lost);
  }

  /** Drops partitions: forgets their actors, and tells whoever waits or listens there that they have moved. */
  letGo(lost: readonly number[]): void {
    const { partitions, residency, mailroom, postOffice, outlets } = this.#options;
    const gone = new Set(lost);
    partitions.drop(lost);
    postOffice.dropPartitions(gone);
    for (const resident of residency.inPartitions(gone)) {
      for (let mail = resident.mail.shift(); mail !== undefined; mail = resident.mail.shift()) mailroom.turnAway(mail);
      residency.forget([resident]);
    }
    outlets.close(outlets.addresses.filter((address) => gone.has(residency.partitionOf(address))), "moved");
  }

  /** Takes partitions over: what is known of their actors from an earlier time is worth nothing. */
  gain(taken: readonly TakenPartition[]): void {
    const { partitions, residency } = this.#options;
    residency.forget(residency.inPartitions(new Set(taken.map(({ id }) => id))));
    partitions.take(taken);
  }

  /**
   * It may have committed. Taking the partitions again ends the old transaction, whichever way; then everything is
   * decided again from what is stored, where recorded outcomes answer what had committed.
   */
  async #unknown(batch: OpenBatch): Promise<void> {
    const { postOffice, residency, partitions, mailroom } = this.#options;
    const involved = batch.involved;
    const ids = new Set([...involved].map(({ partition }) => partition).filter((id) => partitions.owns(id)));
    const { stale, lost } = await this.#retake([...ids], batch.lane);

    mailroom.giveBack([...this.#undecided(batch), ...batch.unwritten]);
    residency.forget(new Set([...involved, ...residency.inPartitions(stale)]));
    if (lost.length > 0) this.lose(lost);
    if (partitions.ids.length > 0) await postOffice.sweep();
  }

  /** Letters are left to the sweep, which finds those whose rows are still there. */
  #undecided(batch: OpenBatch): readonly Mail[] {
    const { postOffice, mailroom } = this.#options;
    for (const { mail } of batch.echoes) mail.precedent = UNKNOWN_PRECEDENT;
    return batch.settlements.flatMap(({ mail }): CommandMail[] => {
      if (mail.letter === undefined) {
        mail.precedent = UNKNOWN_PRECEDENT;
        return [mail];
      }
      postOffice.forget(mail.letter);
      mailroom.done(mail);
      return [];
    });
  }

  /** `stale`: partitions that somebody else had meanwhile. `lost`: those that somebody else has. */
  async #retake(
    ids: readonly number[],
    lane: string,
  ): Promise<{ readonly stale: ReadonlySet<number>; readonly lost: number[] }> {
    const { partitions, clock, health, log, untold } = this.#options;
    const former = new Map(ids.map((id): [number, number] => [id, partitions.fence(id).epoch]));
    for (;;) {
      try {
        const taken = await this.#takeUnlessTaken(ids);
        await untold.tell(taken);
        partitions.take(taken);
        health.recover(lane);
        const epochs = new Map(taken.map(({ id, epoch }): [number, number] => [id, epoch]));
        return {
          stale: new Set(ids.filter((id) => epochs.get(id) !== (former.get(id) ?? 0) + 1)),
          lost: ids.filter((id) => !epochs.has(id)),
        };
      } catch (error) {
        if (!(error instanceof StoreError)) throw error;
        health.ail(lane, "the database does not answer");
        log.warn("retake_failed", { failure: error.failure, error: error.message });
        if (this.#isStopped) return { stale: new Set(), lost: [...ids] };
        await pause(clock, RETAKE_BACKOFF_MS);
      }
    }
  }

  /** What others have taken meanwhile is theirs: to take it from them would cost them what they have in hand. */
  async #takeUnlessTaken(ids: readonly number[]): Promise<readonly TakenPartition[]> {
    const { store, node } = this.#options;
    const others = new Set((await store.owners()).flatMap(({ id, owner }) => owner === node ? [] : [id]));
    const mine = ids.filter((id) => !others.has(id));
    return mine.length === 0 ? [] : await store.take(mine, node);
  }
}
