import type { Address, Command, Principal } from "../../machines/decision.ts";
import type { PersonalRow } from "./ports.ts";

/** A command for an actor. */
export interface Ask {
  readonly to: Address;
  readonly command: Command;
  /** `<scope>:<idempotency key>`; the part after the colon is shown to the client as `commandId`. */
  readonly commandId: string;
  /** True only when `commandId` was made for this very call, so that nobody can have used it before. */
  readonly fresh: boolean;
  readonly principal: Principal;
  readonly correlationId: string;
  readonly traceparent?: string;
  /**
   * What the caller asked for, in the caller's own words: taken for the command's body when a repeat is told from another
   * wish under the same id. Needed where the edge adds what may differ at a repeat, such as today's price; the command
   * itself when absent.
   */
  readonly intent?: string;
  /** Does nothing: answers with what was decided under that id and body before, or refuses with `not_decided`. */
  readonly repeatOnly?: true;
  /** Refused with `version_mismatch` when the actor stands elsewhere. */
  readonly expectedVersion?: number;
  /** Personal rows that the command refers to, written by its commit. */
  readonly personal?: readonly PersonalRow[];
  /** Milliseconds until the caller is told `outcome_unknown`; 10,000 when absent. */
  readonly timeoutMs?: number;
}

/** The committed answer. `replayed`: it was decided before, for an earlier ask with the same id and body. */
export type Answer = AcceptedAnswer | RefusedAnswer;

export interface AcceptedAnswer {
  readonly ok: true;
  /** JSON text of the view after the unit; parse it only when its fields are needed. */
  readonly replyJson: string;
  readonly outcome?: string;
  readonly version: number;
  /** The place in the customer's feed (the actor's own, where it has no customer) where the effect appears. */
  readonly cursor: string;
  /** The cursor in the changed actor's own feed: for staff and admin. */
  readonly ownCursor: string;
  readonly replayed: boolean;
}

/**
 * `reason` is the kind's own, or one of the runtime's: `not_found` (missing or foreign), `version_mismatch`,
 * `idempotency_key_reused`, `not_decided`.
 */
export interface RefusedAnswer {
  readonly ok: false;
  readonly reason: string;
  readonly details?: Readonly<Record<string, unknown>>;
  readonly version: number;
  readonly replayed: boolean;
}

export interface Read {
  readonly address: Address;
  readonly principal: Principal;
}

export interface ReadAnswer {
  readonly view: unknown;
  readonly version: number;
  readonly cursor: string;
}

/** One event of a feed, as a client sees it. */
export interface Frame {
  readonly cursor: string;
  readonly version: number;
  /** JSON text; undefined: a bare id. */
  readonly dataJson?: string;
}

/** Why a cursor could not be resumed. */
export type ResetReason = "cursor_invalid" | "cursor_foreign" | "cursor_ahead";

/**
 * How a stream begins: exactly one of three. `resumed`: `frames` are all that came after the client's cursor.
 * `snapshot`: no cursor was given, or too much was missed. `reset`: the cursor is not of this feed.
 */
export type Opening =
  | { readonly outcome: "resumed"; readonly cursor: string; readonly frames: readonly Frame[] }
  | { readonly outcome: "snapshot"; readonly cursor: string; readonly stateJson: string }
  | {
    readonly outcome: "reset";
    readonly cursor: string;
    readonly stateJson: string;
    readonly reason: ResetReason;
  };

/** One subscription of one connection. Called synchronously and in order; must neither block nor throw. */
export interface Outlet {
  open(opening: Opening): void;
  /** After `open`: every later event of the feed, contiguous. */
  deliver(frame: Frame): void;
  /** The owner lets go: the connection should come back after a while. */
  close(code: string): void;
}

export interface Subscription {
  readonly address: Address;
  /** The feed's name: which facts are shown. `owner` or `public`. */
  readonly feed: string;
  readonly principal: Principal;
  /** The client's cursor; undefined or empty: from a snapshot. */
  readonly after?: string;
}

/**
 * The door to every actor, wherever it lives.
 *
 * All of them reject with `ActorError` alone: `mailbox_full`, `unavailable`, `outcome_unknown`, `message_failed`,
 * `too_large`; reads and subscriptions also with `not_readable` (missing or foreign).
 */
export interface Actors {
  ask(ask: Ask): Promise<Answer>;
  /** Linearizable: sees every command answered before it was called. */
  read(read: Read): Promise<ReadAnswer>;
  /** Attaches an outlet; the result detaches it. `open` is called before this resolves. */
  subscribe(subscription: Subscription, outlet: Outlet): Promise<() => void>;
  /** The same as the opening of a subscription, without one. */
  changes(subscription: Subscription): Promise<Opening>;
}
