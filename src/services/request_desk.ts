import type { Msg } from "@nats-io/nats-core";
import { ActorError } from "../../actors/runtime/errors.ts";
import type { Clock, Ids, Log } from "../../actors/runtime/ports.ts";
import { problemOf } from "../edge/problem.ts";
import { type Trace, traceOf } from "../edge/request_headers.ts";
import { isAnswerable } from "./inbox.ts";
import type { Answer } from "./service_answers.ts";
import { replyWithProblem, sendReply, type ServiceReply } from "./service_reply.ts";
import { requestHeaders } from "./service_request.ts";

/** Requests that one node has in hand at once; the next is told to come back. */
const MAX_IN_HAND = 4096;

export interface RequestDeskOptions {
  readonly clock: Clock;
  readonly ids: Ids;
  readonly log: Log;
}

export interface Answered {
  readonly tookMs: number;
  /** The code of its problem. */
  readonly error?: string;
}

interface Taken {
  readonly answer: Answer;
  readonly onAnswered: (answered: Answered) => void;
}

/** Answers requests, every one of them: with what came of it, or with a problem. Never rejects or throws. */
export class RequestDesk {
  readonly #options: RequestDeskOptions;
  readonly #inHand = new Set<Promise<void>>();

  constructor(options: RequestDeskOptions) {
    this.#options = options;
  }

  /** Takes a message in. One without an inbox is not acted upon: its sender could not learn what came of it. */
  take(message: Msg, taken: Taken): void {
    if (!isAnswerable(message)) {
      this.#options.log.warn("request_without_inbox", { subject: message.subject });
      return;
    }
    const handled = this.#handle(message, taken).finally(() => this.#inHand.delete(handled));
    this.#inHand.add(handled);
  }

  /** Resolves when all that was taken in is answered. */
  async idle(): Promise<void> {
    await Promise.all(this.#inHand);
  }

  async #handle(message: Msg, { answer, onAnswered }: Taken): Promise<void> {
    const { clock, ids, log } = this.#options;
    const arrivedAt = clock.now();
    let trace: Trace = { correlationId: ids(26) };
    let reply: ServiceReply;
    try {
      if (this.#inHand.size >= MAX_IN_HAND) throw tooMany();
      const headers = requestHeaders(message);
      trace = traceOf(headers, ids);
      reply = await answer({ message, headers, trace });
    } catch (error) {
      const problem = problemOf(error);
      if (problem.status === 500) log.error("request_failed", { ...trace, subject: message.subject, error });
      reply = replyWithProblem(problem);
    }
    const error = this.#send(message, { reply, trace });
    onAnswered({ tookMs: clock.now() - arrivedAt, ...(error !== undefined && { error }) });
  }

  /** The code of the problem that the sender was told, if it was one. */
  #send(message: Msg, { reply, trace }: { readonly reply: ServiceReply; readonly trace: Trace }): string | undefined {
    try {
      sendReply(message, { reply, trace });
      return reply.problem?.code;
    } catch (error) {
      this.#options.log.error("reply_not_sent", { ...trace, subject: message.subject, error });
      return this.#sendInstead(message, { reply: replyWithProblem(problemOf(error), reply.replayed), trace });
    }
  }

  /** A reply larger than the server takes is a defect that its sender should hear of. */
  #sendInstead(message: Msg, sent: { readonly reply: ServiceReply; readonly trace: Trace }): string | undefined {
    try {
      sendReply(message, sent);
    } catch {
      // The connection is closed: nobody can be told.
    }
    return sent.reply.problem?.code;
  }
}

function tooMany(): ActorError {
  return new ActorError("mailbox_full", "retry", "Cannot take a request in: too many are in hand");
}
