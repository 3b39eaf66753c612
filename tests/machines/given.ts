import { expect } from "@std/expect";
import type { Command, Decision, Fact, Message, Principal, Turn } from "../../machines/decision.ts";

/** What a folder of `machines/` exports. */
export interface Rules<State, Asked extends Command, Event extends Fact, Reason extends string> {
  decide(state: State, command: Asked, turn: Turn): Decision<Event, Reason>;
  evolve(state: State, event: Event): State;
}

/** What is expected of a decision. */
export interface Verdict<Event extends Fact, Reason extends string> {
  then(...events: readonly Event[]): Verdict<Event, Reason>;
  thenSends(...messages: readonly Message[]): Verdict<Event, Reason>;
  /** Accepted, and nothing happens. */
  thenNothing(): Verdict<Event, Reason>;
  thenRefuses(reason: Reason, details?: Readonly<Record<string, unknown>>): Verdict<Event, Reason>;
}

export const ann: Principal = { sub: "ann", roles: ["customer"], stores: [] };
export const bob: Principal = { sub: "bob", roles: ["customer"], stores: [] };
export const clerk: Principal = { sub: "clerk", roles: ["staff"], stores: ["main"] };
export const admin: Principal = { sub: "root", roles: ["admin"], stores: [] };
export const service: Principal = { sub: "importer", roles: ["service"], stores: [] };

/** `given(state).when(command).then(fact)`: sentences about rules. Ann asks unless somebody else is named. */
export function sentencesAbout<State, Asked extends Command, Event extends Fact, Reason extends string>(
  rules: Rules<State, Asked, Event, Reason>,
): (state: State) => { when(command: Asked, principal?: Principal): Verdict<Event, Reason> } {
  return (state) => ({
    when: (command, principal = ann) => verdict(rules.decide(state, command, turnOf(principal))),
  });
}

export function turnOf(principal: Principal): Turn {
  return { now: 1_290_000_000_000, principal, commandId: "scope:key" };
}

/** The state after these facts. */
export function after<State, Event>(
  state: State,
  { evolve, events }: { readonly evolve: (state: State, event: Event) => State; readonly events: readonly Event[] },
): State {
  return events.reduce(evolve, state);
}

function verdict<Event extends Fact, Reason extends string>(
  decision: Decision<Event, Reason>,
): Verdict<Event, Reason> {
  const self: Verdict<Event, Reason> = {
    then: (...events) => {
      expect(decision).toMatchObject({ accepted: true });
      expect(decision).toHaveProperty("events", events);
      return self;
    },
    thenSends: (...messages) => {
      expect(decision).toHaveProperty("messages", messages);
      return self;
    },
    thenNothing: () => self.then().thenSends(),
    thenRefuses: (reason, details) => {
      expect(decision).toEqual({ accepted: false, reason, ...(details !== undefined && { details }) });
      return self;
    },
  };
  return self;
}
