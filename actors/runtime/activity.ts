import type { Command } from "../../machines/decision.ts";

/** What an activity is told beside its command. */
export interface ActivityRun {
  /** The letter's id: the provider's idempotency key. The same on every attempt, also after a crash. */
  readonly idempotencyKey: string;
  readonly attempt: number;
  readonly signal: AbortSignal;
}

/**
 * I/O that an actor asked for. Resolves to the command that tells the actor the result; throws when it does not know
 * the result and may be run again.
 */
export interface Activity {
  /** One attempt's time limit in milliseconds. */
  readonly timeoutMs: number;
  readonly attempts: number;
  run(command: Command, run: ActivityRun): Promise<Command>;
  /** What the actor is told when every attempt threw. */
  gaveUp(command: Command): Command;
}
