import { type AnyActorScope, type AnyStateMachine, createActor } from "xstate";

interface Steps<State, Event> {
  transition(state: State, event: Event, scope: AnyActorScope): State;
}

/**
 * How the states of a machine follow from facts: pure, and for machines without effects the same as XState's
 * `transition`. That one makes an actor for every call, which costs twice as much as the step itself; here all steps
 * of a machine lean on one actor that is never started.
 */
export function evolver<State, Event>(
  machine: Steps<State, Event> & AnyStateMachine,
): (state: State, event: Event) => State {
  const self = createActor(machine);
  const scope = {
    self,
    id: "",
    sessionId: "",
    system: self.system,
    logger: nothing,
    defer: nothing,
    emit: nothing,
    stopChild: nothing,
    actionExecutor: nothing,
  };
  return (state, event) => machine.transition(state, event, scope);
}

function nothing(): void {}
