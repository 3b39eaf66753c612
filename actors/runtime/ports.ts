import type { Address, Command, Principal } from "../../machines/decision.ts";
import type { DeadLetterRow } from "./dead_letter.ts";
import type { StoredState } from "./kind.ts";

/** Time as the process sees it; a simulator brings its own. */
export interface Clock {
  /** Epoch milliseconds of the database's clock: its reading plus a monotonic offset. */
  now(): number;
  /** Runs `task` once after `delayMs`; the returned function calls it off. */
  after(delayMs: number, task: () => void): () => void;
}

/** A clock that misses the time for which its machine sleeps, until it is told. */
export interface DatabaseClock extends Clock {
  /** The database's clock has shown that: this one goes there when it is behind, and never back. */
  catchUp(databaseNow: number): void;
}

/** Fresh, unguessable, lower-case base32 text of `length` characters. */
export type Ids = (length: number) => string;

/** A number in [0, 1). */
export type Random = () => number;

/** Says what happened, once, where it is handled. Never receives personal data or tokens. */
export interface Log {
  info(event: string, fields?: Readonly<Record<string, unknown>>): void;
  warn(event: string, fields?: Readonly<Record<string, unknown>>): void;
  error(event: string, fields?: Readonly<Record<string, unknown>>): void;
}

/** The database as a whole: made once, when it is created. */
export interface Identity {
  /** Renewed on restore; cursors and event ids carry it. */
  readonly incarnation: string;
  /** Keys derived ids and cursor tags; hex, 64 characters. */
  readonly secret: string;
  readonly partitions: number;
}

/** A partition in this node's hands. */
export interface TakenPartition {
  readonly id: number;
  readonly epoch: number;
  /** Position of its last event, 0 when it has none. */
  readonly position: number;
  /** Epoch milliseconds of its last event, 0 when it has none. */
  readonly lastOccurredAt: number;
  /** Owners that died or lost it without a release since the last clean one, or since it was found calm. */
  readonly attempts: number;
  /** The owner that had it until now and did not release it; undefined when it did, or is the taker itself. */
  readonly bereftOf?: string;
}

export interface PartitionEpoch {
  readonly id: number;
  readonly epoch: number;
}

/** Whose hands a partition is in, as the database has it. */
export interface PartitionOwner extends PartitionEpoch {
  /** The node's name; undefined: it was released. */
  readonly owner?: string;
  /** The newest version of the journal that may have been written there. */
  readonly journal: number;
}

export interface EventRow {
  readonly partition: number;
  /** Gap-free within the partition, from 1. */
  readonly position: number;
  readonly address: Address;
  /** Gap-free within the address, from 1. */
  readonly version: number;
  readonly type: string;
  /** JSON text of the fact without its `type`. */
  readonly dataJson: string;
  readonly commandId: string;
  readonly correlationId: string;
  readonly traceparent?: string;
  /** Epoch milliseconds. */
  readonly occurredAt: number;
}

/** What a command came to, as it is remembered. */
export interface OutcomeRow {
  readonly address: Address;
  readonly commandId: string;
  /** Hash of the command's body: the same id with another body is refused. */
  readonly fingerprint: string;
  /** JSON text: the stored answer. */
  readonly outcomeJson: string;
}

export interface LetterRow {
  readonly id: string;
  readonly from: Address;
  readonly to: Address;
  readonly toPartition: number;
  /** The activity to run instead of delivering to the actor at `to`, which gets the result. */
  readonly activity?: string;
  readonly command: Command;
  readonly principal: Principal;
  readonly correlationId: string;
  readonly traceparent?: string;
  /** Epoch milliseconds: not before. */
  readonly deliverAt: number;
  /** Deadlines only: at most one letter per (to, timerKey). */
  readonly timerKey?: string;
  readonly attempts: number;
  readonly suspicion?: LetterSuspicion;
}

/** That a letter was alone in the hands of an owner. */
export interface LetterSuspicion {
  readonly owner: string;
  /** Owners before that one that died, one after the other, with it alone in hand. */
  readonly deaths: number;
}

export interface TimerKey {
  readonly address: Address;
  readonly key: string;
}

export interface SnapshotRow {
  readonly address: Address;
  readonly version: number;
  readonly schemaVersion: number;
  readonly state: StoredState;
}

export interface AliasRow {
  readonly publicId: string;
  readonly address: Address;
}

export interface PersonalRow {
  readonly id: string;
  readonly customerId: string;
  readonly data: Readonly<Record<string, unknown>>;
}

/** All that one batch writes. Everything in it is written, or nothing is. */
export interface Batch {
  /** Every partition the batch touches, with the epoch under which it decided. */
  readonly fences: readonly PartitionEpoch[];
  readonly events: readonly EventRow[];
  readonly outcomes: readonly OutcomeRow[];
  readonly letters: readonly LetterRow[];
  /** Ids of letters consumed; each must still be there, else `constraint`. */
  readonly consumed: readonly string[];
  /** Deadlines disarmed, before `letters` are written; one that is not there is no error. */
  readonly cancelled: readonly TimerKey[];
  readonly aliases: readonly AliasRow[];
  readonly personal: readonly PersonalRow[];
  readonly snapshots: readonly SnapshotRow[];
  readonly deadLetters: readonly DeadLetterRow[];
}

