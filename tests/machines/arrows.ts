import { expect } from "@std/expect";
import { it } from "@std/testing/bdd";
import type { Fact } from "../../machines/decision.ts";

/** Where a fact leads from a state; null: the machine has no arrow for it there. */
export type Arrows<Name extends string, Type extends string> = Readonly<
  Record<Name, Readonly<Record<Type, Name | null>>>
>;

interface MachineState<Name extends string, Event> {
  readonly value: Name;
  readonly context: unknown;
  can(event: Event): boolean;
}

/** Walks every state × fact: one sentence each. */
export function walk<Name extends string, Event extends Fact, State extends MachineState<Name, Event>>(
  arrows: Arrows<Name, Event["type"]>,
  machine: {
    readonly states: Readonly<Record<Name, State>>;
    readonly facts: Readonly<{ [Type in Event["type"]]: Extract<Event, { type: Type }> }>;
    evolve(state: State, event: Event): State;
  },
): void {
  for (const state of Object.values<State>(machine.states)) {
    for (const fact of Object.values<Event>(machine.facts)) {
      const type: Event["type"] = fact.type;
      const target = arrows[state.value][type];
      it(`${state.value} + ${type} → ${target ?? "no arrow"}`, () => {
        expect(state.can(fact)).toBe(target !== null);
        const next = machine.evolve(state, fact);
        expect(next.value).toBe(target ?? state.value);
        if (target === null) expect(next.context).toEqual(state.context);
      });
    }
  }
}
