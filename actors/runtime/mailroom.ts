import { ActorError } from "./errors.ts";
import type { Limits } from "./limits.ts";
import type { Mail } from "./mail.ts";
import type { Clock } from "./ports.ts";
import type { Residency } from "./residency.ts";
import type { Resident } from "./resident.ts";

const EXPIRY_CHECK_MS = 250;

export interface MailroomOptions {
  readonly residency: Residency;
  readonly clock: Clock;
  readonly limits: Limits;
  readonly owns: (partition: number) => boolean;
  /** Gives a resident with mail its turn, as soon as it is ready. */
  readonly schedule: (resident: Resident) => void;
}

/**
 * Takes mail in and puts it into its actor's mailbox. Bounded per actor and per node: what does not fit is refused at
 * the door. A command that nobody waits for any more fails `outcome_unknown`, a read `unavailable`.
 */
export class Mailroom {
  readonly #options: MailroomOptions;
  readonly #awaited = new Set<Mail>();
  #depth = 0;
  #isClosed = false;
  #stopExpiry: () => void = (): void => {};

  constructor(options: MailroomOptions) {
    this.#options = options;
    this.#armExpiry();
  }

  /** Mail taken in and not yet settled. */
  get depth(): number {
    return this.#depth;
  }

  /**
   * Enqueues; throws `mailbox_full`, `moved` when the partition is not here, `unavailable` when the door is closed; or
   * returns undefined for an impossible address.
   */
  accept(mail: Mail): Resident | undefined {
    const { residency, limits, owns } = this.#options;
    if (this.#isClosed) throw new ActorError("unavailable", "retry", "Cannot take mail in: the node is closing");
    const resident = residency.find(mail.to);
    if (resident === undefined) return undefined;
    if (!owns(resident.partition)) {
      residency.release(resident);
      throw new ActorError(
        "moved",
        "retry",
        `Cannot deliver to "${mail.to}": partition ${resident.partition} is not here`,
      );
    }
    if (this.#depth >= limits.mailboxPerNode || resident.mail.length >= limits.mailboxPerActor) {
      residency.release(resident);
      throw new ActorError("mailbox_full", "retry", `Cannot deliver to "${mail.to}": mailbox full`);
    }
    this.#depth++;
    if (mail.expiresAt !== Infinity) this.#awaited.add(mail);
    resident.mail.push(mail);
    this.admit(resident);
    return resident;
  }

  /** Takes mail that is already counted back in, behind the others: a parked message that tries again. */
  resume(mail: Mail): void {
    const resident = this.#options.residency.find(mail.to);
    if (resident === undefined || !this.#options.owns(resident.partition)) return this.turnAway(mail);
    resident.mail.push(mail);
    this.admit(resident);
  }

  /** The mail is dealt with: it cannot be answered. */
  fail(mail: Mail, error: ActorError): void {
    if (!mail.settled) mail.fail(error);
    this.done(mail);
  }

  /** Its partition is no longer here. */
  turnAway(mail: Mail): void {
    this.fail(mail, new ActorError("moved", "retry", `Cannot answer for "${mail.to}": it has moved`));
  }

  /** Puts mail of a failed batch back to the front of its mailboxes, in that order, to be decided again. */
  giveBack(mails: readonly Mail[]): void {
    for (const [to, group] of Map.groupBy(mails, (mail) => mail.to)) {
      const resident = this.#options.residency.find(to);
      if (resident === undefined) continue;
      resident.mail.putBack(group);
      this.admit(resident);
    }
  }

  /** Puts undecided mail back to the front of its mailbox. */
  putBack(resident: Resident, mails: readonly Mail[]): void {
    resident.mail.putBack(mails);
  }

  /** Sees to it that a resident with mail gets its turn: loaded first when it is absent. */
  admit(resident: Resident): void {
    if (resident.mail.length === 0) return;
    if (resident.phase === "absent") return this.#options.residency.load(resident);
    this.#options.schedule(resident);
  }

  /** The mail is dealt with, one way or the other. */
  done(mail: Mail): void {
    this.#depth--;
    mail.settled = true;
    this.#awaited.delete(mail);
  }

  /** The caller cannot be told, and nobody goes on trying. */
  abandon(mail: Mail): void {
    this.fail(mail, lateFor(mail));
  }

  /** Takes nothing in any more. */
  close(): void {
    this.#isClosed = true;
  }

  /** Tells whoever still waits that nothing was decided. */
  stop(): void {
    this.#stopExpiry();
    const error = new ActorError("unavailable", "retry", "Cannot answer: the node is closing");
    for (const mail of this.#awaited) this.#giveUp(mail, error);
  }

  #armExpiry(): void {
    this.#stopExpiry = this.#options.clock.after(EXPIRY_CHECK_MS, () => {
      const now = this.#options.clock.now();
      for (const mail of this.#awaited) {
        if (mail.expiresAt > now) continue;
        this.#giveUp(mail, lateFor(mail));
      }
      this.#armExpiry();
    });
  }

  /** The caller is gone; the mail itself may still be in hand, so it is not `done`. */
  #giveUp(mail: Mail, error: ActorError): void {
    this.#awaited.delete(mail);
    if (mail.settled) return;
    mail.settled = true;
    mail.fail(error);
  }
}

function lateFor({ what, to }: Mail): ActorError {
  if (what === "read") return new ActorError("unavailable", "retry", `Cannot read "${to}": it took too long`);
  return new ActorError("outcome_unknown", "retry", `Cannot tell what came of a message to "${to}": ask again`);
}