/** An actor as it lies in the store. */
export interface LoadedActor {
  readonly address: Address;
  /** The newest snapshot, or undefined. */
  readonly snapshot?: SnapshotRow;
  /** All events after the snapshot (from the first when there is none), in version order. */
  readonly events: readonly EventRow[];
  /** Newest command ids remembered for it, at most as many as asked for. */
  readonly commandIds: readonly string[];
  /** True when `commandIds` are all there are. */
  readonly commandIdsComplete: boolean;
}

export interface CommandKey {
  readonly address: Address;
  readonly commandId: string;
}

/** Which part of an actor's journal: versions in (`after`, `upTo`], at most `limit` of them. */
export interface JournalRange {
  readonly address: Address;
  readonly after: number;
  readonly upTo: number;
}

/**
 * PostgreSQL, the only truth. Every call is one round trip unless it says otherwise, and throws `StoreError` alone.
 *
 * The one rule that everything leans on: `commit` writes a batch whole or not at all, and only while every fence holds
 * the epoch that is stored. `load`, `outcomes`, `letters` and `events` see every commit that returned before they began.
 */
export interface Store {
  readonly identity: Identity;

  /**
   * Takes partitions: their epoch rises by one, which waits for, and after 500 ms ends, what a former owner still has
   * in flight. `attempts` rises unless the former owner released them or is the same.
   */
  take(partitions: readonly number[], owner: string): Promise<readonly TakenPartition[]>;
  /** Gives partitions up cleanly; those whose epoch has moved on are left alone. */
  release(partitions: readonly PartitionEpoch[], owner: string): Promise<void>;
  /** Nobody has died of these for a while: their `attempts` are 0 again, unless their epoch has moved on. */
  calm(partitions: readonly PartitionEpoch[], owner: string): Promise<void>;
  /** Who has which partition, all of them in order of their ids: one plain select. */
  owners(): Promise<readonly PartitionOwner[]>;
  /** From here on that version of the journal may be written there; never goes back. */
  raiseJournal(partitions: readonly number[], version: number): Promise<void>;
  /** The stored epochs: one plain select. */
  epochs(partitions: readonly number[]): Promise<readonly PartitionEpoch[]>;

  /** One SQL statement. Fails as `StoreFailure` says. Snapshots older than the stored one are ignored. */
  commit(batch: Batch): Promise<void>;

  /** Loads all of them; an address without a journal comes back with no snapshot and no events. */
  load(addresses: readonly Address[], options: { readonly commandIds: number }): Promise<readonly LoadedActor[]>;
  /** The stored outcomes among those asked for. */
  outcomes(keys: readonly CommandKey[]): Promise<readonly OutcomeRow[]>;
  /**
   * Letters for these partitions due before `dueBefore` (epoch milliseconds), the oldest first: at most `limit` for
   * actors and as many for activities, so that a provider that keeps silent holds up no deadline.
   */
  letters(
    partitions: readonly number[],
    options: { readonly dueBefore: number; readonly limit: number },
  ): Promise<readonly LetterRow[]>;
  /** Events of many journals at once, in (address, version) order; at most `limit` per range. */
  events(ranges: readonly JournalRange[], limit: number): Promise<readonly EventRow[]>;
  /** A partition's journal in position order: for relays and projections. */
  journal(partition: number, options: { readonly after: number; readonly limit: number }): Promise<readonly EventRow[]>;
  alias(publicId: string): Promise<Address | undefined>;
  personal(ids: readonly string[]): Promise<readonly PersonalRow[]>;
  /** Puts a failing letter off: attempts and deliver_at. */
  postpone(letterId: string, options: { readonly attempts: number; readonly deliverAt: number }): Promise<void>;
  /**
   * Marks that letter, when there is one, as alone in the hands of the owner, which has its partition; unmarks all others
   * of that owner.
   */
  suspect(letterId: string | undefined, suspicion: LetterSuspicion): Promise<void>;

  deadLetters(options: { readonly after?: string; readonly limit: number }): Promise<readonly DeadLetterRow[]>;
  /** Removes one and returns it; undefined when it is gone. `retry` makes it a letter again in the same statement. */
  takeDeadLetter(id: string, what: "discard" | "retry"): Promise<DeadLetterRow | undefined>;
  /** Deletes outcomes older than `before` (epoch milliseconds), at most `limit`; returns how many. */
  forgetOutcomes(options: { readonly before: number; readonly limit: number }): Promise<number>;

  /** Epoch milliseconds on the database's clock; also the cheapest proof that it answers. */
  now(): Promise<number>;
}
