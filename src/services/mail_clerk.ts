import type { Ids, Log } from "../../actors/runtime/ports.ts";
import type { Principal } from "../../machines/decision.ts";
import type { RunCommand } from "../edge/commands/run_command.ts";
import { EdgeError, invalid } from "../edge/edge_error.ts";
import type { Identity } from "../edge/identity/identity.ts";
import { type Problem, problemOf } from "../edge/problem.ts";
import { expectedVersionOf, type Trace, traceOf } from "../edge/request_headers.ts";
import type { Mail } from "./mail.ts";
import { parametersOf, requestHeaders, senderOf } from "./service_request.ts";
import { commandSubject, MAIL } from "./subjects.ts";

export interface MailClerkOptions {
  readonly runCommand: RunCommand;
  readonly identity: Pick<Identity, "verifyAt">;
  readonly ids: Ids;
  readonly log: Log;
}

/**
 * What came of a piece of mail.
 *
 * - `done`, `refused`: it was decided and that is committed; a repeat would be answered the same.
 * - `later`: it could not be decided now.
 * - `dead`: it says nothing that could ever be done.
 */
export type Verdict =
  | { readonly outcome: "done" }
  | { readonly outcome: "refused" | "later" | "dead"; readonly problem: Problem; readonly trace: Trace };

const MESSAGE_ID = /^[\x21-\x7e]{1,128}$/;

/** Of the problems that are the sender's to mend: nobody else would ever hear of them. */
const DEAD_STATUSES: ReadonlySet<number> = new Set([400, 401, 403, 413, 415, 422]);

/** Runs what a piece of mail asks for. Never rejects. */
export async function runMail(mail: Mail, options: MailClerkOptions): Promise<Verdict> {
  let trace: Trace = { correlationId: options.ids(26) };
  try {
    const headers = requestHeaders(mail);
    trace = traceOf(headers, options.ids);
    const problem = await run(mail, { headers, trace, options });
    return problem === undefined ? { outcome: "done" } : { outcome: outcomeOf(problem), problem, trace };
  } catch (error) {
    const problem = problemOf(error);
    if (problem.status === 500) options.log.error("mail_failed", { ...trace, subject: mail.subject, error });
    return { outcome: outcomeOf(problem), problem, trace };
  }
}

/** The problem that it came to, if it did. */
async function run(
  { subject, data, sentAt }: Mail,
  { headers, trace, options }: {
    readonly headers: Headers;
    readonly trace: Trace;
    readonly options: MailClerkOptions;
  },
): Promise<Problem | undefined> {
  const { runCommand, identity } = options;
  const named = commandSubject(subject, MAIL);
  if (named === undefined || !named.served.mailed) throw new EdgeError("command_unknown");

  const idempotencyKey = keyOf(headers);
  // It may have waited for longer than its token counts: what matters is when it was handed in.
  const sender: Principal = await senderOf(headers, (token) => identity.verifyAt(token, sentAt));
  const result = await runCommand(named.served.name, parametersOf(named, { data, sender }), {
    ...trace,
    principal: sender,
    idempotencyKey,
    expectedVersion: expectedVersionOf(headers),
  });
  return result.ok ? undefined : result.problem;
}

/** No key that comes by HTTP has a blank in it, so that mail never meets what was asked for otherwise. */
function keyOf(headers: Headers): string {
  const messageId = headers.get("nats-msg-id");
  if (messageId === null) throw new EdgeError("idempotency_key_required");
  if (!MESSAGE_ID.test(messageId)) throw invalid("Nats-Msg-Id", "It must be 1 to 128 visible ASCII characters");
  return `mail ${messageId}`;
}

function outcomeOf({ code, status }: Problem): "refused" | "later" | "dead" {
  // The runtime has put it aside by itself.
  if (code === "message_failed") return "refused";
  if (status === 429 || status >= 500) return "later";
  return DEAD_STATUSES.has(status) ? "dead" : "refused";
}
