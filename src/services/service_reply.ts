import { headers, type Msg, type MsgHdrs } from "@nats-io/nats-core";
import { z } from "zod";
import type { ReadAnswer } from "../../actors/runtime/actors.ts";
import type { CommandResult } from "../edge/commands/command.ts";
import { type Problem, problemBody } from "../edge/problem.ts";
import type { Trace } from "../edge/request_headers.ts";

/** What a message is answered with. */
export interface ServiceReply {
  /** JSON text. */
  readonly bodyJson: string;
  /** What went wrong, if something did. */
  readonly problem?: Problem;
  readonly replayed: boolean;
}

const Receipt = z.object({ cursor: z.string() });

export function replyToCommand(result: CommandResult): ServiceReply {
  const { ok, replayed } = result;
  if (!ok) return replyWithProblem(result.problem, replayed);

  const { bodyJson, version } = result;
  const receipt = Receipt.safeParse(JSON.parse(bodyJson));
  const place = JSON.stringify({ version, ...receipt.data, replayed });
  return { bodyJson: `{"ok":true,"result":${bodyJson},${place.slice(1)}`, replayed };
}

export function replyToQuery({ view, version, cursor }: ReadAnswer): ServiceReply {
  return { bodyJson: JSON.stringify({ ok: true, result: view, version, cursor }), replayed: false };
}

/** The body of a problem as HTTP has it, under `error`. */
export function replyWithProblem(problem: Problem, replayed = false): ServiceReply {
  const { retryAfterSeconds } = problem;
  const later = retryAfterSeconds === undefined ? {} : { retryAfterMs: retryAfterSeconds * 1000 };
  const bodyJson = JSON.stringify({ ok: false, error: { ...problemBody(problem), ...later }, replayed });
  return { bodyJson, problem, replayed };
}

/** Sends a reply. Throws what the connection throws, such as at a reply that is larger than the server takes. */
export function sendReply(message: Pick<Msg, "respond">, { reply, trace }: {
  readonly reply: ServiceReply;
  readonly trace: Trace;
}): void {
  message.respond(reply.bodyJson, { headers: replyHeaders(reply, trace) });
}

/** `Nats-Service-Error` and its code are where clients of NATS services look first. */
function replyHeaders({ problem, replayed }: ServiceReply, { correlationId, traceparent }: Trace): MsgHdrs {
  const made = headers();
  made.set("Correlation-Id", correlationId);
  if (traceparent !== undefined) made.set("traceparent", traceparent);
  if (replayed) made.set("Idempotent-Replayed", "true");
  if (problem === undefined) return made;

  made.set("Nats-Service-Error-Code", String(problem.status));
  made.set("Nats-Service-Error", `${problem.code}: ${problem.title}`);
  return made;
}
