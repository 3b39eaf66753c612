import { StoreError } from "../../actors/runtime/errors.ts";
import { NOTHING_WRITTEN } from "../../actors/runtime/open_batch.ts";
import type { DeadLetterRow } from "../../actors/runtime/dead_letter.ts";
import type { Store } from "../../actors/runtime/ports.ts";
import type { Issue } from "../edge/edge_error.ts";
import type { Problem } from "../edge/problem.ts";
import type { Trace } from "../edge/request_headers.ts";
import { MAIL_DEAD_LETTERS } from "../edge/mail_dead_letters.ts";
import type { Mail } from "./mail.ts";
import { MAIL } from "./subjects.ts";

export interface Death {
  readonly problem: Problem;
  readonly trace: Trace;
  /** Epoch milliseconds. */
  readonly now: number;
}

const NOBODY = { sub: "", roles: [], stores: [] };
const MAX_SUBJECT = 200;

/**
 * Puts a piece of mail among the dead letters, where admins see it: its subject, its `Nats-Msg-Id` and what is wrong with
 * it. Neither its body nor its token, which are its sender's to send again. A second time is no error. Rejects with
 * `StoreError`.
 */
export async function buryMail(mail: Mail, death: Death, store: Pick<Store, "commit">): Promise<void> {
  try {
    await store.commit({ ...NOTHING_WRITTEN, deadLetters: [deadLetterOf(mail, death)] });
  } catch (error) {
    // It was buried before, and the stream has not heard of it.
    if (!(error instanceof StoreError && error.failure === "constraint")) throw error;
  }
}

function deadLetterOf(mail: Mail, { problem, trace, now }: Death): DeadLetterRow {
  const named = printable(mail.subject.slice(MAIL.length + 1));
  return {
    id: `${MAIL_DEAD_LETTERS}${mail.sentAt}_${mail.sequence}`,
    address: `mail/${named}`,
    // Of no partition: no actor has ever seen it.
    partition: 0,
    command: { type: named.split(".").at(2) ?? "" },
    principal: NOBODY,
    correlationId: trace.correlationId,
    error: `${problem.code}: ${[problem.title, ...issuesOf(problem)].join("; ")} (Nats-Msg-Id ${messageIdOf(mail)})`,
    actorVersion: 0,
    attempts: mail.attempt,
    diedAt: now,
  };
}

function issuesOf({ details: { issues } }: Problem): readonly string[] {
  const named: readonly Issue[] = Array.isArray(issues) ? issues : [];
  return named.map(({ path, message }) => path === "" ? message : `${path}: ${message}`);
}

function messageIdOf(mail: Mail): string {
  try {
    const id = mail.headers?.get("Nats-Msg-Id") ?? "";
    return id === "" ? "is missing" : JSON.stringify(printable(id));
  } catch {
    return "cannot be read";
  }
}

/** A subject may hold almost any byte. */
function printable(text: string): string {
  return text.slice(0, MAX_SUBJECT).replaceAll(/[^\x21-\x7e]/g, "?");
}
