import type { Address } from "../../machines/decision.ts";
import type { DeadLetterRow } from "../../actors/runtime/dead_letter.ts";
import type {
  Batch,
  CommandKey,
  EventRow,
  Identity,
  JournalRange,
  LetterRow,
  LetterSuspicion,
  LoadedActor,
  OutcomeRow,
  PartitionEpoch,
  PartitionOwner,
  PersonalRow,
  Store,
  TakenPartition,
} from "../../actors/runtime/ports.ts";
import { migrate } from "./migrate.ts";
import { checkServer } from "./postgres_check.ts";
import { commitToPostgres } from "./postgres_commit.ts";
import { PostgresConnections } from "./postgres_connections.ts";
import { Forgetting } from "./postgres_forgetting.ts";
import { eventsFromPostgres, journalFromPostgres } from "./postgres_journal.ts";
import {
  deadLettersFromPostgres,
  lettersFromPostgres,
  postponeInPostgres,
  suspectInPostgres,
  takeDeadLetterFromPostgres,
} from "./postgres_letters.ts";
import { loadFromPostgres, outcomesFromPostgres } from "./postgres_load.ts";
import {
  calmInPostgres,
  epochsFromPostgres,
  identityFromPostgres,
  ownersFromPostgres,
  raiseJournalInPostgres,
  releaseInPostgres,
  takeFromPostgres,
} from "./postgres_partitions.ts";
import { warmConnections } from "./postgres_warmth.ts";
import { aliasFromPostgres, nowOnPostgres, personalFromPostgres } from "./postgres_records.ts";

export interface PostgresStoreOptions {
  /** Connections that only commit: one per lane. 1 when absent. */
  readonly commitConnections?: number;
  /** Connections for all the rest; at least two, or a take could not end whoever blocks it. 4 when absent. */
  readonly readConnections?: number;
  /** Milliseconds after which a call has failed. 10,000 when absent. */
  readonly limitMs?: number;
}

/**
 * Opens a PostgreSQL: checks that it keeps what it acknowledges, brings its tables up to date, reads who it is.
 * Throws `StartRefused` when somebody has to change something first, `StoreError` when it cannot be reached.
 */
export async function openPostgresStore(url: string, options: PostgresStoreOptions = {}): Promise<PostgresStore> {
  const { commitConnections = 1, readConnections = 4, limitMs } = options;
  await using opened = new AsyncDisposableStack();
  // Each by itself: what is given up with one commit must not take the others along.
  const commits = Array.from(
    { length: commitConnections },
    () => opened.use(new PostgresConnections({ url }, { connections: 1, limitMs })),
  );
  const reads = opened.use(new PostgresConnections({ url }, { connections: readConnections, limitMs }));
  await checkServer(reads);
  await migrate(reads);
  await warmConnections({ commits, reads, readConnections });
  return new PostgresStore(await identityFromPostgres(reads), { commits, reads, closes: opened.move() });
}

interface OpenedPostgres {
  /** One or more. */
  readonly commits: readonly PostgresConnections[];
  readonly reads: PostgresConnections;
  /** Closed with the store: the connections, and whatever stands behind them. */
  readonly closes: AsyncDisposable;
}

/** The `Store` over PostgreSQL's protocol. Each verb is a function of its own file. */
export class PostgresStore implements Store, AsyncDisposable {
  readonly identity: Identity;
  /** For projections, which keep their tables in the same database. */
  readonly reads: PostgresConnections;
  /** Those without a commit under way. */
  readonly #free: PostgresConnections[];
  readonly #forgetting: Forgetting;
  readonly #closes: AsyncDisposable;

  constructor(identity: Identity, { commits, reads, closes }: OpenedPostgres) {
    this.identity = identity;
    this.#free = [...commits];
    this.reads = reads;
    this.#forgetting = new Forgetting(reads);
    this.#closes = closes;
  }

  take(partitions: readonly number[], owner: string): Promise<readonly TakenPartition[]> {
    return takeFromPostgres(this.reads, partitions, owner);
  }

  release(partitions: readonly PartitionEpoch[], owner: string): Promise<void> {
    return releaseInPostgres(this.reads, partitions, owner);
  }

  calm(partitions: readonly PartitionEpoch[], owner: string): Promise<void> {
    return calmInPostgres(this.reads, partitions, owner);
  }

  epochs(partitions: readonly number[]): Promise<readonly PartitionEpoch[]> {
    return epochsFromPostgres(this.reads, partitions);
  }

  async commit(batch: Batch): Promise<void> {
    const free = this.#free.pop();
    try {
      // More at once than there are lanes: seldom, and small.
      await commitToPostgres(free ?? this.reads, batch);
    } finally {
      if (free !== undefined) this.#free.push(free);
    }
  }

  load(addresses: readonly Address[], options: { readonly commandIds: number }): Promise<readonly LoadedActor[]> {
    return loadFromPostgres(this.reads, addresses, options);
  }

  raiseJournal(partitions: readonly number[], version: number): Promise<void> {
    return raiseJournalInPostgres(this.reads, partitions, version);
  }

  owners(): Promise<readonly PartitionOwner[]> {
    return ownersFromPostgres(this.reads);
  }

  outcomes(keys: readonly CommandKey[]): Promise<readonly OutcomeRow[]> {
    return outcomesFromPostgres(this.reads, keys);
  }

  letters(
    partitions: readonly number[],
    options: { readonly dueBefore: number; readonly limit: number },
  ): Promise<readonly LetterRow[]> {
    return lettersFromPostgres(this.reads, partitions, options);
  }

  events(ranges: readonly JournalRange[], limit: number): Promise<readonly EventRow[]> {
    return eventsFromPostgres(this.reads, ranges, limit);
  }

  journal(
    partition: number,
    options: { readonly after: number; readonly limit: number },
  ): Promise<readonly EventRow[]> {
    return journalFromPostgres(this.reads, partition, options);
  }

  alias(publicId: string): Promise<Address | undefined> {
    return aliasFromPostgres(this.reads, publicId);
  }

  personal(ids: readonly string[]): Promise<readonly PersonalRow[]> {
    return personalFromPostgres(this.reads, ids);
  }

  postpone(letterId: string, options: { readonly attempts: number; readonly deliverAt: number }): Promise<void> {
    return postponeInPostgres(this.reads, letterId, options);
  }

  suspect(letterId: string | undefined, suspicion: LetterSuspicion): Promise<void> {
    return suspectInPostgres(this.reads, letterId, suspicion);
  }

  deadLetters(options: { readonly after?: string; readonly limit: number }): Promise<readonly DeadLetterRow[]> {
    return deadLettersFromPostgres(this.reads, options);
  }

  takeDeadLetter(id: string, what: "discard" | "retry"): Promise<DeadLetterRow | undefined> {
    return takeDeadLetterFromPostgres(this.reads, id, what);
  }

  forgetOutcomes(options: { readonly before: number; readonly limit: number }): Promise<number> {
    return this.#forgetting.forget(options);
  }

  now(): Promise<number> {
    return nowOnPostgres(this.reads);
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await this.#closes[Symbol.asyncDispose]();
  }
}
