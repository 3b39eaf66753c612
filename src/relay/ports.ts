import type { OutgoingEvent } from "../events/outgoing_event.ts";

/**
 * What became of an event that was sent.
 *
 * - `stored`: the stream holds it, under that sequence. `repeated`: it held it already.
 * - `away`: nobody can tell; nothing else goes through either.
 * - `refused`: the stream does not take this one now.
 */
export type Publication =
  | { readonly kind: "stored"; readonly sequence: number; readonly repeated: boolean }
  | { readonly kind: "away"; readonly why: string }
  | { readonly kind: "refused"; readonly why: string };

export interface StreamState {
  /** Names this life of the stream: one that is made anew has another. */
  readonly createdAt: string;
  readonly firstSequence: number;
  readonly lastSequence: number;
}

/** The stream that events are published to. */
export interface Publisher {
  /** Sends an event. `settled` is called at most once, never before `publish` has returned; not after an interruption. */
  publish(event: OutgoingEvent, settled: (publication: Publication) => void): void;
  /** Rejects while the stream is away; makes it when it is missing. */
  stream(): Promise<StreamState>;
  /** The id of the event with this sequence; undefined when the stream has let it go. */
  eventAt(sequence: number): Promise<string | undefined>;
  /** Tells of interruptions until the returned function is called. */
  follow(listener: StreamListener): () => void;
}

export interface StreamListener {
  /** What is on its way may be lost, and the stream may be another one from now on. */
  interrupted(why: string): void;
  /** It can be reached again. */
  returned(): void;
}

/** What was seen in the stream of a partition: the event furthest in it of those up to the stored position. */
export interface SeenInStream {
  readonly createdAt: string;
  readonly sequence?: number;
  /** The event's position in its partition. */
  readonly position?: number;
}

/** How far a partition is published, as it is stored. */
export interface StoredProgress {
  readonly partition: number;
  /** Everything up to here was stored by the stream. */
  readonly position: number;
  readonly replays: number;
  readonly seen?: SeenInStream;
  /** Where the partition's journal ends. */
  readonly end: number;
}

export interface Mark {
  readonly partition: number;
  readonly replays: number;
  readonly position: number;
  readonly seen: SeenInStream;
}

/** How far partitions are published. Every call is one statement. */
export interface Progress {
  load(partitions: readonly number[]): Promise<readonly StoredProgress[]>;
  /**
   * Moves positions forward and returns the partitions that were moved. The others stand there or further already, or
   * have been sent back since they were loaded.
   */
  mark(marks: readonly Mark[]): Promise<readonly number[]>;
  /** Sends partitions that have not been since back to their first event after `since` (epoch milliseconds). */
  sendBack(
    partitions: readonly Pick<StoredProgress, "partition" | "replays">[],
    options: { readonly since: number; readonly createdAt: string },
  ): Promise<void>;
}

/** What the relay counts. */
export interface RelayMetrics {
  /** The stream has stored an event. */
  published(): void;
  /** A try to publish has failed; it will be made again. */
  failed(): void;
}
