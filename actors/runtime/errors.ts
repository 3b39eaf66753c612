/** What the runtime does about an error: try again, give the partition up, or park the message. */
export type Disposition = "retry" | "release" | "dead_letter";

/**
 * - `mailbox_full`: the actor's or the node's mailbox is at its limit; nothing was enqueued.
 * - `unavailable`: cannot commit or route now; nothing was decided.
 * - `outcome_unknown`: the deadline passed or an owner died twice; ask again with the same id.
 * - `moved`: this node no longer owns the partition; ask again elsewhere.
 * - `message_failed`: the message keeps failing and was parked in the dead letters.
 * - `not_readable`: no such actor for this principal.
 * - `too_large`: nodes cannot tell each other so much. When it is the answer to a command, that has been done.
 */
export type ActorErrorCode =
  | "mailbox_full"
  | "unavailable"
  | "outcome_unknown"
  | "moved"
  | "message_failed"
  | "not_readable"
  | "too_large";

export class ActorError extends Error {
  override readonly name = "ActorError";

  constructor(
    readonly code: ActorErrorCode,
    readonly disposition: Disposition,
    message: string,
    options?: ErrorOptions,
  ) {
    super(message, options);
  }
}

/**
 * How a commit failed.
 *
 * - `unknown`: the connection was lost, it may have committed.
 * - `fenced`: `partitions` carry a newer epoch; nothing was written.
 * - `constraint`: a row of the batch contradicts what is stored; nothing was written.
 * - `retryable`: the database cannot write now (deadlock, disk full, read-only); nothing was written.
 */
export type StoreFailure = "unknown" | "fenced" | "constraint" | "retryable";

export class StoreError extends Error {
  override readonly name = "StoreError";

  constructor(
    readonly failure: StoreFailure,
    message: string,
    readonly partitions: readonly number[] = [],
    options?: ErrorOptions,
  ) {
    super(message, options);
  }
}
