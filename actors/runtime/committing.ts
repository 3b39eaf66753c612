import { StoreError } from "./errors.ts";
import type { Health } from "./health.ts";
import type { Mailroom } from "./mailroom.ts";
import type { OpenBatch } from "./open_batch.ts";
import type { Partitions } from "./partitions.ts";
import { pause } from "./pause.ts";
import type { Batch, Clock, Log, Store } from "./ports.ts";
import type { Recovery } from "./recovery.ts";
import type { RuntimeMetrics } from "./runtime_metrics.ts";
import type { Settling } from "./settling.ts";

const FIRST_BACKOFF_MS = 50;
const LONGEST_BACKOFF_MS = 2000;
/** A commit that takes longer may yet succeed; until it does, nobody should be sent here. */
const DOUBTFUL_MS = 2000;

export interface CommittingOptions {
  readonly store: Store;
  readonly partitions: Partitions;
  readonly clock: Clock;
  readonly log: Log;
  readonly health: Health;
  readonly metrics: RuntimeMetrics;
  readonly mailroom: Mailroom;
  readonly settling: Settling;
  readonly recovery: Recovery;
}

/** Writes a batch in one SQL statement and settles it; hands what goes wrong to recovery. Never throws. */
export class Committing {
  readonly #options: CommittingOptions;
  #isStopped = false;

  constructor(options: CommittingOptions) {
    this.#options = options;
  }

  /** What fails from here on is given up: its callers are told that they do not know. */
  stop(): void {
    this.#isStopped = true;
    this.#options.recovery.stop();
  }

  /** `letOthersGo` is called when it takes longer than usual, and when it has failed. */
  async commit(batch: OpenBatch, letOthersGo: () => void = () => {}): Promise<void> {
    const letGo = batch.hold();
    let written: { readonly rows?: Batch } | undefined;
    try {
      written = await this.#write(batch, letOthersGo);
    } catch (error) {
      letOthersGo();
      await this.#failed(batch, error);
    } finally {
      letGo();
    }
    if (written !== undefined) this.#options.settling.settle(batch, written.rows);
  }

  async #write(batch: OpenBatch, doubt: () => void): Promise<{ readonly rows?: Batch }> {
    if (batch.writes) return { rows: await this.#writeRows(batch, doubt) };
    if (batch.looked.size > 0) await this.#checkEpochs(batch);
    return {};
  }

  async #failed(batch: OpenBatch, error: unknown): Promise<void> {
    const { recovery, log } = this.#options;
    const failure = error instanceof StoreError
      ? error
      : new StoreError("unknown", String(error), [], { cause: error });
    log.warn("commit_failed", { failure: failure.failure, error: failure.message });
    if (this.#isStopped) return this.#abandon(batch);
    await recovery.recover(batch, failure);
  }

  /** Redoes the statement as long as the database says that it cannot write now; readiness is off meanwhile. */
  async #writeRows(batch: OpenBatch, doubt: () => void): Promise<Batch> {
    const { store, partitions, clock, health, metrics, log } = this.#options;
    const rows = batch.rows(partitions);
    for (let backoffMs = FIRST_BACKOFF_MS;; backoffMs = Math.min(backoffMs * 2, LONGEST_BACKOFF_MS)) {
      const startedAt = clock.now();
      const cancelDoubt = clock.after(DOUBTFUL_MS, () => {
        health.ail(batch.lane, "the database does not answer");
        doubt();
      });
      try {
        await store.commit(rows);
        health.recover(batch.lane);
        metrics.committed(batch.settlements.length, clock.now() - startedAt);
        return rows;
      } catch (error) {
        if (!(error instanceof StoreError)) throw error;
        if (error.failure === "fenced" || error.failure === "constraint") health.recover(batch.lane);
        if (error.failure !== "retryable" || this.#isStopped) throw error;
        health.ail(batch.lane, "the database cannot write");
        doubt();
        log.warn("commit_retried", { error: error.message, backoffMs });
        await pause(clock, backoffMs);
      } finally {
        cancelDoubt();
      }
    }
  }

  #abandon(batch: OpenBatch): void {
    for (const { mail } of batch.settlements) this.#options.mailroom.abandon(mail);
    for (const mail of batch.unwritten) this.#options.mailroom.abandon(mail);
  }

  /** A batch that writes nothing could not be fenced, so it looks. */
  async #checkEpochs(batch: OpenBatch): Promise<void> {
    const { store, partitions } = this.#options;
    const ids = [...batch.looked];
    const stored = new Map((await store.epochs(ids)).map(({ id, epoch }): [number, number] => [id, epoch]));
    const lost = ids.filter((id) => stored.get(id) !== partitions.fence(id).epoch);
    if (lost.length > 0) throw new StoreError("fenced", `Cannot read from ${lost.length} partitions: taken`, lost);
  }
}
