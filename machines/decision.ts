/** Where an actor lives: `kind/id`. */
export type Address = `${string}/${string}`;

/** Anything that can be asked of an actor; `type` is an order: `add_line`. */
export interface Command {
  readonly type: string;
}

/** Anything that happened to an actor; `type` is a past fact: `line_added`. */
export interface Fact {
  readonly type: string;
}

/**
 * What a decision makes others do.
 *
 * - `send`: a command for another actor. In the same partition it is a turn of the same unit, whose refusal refuses
 *   the unit; elsewhere it is a letter: at least once, in any order.
 * - `deadline`: a command to myself at `at` (epoch milliseconds). One per key: arming again replaces.
 * - `cancel`: disarms the deadline with that key.
 * - `activity`: I/O outside the turn; its result comes back to me as a command.
 * - `alias`: a public id by which my address can be found.
 */
export type Message =
  | { readonly kind: "send"; readonly to: Address; readonly command: Command }
  | { readonly kind: "deadline"; readonly key: string; readonly at: number; readonly command: Command }
  | { readonly kind: "cancel"; readonly key: string }
  | { readonly kind: "activity"; readonly name: string; readonly command: Command; readonly at?: number }
  | { readonly kind: "alias"; readonly publicId: string };

export interface Accepted<Event extends Fact> {
  readonly accepted: true;
  readonly events: readonly Event[];
  readonly messages: readonly Message[];
  /** The actor of the same partition whose view answers the caller; the decider itself when absent. */
  readonly replyFrom?: Address;
  /** A word for the caller beside the view, such as `created`. */
  readonly outcome?: string;
}

export interface Refused<Reason extends string> {
  readonly accepted: false;
  readonly reason: Reason;
  /** What the caller may be told about it, such as the actions that are allowed instead. */
  readonly details?: Readonly<Record<string, unknown>>;
}

/** What a command comes to. Both are committed and remembered under the command's id. */
export type Decision<Event extends Fact, Reason extends string> = Accepted<Event> | Refused<Reason>;

/** Who asks. Edges and runtimes vouch for it; rules may look at it. */
export interface Principal {
  readonly sub: string;
  readonly roles: readonly Role[];
  readonly stores: readonly string[];
}

export type Role = "customer" | "staff" | "admin" | "service";

/** What a turn knows beside state and command. */
export interface Turn {
  /** Epoch milliseconds on the partition's clock: never backwards, the same for a whole batch. */
  readonly now: number;
  readonly principal: Principal;
  readonly commandId: string;
}

export function accept<Event extends Fact>(
  events: readonly Event[],
  more: Omit<Partial<Accepted<Event>>, "accepted" | "events"> = {},
): Accepted<Event> {
  return { accepted: true, events, messages: [], ...more };
}

/** Accepted, and nothing changes: a repeat, or a wish already granted. */
export function acceptNothing(more: Omit<Partial<Accepted<never>>, "accepted" | "events"> = {}): Accepted<never> {
  return { accepted: true, events: [], messages: [], ...more };
}

export function refuse<Reason extends string>(
  reason: Reason,
  details?: Readonly<Record<string, unknown>>,
): Refused<Reason> {
  return details === undefined ? { accepted: false, reason } : { accepted: false, reason, details };
}

export function send(to: Address, command: Command): Message {
  return { kind: "send", to, command };
}
