import type { CommandResult } from "./commands/command.ts";
import { problemResponse } from "./problem.ts";
import { SECURITY_HEADERS } from "./security_headers.ts";

export interface AnswerOptions {
  readonly status?: 200 | 201 | 503;
  readonly headers?: Readonly<Record<string, string>>;
}

/** A JSON answer. */
export function answer(body: unknown, options: AnswerOptions = {}): Response {
  return answerText(JSON.stringify(body), options);
}

export function answerText(bodyJson: string, { status = 200, headers }: AnswerOptions = {}): Response {
  return new Response(bodyJson, {
    status,
    headers: { ...SECURITY_HEADERS, "content-type": "application/json", ...headers },
  });
}

/** The answer to a command: receipt, version for `If-Match`, and whether it is a repeat's. */
export function answerCommand(result: CommandResult): Response {
  if (!result.ok) {
    const response = problemResponse(result.problem);
    if (result.replayed) response.headers.set("idempotent-replayed", "true");
    return response;
  }
  const { bodyJson, status, version, commandId, replayed } = result;
  const headers: Record<string, string> = { etag: entityTag(version), "command-id": commandId };
  if (replayed) headers["idempotent-replayed"] = "true";
  return answerText(bodyJson, { status, headers });
}

export function entityTag(version: number): string {
  return `"${version}"`;
}
