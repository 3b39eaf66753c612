import type { Address, Command, Principal } from "../../machines/decision.ts";
import type { Answer } from "./actors.ts";
import type { ActorError } from "./errors.ts";
import type { LetterRow, PersonalRow } from "./ports.ts";
import type { Resident } from "./resident.ts";

/** What lies in a mailbox: a command to decide, or a read to serve between commits. */
export type Mail = CommandMail | ReadMail;

interface AnyMail {
  readonly to: Address;
  /** Epoch milliseconds after which nobody waits for it; undecided, it is then dropped. */
  readonly expiresAt: number;
  /** Nobody waits any more: answered, failed or expired. */
  settled: boolean;
  fail(error: ActorError): void;
}

export interface CommandMail extends AnyMail {
  readonly what: "command";
  readonly command: Command;
  readonly commandId: string;
  readonly fingerprint: string;
  readonly principal: Principal;
  readonly correlationId: string;
  readonly traceparent?: string;
  readonly expectedVersion?: number;
  /** Only what was decided before is wanted. */
  readonly repeatOnly?: true;
  readonly personal: readonly PersonalRow[];
  /** The letter that carries it: consumed by its commit, which is what makes it happen once. */
  readonly letter?: LetterRow;
  /** What is known of its id: nothing yet, that it is new, or the outcome (JSON) of the first time. */
  precedent: Precedent;
  /** How often its turn has thrown. */
  attempts: number;
  answer(answer: Answer): void;
}

export type Precedent =
  | { readonly known: "nothing" }
  | { readonly known: "new" }
  | { readonly known: "decided"; readonly fingerprint: string; readonly outcomeJson: string };

export interface ReadMail extends AnyMail {
  readonly what: "read";
  /** Called at settle with the committed actor; synchronous, must not throw. */
  serve(resident: Resident): void;
}

export const UNKNOWN_PRECEDENT: Precedent = { known: "nothing" };
export const NO_PRECEDENT: Precedent = { known: "new" };

const COMPACT_ABOVE = 1024;

/** First in, first out, with the way back to the front that undone units need. */
export class MailQueue {
  #items: Mail[] = [];
  #head = 0;

  get length(): number {
    return this.#items.length - this.#head;
  }

  /** Places in memory, those of mail that was taken out among them. */
  get capacity(): number {
    return this.#items.length;
  }

  push(mail: Mail): void {
    this.#items.push(mail);
  }

  putBack(mails: readonly Mail[]): void {
    this.#items = [...mails, ...this.#items.slice(this.#head)];
    this.#head = 0;
  }

  shift(): Mail | undefined {
    const mail = this.#items[this.#head];
    if (mail === undefined) return undefined;

    this.#head++;
    // A queue that is never empty must let go of what was taken out, too.
    if (this.#head === this.#items.length || this.#head > COMPACT_ABOVE) {
      this.#items = this.#items.slice(this.#head);
      this.#head = 0;
    }
    return mail;
  }

  waiting(): readonly Mail[] {
    return this.#items.slice(this.#head);
  }
}
