import type { SessionParts } from "./session.ts";

const WAIT_MS = 10_000;

/** What is needed of `navigator.locks`. */
interface TurnLocks {
  request(name: string, options: { readonly signal: AbortSignal }, task: () => Promise<void>): Promise<unknown>;
}

/** Runs one task at a time, whichever tab it is of; at once where there are no locks, or none to be had in time. */
export function takingTurns(name: string, locks: TurnLocks | undefined): SessionParts["exclusively"] {
  return async <Value>(task: () => Promise<Value>): Promise<Value> => {
    const turn: { result?: Promise<Value> } = {};
    const take = async (): Promise<void> => {
      turn.result = task();
      await turn.result.catch(() => {});
    };
    await locks?.request(name, { signal: AbortSignal.timeout(WAIT_MS) }, take).catch(() => {});
    return await (turn.result ?? task());
  };
}
