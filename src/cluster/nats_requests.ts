import { createInbox, type Msg, type NatsConnection, type Subscription } from "@nats-io/transport-node";
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
    if (message.data.length === 0 && message.headers?.code === NO_RESPONDERS) {
      this.#forget(token)?.reject(new ClusterError("nobody", `Cannot ask ${pending.whom}: nobody serves it`));
      return;
    }
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
