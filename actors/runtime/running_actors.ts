import type { Actors } from "./actors.ts";
import type { Cursors } from "./cursor.ts";
import type { Health } from "./health.ts";
import type { Kind } from "./kind.ts";
import type { Limits } from "./limits.ts";
import type { Activity } from "./activity.ts";
import type { DatabaseClock, EventRow, Ids, LetterRow, Log, PartitionEpoch, Random, Store } from "./ports.ts";
import type { RuntimeMetrics } from "./runtime_metrics.ts";

export interface RuntimeOptions {
  readonly node: string;
  readonly store: Store;
  readonly clock: DatabaseClock;
  readonly ids: Ids;
  readonly random: Random;
  readonly log: Log;
  readonly metrics: RuntimeMetrics;
  readonly kinds: readonly Kind[];
  readonly activities: ReadonlyMap<string, Activity>;
  readonly limits?: Partial<Limits>;
  /** Commits under way at once, each of other partitions; 1 when absent. The store needs a connection for each. */
  readonly lanes?: number;
  /**
   * What this node is one of several of: it then owns what it claims and nothing else, and tells of letters for
   * partitions of others, and of what it has lost. Absent: it is alone and owns every partition.
   */
  readonly shared?: {
    /** Takes letters whose partition another node owns. Synchronous, must not throw. */
    hint(letter: LetterRow): void;
    /** A fence has shown that another node owns these. Synchronous, must not throw. */
    lost(partitions: readonly number[]): void;
  };
  /**
   * Called after every commit, with its events in commit order; must not throw. Not of a commit whose answer was lost when
   * another node took the partition meanwhile: whoever needs them all reads the journal.
   */
  readonly onCommitted?: (events: readonly EventRow[]) => void;
}

/** A node's actors, running. */
export interface RunningActors extends Actors {
  readonly health: Health;
  readonly cursors: Cursors;
  /** Mail waiting, actors in memory, outlets attached, letters in hand, partitions owned. */
  readonly gauges: () => RuntimeGauges;
  owns(partition: number): boolean;
  /** The partitions in this node's hands. */
  readonly partitions: readonly number[];
  /** Takes partitions, whoever has them; returns those that it has now. Rejects with `StoreError`. */
  claim(partitions: readonly number[]): Promise<readonly number[]>;
  /** Gives partitions up between two commits: what waits for them is turned away as `moved`. Rejects with `StoreError`. */
  release(partitions: readonly number[]): Promise<void>;
  /** Lets go of partitions that, by these epochs, another node has taken meanwhile. */
  verify(stored: readonly PartitionEpoch[]): Promise<void>;
  /** Takes letters that are in the store; those for partitions of others are ignored. */
  receive(letters: readonly LetterRow[]): void;
  /** Stops taking mail, finishes what is in hand, gives the partitions up. */
  close(): Promise<void>;
}

export interface RuntimeGauges {
  readonly mailboxDepth: number;
  readonly residents: number;
  readonly outlets: number;
  readonly letters: number;
  readonly partitions: number;
}
