import { ActorError } from "./errors.ts";
import type { Limits } from "./limits.ts";
import type { CommandMail } from "./mail.ts";
import { type DeadLetterRow, PERSONAL_DEAD_LETTERS } from "./dead_letter.ts";
import type { Clock, Ids, Log, Store } from "./ports.ts";
import type { Resident } from "./resident.ts";

const FIRST_BACKOFF_MS = 20;

export interface ParkingOptions {
  readonly limits: Limits;
  readonly clock: Clock;
  readonly store: Store;
  readonly log: Log;
  /** Puts mail back behind the others of its mailbox. */
  readonly again: (mail: CommandMail) => void;
}

/** Holds a message whose turn threw apart, so that the mailbox behind it flows, and lets it try again later. */
export class Parking {
  readonly #options: ParkingOptions;

  constructor(options: ParkingOptions) {
    this.#options = options;
  }

  /** True when it will be tried again; false when it has failed for the last time. */
  park(mail: CommandMail, error: unknown): boolean {
    const { limits, clock, store, log, again } = this.#options;
    const { attempts, to, command } = mail;
    log.error("turn_failed", { address: to, command: command.type, attempts, error: textOf(error) });
    if (attempts >= limits.attempts) return false;

    const delayMs = FIRST_BACKOFF_MS * 2 ** (attempts - 1);
    clock.after(delayMs, () => again(mail));
    if (mail.letter !== undefined) {
      const deliverAt = clock.now() + delayMs;
      store.postpone(mail.letter.id, { attempts, deliverAt }).catch((failure) =>
        log.warn("postpone_failed", { letter: mail.letter?.id, error: textOf(failure) })
      );
    }
    return true;
  }
}

export interface DeathNote {
  readonly ids: Ids;
  readonly resident: Resident;
  readonly error: unknown;
  /** Epoch milliseconds. */
  readonly now: number;
}

export function deadLetterOf(
  mail: CommandMail,
  { ids, resident, error, now }: DeathNote,
): DeadLetterRow {
  const { to, command, principal, correlationId, attempts, personal } = mail;
  return {
    id: `${personal.length === 0 ? "dlt_" : PERSONAL_DEAD_LETTERS}${ids(26)}`,
    address: to,
    partition: resident.partition,
    command,
    principal,
    correlationId,
    error: textOf(error),
    actorVersion: resident.version,
    attempts,
    diedAt: now,
  };
}

export function messageFailed(mail: CommandMail): ActorError {
  return new ActorError(
    "message_failed",
    "dead_letter",
    `Cannot handle "${mail.command.type}" for "${mail.to}": parked`,
  );
}

export function textOf(error: unknown): string {
  return error instanceof Error ? `${error.name}: ${error.message}` : String(error);
}
