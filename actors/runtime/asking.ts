import { createHash } from "node:crypto";
import type { Command } from "../../machines/decision.ts";
import type { Answer, Ask, Read, ReadAnswer, Subscription } from "./actors.ts";
import type { Cursors } from "./cursor.ts";
import { ActorError } from "./errors.ts";
import type { Limits } from "./limits.ts";
import { type CommandMail, NO_PRECEDENT, UNKNOWN_PRECEDENT } from "./mail.ts";
import type { Mailroom } from "./mailroom.ts";
import type { Clock, LetterRow } from "./ports.ts";
import type { Resident } from "./resident.ts";

export interface AskingOptions {
  readonly mailroom: Mailroom;
  readonly clock: Clock;
  readonly limits: Limits;
  readonly cursors: Cursors;
}

/** Turns calls and letters into mail, and mail that was dealt with into answers. */
export class Asking {
  readonly #options: AskingOptions;

  constructor(options: AskingOptions) {
    this.#options = options;
  }

  ask(ask: Ask): Promise<Answer> {
    const { mailroom, clock, limits } = this.#options;
    return new Promise((resolve, reject) => {
      const { to, command, commandId, fresh, principal, correlationId, traceparent, expectedVersion, repeatOnly } = ask;
      const mail: CommandMail = {
        what: "command",
        to,
        command,
        commandId,
        principal,
        correlationId,
        fingerprint: fresh ? "" : fingerprintOf(ask.intent ?? JSON.stringify(command)),
        precedent: fresh ? NO_PRECEDENT : UNKNOWN_PRECEDENT,
        personal: ask.personal ?? [],
        expiresAt: clock.now() + (ask.timeoutMs ?? limits.askTimeoutMs),
        settled: false,
        attempts: 0,
        answer: resolve,
        fail: reject,
        ...(traceparent === undefined ? {} : { traceparent }),
        ...(expectedVersion === undefined ? {} : { expectedVersion }),
        ...(repeatOnly && { repeatOnly }),
      };
      if (mailroom.accept(mail) === undefined) {
        resolve({ ok: false, reason: "not_found", version: 0, replayed: false });
      }
    });
  }

  async read({ address, principal }: Read): Promise<ReadAnswer> {
    const { cursors } = this.#options;
    const answer = await this.readActor({ address, principal, feed: "" }, (resident): ReadAnswer | undefined => {
      const { kind, state, version } = resident;
      if (!kind.mayRead(state, principal)) return undefined;
      const cursor = cursors.make(address, version);
      return { view: kind.view(state, { version, cursor }), version, cursor };
    });
    if (answer === undefined) throw notReadable(address);
    return answer;
  }

  /** Serves a read between two commits. */
  readActor<Result>(subscription: Subscription, serve: (resident: Resident) => Result): Promise<Result> {
    const { mailroom, clock, limits } = this.#options;
    return new Promise((resolve, reject) => {
      const accepted = mailroom.accept({
        what: "read",
        to: subscription.address,
        expiresAt: clock.now() + limits.askTimeoutMs,
        settled: false,
        fail: reject,
        serve: (resident) => {
          try {
            resolve(serve(resident));
          } catch (cause) {
            reject(
              new ActorError("message_failed", "retry", `Cannot show "${subscription.address}": defect`, { cause }),
            );
          }
        },
      });
      if (accepted === undefined) reject(notReadable(subscription.address));
    });
  }

  /** Delivers a letter, or the result of the activity that it asked for; false when there is no room. */
  deliver(letter: LetterRow, command: Command = letter.command): boolean {
    const { id, to, principal, correlationId, traceparent, attempts } = letter;
    try {
      const accepted = this.#options.mailroom.accept({
        what: "command",
        to,
        command,
        commandId: `:${id}`,
        principal,
        correlationId,
        fingerprint: "",
        precedent: NO_PRECEDENT,
        personal: [],
        letter,
        expiresAt: Infinity,
        settled: false,
        attempts,
        answer: () => {},
        fail: () => {},
        ...(traceparent === undefined ? {} : { traceparent }),
      });
      return accepted !== undefined;
    } catch (error) {
      if (error instanceof ActorError) return false;
      throw error;
    }
  }
}

function notReadable(address: string): ActorError {
  return new ActorError("not_readable", "retry", `Cannot read "${address}": no such actor`);
}

function fingerprintOf(intent: string): string {
  return createHash("sha256").update(intent).digest("base64url").slice(0, 22);
}
