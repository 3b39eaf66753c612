import type { Address, Command, Principal } from "../../machines/decision.ts";

/** With what the ids of dead letters begin that had personal rows with them. Those are not kept: their senders have them. */
export const PERSONAL_DEAD_LETTERS = "personal_";

/** A message that was put aside after failing, with what is known of why. */
export interface DeadLetterRow {
  readonly id: string;
  readonly address: Address;
  readonly partition: number;
  readonly command: Command;
  readonly principal: Principal;
  readonly correlationId: string;
  readonly error: string;
  /** Version of the actor when the message failed. */
  readonly actorVersion: number;
  readonly attempts: number;
  /** Epoch milliseconds. */
  readonly diedAt: number;
}
