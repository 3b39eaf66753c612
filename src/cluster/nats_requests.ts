import { createInbox, headers, type Msg, type NatsConnection, type Subscription } from "@nats-io/transport-node";
import { ClusterError } from "../../actors/cluster/ports.ts";
import { decodeBody, encodeBody } from "./message_body.ts";

export interface AskOptions {
  readonly timeoutMs: number;
  /** Who is asked, for messages. */
  readonly whom: string;
}

interface Pending extends AskOptions {
  readonly resolve: (answer: string) => void;
  readonly reject: (error: ClusterError) => void;
  readonly timer: ReturnType<typeof setTimeout>;
}

const NO_RESPONDERS = 503;
/** Instead of an answer: no message holds it. */
const TOO_LARGE = 413;

/** Answers; what no message holds is answered so, since silence would have it asked for again. */
export function answerRequest(request: Msg, answer: string): void {
  try {
    request.respond(encodeBody(answer));
  } catch (error) {
    request.respond(undefined, { headers: headers(TOO_LARGE, "Answer Too Large") });
    throw error;
  }
}

/**
 * The requests of one connection that wait for an answer, on one subscription. Unlike the client's own they all fail at
 * once when the connection is lost, and the first answer of several counts.
 */
export class NatsRequests {
  readonly #connection: NatsConnection;
  readonly #inbox = createInbox();
  readonly #pending = new Map<string, Pending>();
  readonly #subscription: Subscription;
  #asked = 0;

  constructor(connection: NatsConnection) {
    this.#connection = connection;
    this.#subscription = connection.subscribe(`${this.#inbox}.*`, {
      callback: (error, message) => {
        if (error === null) this.#settle(message);
      },
    });
  }

  async ask(subject: string, body: string, { timeoutMs, whom }: AskOptions): Promise<string> {
    const bytes = encodeBody(body);
    const { promise, resolve, reject } = Promise.withResolvers<string>();
    const token = (this.#asked++).toString(36);
    const timer = setTimeout(() => this.#lose(token, `no answer within ${timeoutMs} ms`), timeoutMs);
    this.#pending.set(token, { timeoutMs, whom, resolve, reject, timer });
    try {
      this.#connection.publish(subject, bytes, { reply: `${this.#inbox}.${token}` });
    } catch (error) {
      // The connection is being closed, or its server takes less than a message may hold.
      this.#forget(token)?.reject(new ClusterError("away", `Cannot ask ${whom}: not sent`, { cause: error }));
    }
    return await promise;
  }

  /** Whatever is under way may have been done or not. */
  loseAll(why: string): void {
    for (const token of [...this.#pending.keys()]) this.#lose(token, why);
  }

  close(): void {
    this.#subscription.unsubscribe();
    this.loseAll("this node has left");
  }

  #settle(message: Msg): void {
    const token = message.subject.slice(this.#inbox.length + 1);
    const pending = this.#pending.get(token);
    if (pending === undefined) return;
    const failure = message.data.length === 0 ? failureFrom(message.headers?.code, pending.whom) : undefined;
    if (failure !== undefined) return this.#forget(token)?.reject(failure);
    const answer = decodeBody(message.data);
    if (answer !== undefined) this.#forget(token)?.resolve(answer);
  }

  #lose(token: string, why: string): void {
    const pending = this.#forget(token);
    pending?.reject(new ClusterError("lost", `Cannot wait for ${pending.whom} any longer: ${why}`));
  }

  #forget(token: string): Pending | undefined {
    const pending = this.#pending.get(token);
    if (pending === undefined) return undefined;
    clearTimeout(pending.timer);
    this.#pending.delete(token);
    return pending;
  }
}

function failureFrom(code: number | undefined, whom: string): ClusterError | undefined {
  if (code === NO_RESPONDERS) return new ClusterError("nobody", `Cannot ask ${whom}: nobody serves it`);
  if (code === TOO_LARGE) {
    return new ClusterError("too_large", `Cannot bring the answer of ${whom}: no message holds it`);
  }
  return undefined;
}
