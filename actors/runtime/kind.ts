import type { Address, Command, Decision, Fact, Message, Principal, Turn } from "../../machines/decision.ts";

/** A state as rows and snapshots hold it: the machine's state value and its context, plain JSON. */
export interface StoredState {
  readonly value: unknown;
  readonly context: unknown;
}

/** Where an event stands: what a frame may say beside the fact. */
export interface Stamp {
  readonly address: Address;
  readonly version: number;
  /** Epoch milliseconds. */
  readonly occurredAt: number;
  readonly commandId: string;
}

/** Where a view stands: the actor's own version, and the cursor in the feed that shows its effects. */
export interface Place {
  readonly version: number;
  readonly cursor: string;
}

/**
 * Binds a machine to the runtime: one per kind of actor.
 *
 * Everything here is called inside turns or settles: synchronous, pure, never with I/O. `evolve`, `view`, `frame` and
 * `tells` must not fail for any event the journal holds.
 */
export interface Kind<State = unknown, Asked extends Command = Command, Event extends Fact = Fact> {
  readonly name: string;
  /** `slot`: ids carry the slot of their owner's routing key. `hash`: the id is the routing key. */
  readonly routing: "slot" | "hash";
  /** Raised when stored states stop being readable by `thaw`; older snapshots are then rebuilt from the journal. */
  readonly schemaVersion: number;
  /** Parses a command from outside the process; throws on anything else. */
  parse(command: unknown): Asked;
  initial(id: string): State;
  decide(state: State, command: Asked, turn: Turn): Decision<Event, string>;
  evolve(state: State, event: Event): State;
  /** What an accepted fact makes this actor tell others: the feed mapping. `state` is the state after the fact. */
  tells(state: State, event: Event): readonly Message[];
  /** Whether this principal may send this command here; false is answered like a missing actor. */
  mayCommand(state: State, principal: Principal, command: Asked): boolean;
  /** Whether this principal may read here, through the feed of that name when one is named. */
  mayRead(state: State, principal: Principal, feed?: string): boolean;
  /** The actor whose feed shows what happens here, in the same partition; itself when undefined. */
  feedOf(state: State): Address | undefined;
  /** The public answer: JSON. */
  view(state: State, place: Place): unknown;
  /** The state that a stream's `snapshot` and `reset` frames carry, by feed name: JSON, bounded. */
  feedState(state: State, feed: string): unknown;
  /** What a reader of that feed sees of a fact: JSON, or undefined for a bare id. */
  frame(event: Event, stamp: Stamp, feed: string): unknown;
  freeze(state: State): StoredState;
  thaw(stored: StoredState): State;
}
