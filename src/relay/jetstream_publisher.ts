import { JetStreamApiCodes, JetStreamApiError, type JetStreamManager, jetstreamManager } from "@nats-io/jetstream";
import { createInbox, headers, type Msg, type NatsConnection, type Subscription } from "@nats-io/transport-node";
import type { Clock } from "../../actors/runtime/ports.ts";
import { EVENTS_STREAM } from "../cluster/jetstream_topology.ts";
import type { OutgoingEvent } from "../events/outgoing_event.ts";
import type { Publication, Publisher, StreamListener, StreamState } from "./ports.ts";
import { publicationOf } from "./pub_ack.ts";

export interface JetStreamPublisherOptions {
  readonly connection: NatsConnection;
  readonly clock: Clock;
  /** Makes the stream when it is missing. */
  readonly reconcile: () => Promise<void>;
  /** An event that is not answered for so long may be stored or not; 5,000 when absent. */
  readonly answerMs?: number;
}

interface Pending {
  readonly sentAt: number;
  readonly settled: (publication: Publication) => void;
}

const ANSWER_MS = 5_000;
const SWEEP_MS = 500;
const LOOK_MS = 2_000;
const NO_RESPONDERS = 503;
const MESSAGE_ID = "Nats-Msg-Id";

export async function openJetStreamPublisher(options: JetStreamPublisherOptions): Promise<JetStreamPublisher> {
  const manager = await jetstreamManager(options.connection, { checkAPI: false, timeout: LOOK_MS });
  return new JetStreamPublisher(options, manager);
}

/** The stream `VITRINE_EVENTS`. All answers come over one subscription, without a promise or a timer for each. */
export class JetStreamPublisher implements Publisher, AsyncDisposable {
  readonly #options: JetStreamPublisherOptions;
  readonly #manager: JetStreamManager;
  readonly #inbox = createInbox();
  readonly #answers: Subscription;
  /** In the order in which they were sent. */
  readonly #pending = new Map<string, Pending>();
  readonly #listeners = new Set<StreamListener>();
  readonly #headers = headers();
  #sent = 0;
  #isConnected = true;
  #cancelSweep: (() => void) | undefined;

  constructor(options: JetStreamPublisherOptions, manager: JetStreamManager) {
    this.#options = options;
    this.#manager = manager;
    this.#answers = options.connection.subscribe(`${this.#inbox}.*`, {
      callback: (error, message) => {
        if (error === null) this.#answered(message);
      },
    });
    this.#follow();
  }

  publish({ eventId, subject, body }: OutgoingEvent, settled: (publication: Publication) => void): void {
    const { connection, clock } = this.#options;
    const token = (this.#sent++).toString(36);
    // One for all: the client writes headers out before `publish` returns.
    this.#headers.set(MESSAGE_ID, eventId);
    try {
      connection.publish(subject, body, { reply: `${this.#inbox}.${token}`, headers: this.#headers });
    } catch (error) {
      const kind = connection.isClosed() || connection.isDraining() ? "away" : "refused";
      const why = error instanceof Error ? error.message : String(error);
      queueMicrotask(() => settled({ kind, why }));
      return;
    }
    this.#pending.set(token, { sentAt: clock.now(), settled });
    this.#cancelSweep ??= clock.after(SWEEP_MS, () => this.#sweep());
  }

  async stream(): Promise<StreamState> {
    if (!this.#isConnected) throw new Error("Cannot look at the stream: NATS is away");
    try {
      return await this.#look();
    } catch (error) {
      if (!isMissing(error)) throw error;
      await this.#options.reconcile();
      return await this.#look();
    }
  }

  async eventAt(sequence: number): Promise<string | undefined> {
    const message = await this.#manager.streams.getMessage(EVENTS_STREAM, { seq: sequence });
    return message?.header.get(MESSAGE_ID);
  }

  follow(listener: StreamListener): () => void {
    this.#listeners.add(listener);
    return () => this.#listeners.delete(listener);
  }

  /** What is on its way is not waited for. The connection stays open. */
  [Symbol.asyncDispose](): Promise<void> {
    this.#cancelSweep?.();
    this.#listeners.clear();
    this.#pending.clear();
    if (!this.#options.connection.isClosed()) this.#answers.unsubscribe();
    return Promise.resolve();
  }

  async #look(): Promise<StreamState> {
    const { created, state } = await this.#manager.streams.info(EVENTS_STREAM);
    return { createdAt: created, firstSequence: state.first_seq, lastSequence: state.last_seq };
  }

  #answered(message: Msg): void {
    const token = message.subject.slice(this.#inbox.length + 1);
    const pending = this.#pending.get(token);
    if (pending === undefined) return;
    this.#pending.delete(token);
    if (message.data.length === 0 && message.headers?.code === NO_RESPONDERS) {
      pending.settled({ kind: "away", why: "nobody keeps the stream" });
    } else {
      pending.settled(publicationOf(message.string()));
    }
  }

  #sweep(): void {
    const { clock, answerMs = ANSWER_MS } = this.#options;
    const before = clock.now() - answerMs;
    for (const [token, { sentAt, settled }] of this.#pending) {
      if (sentAt > before) break;
      this.#pending.delete(token);
      settled({ kind: "away", why: `no answer within ${answerMs} ms` });
    }
    this.#cancelSweep = this.#pending.size === 0 ? undefined : clock.after(SWEEP_MS, () => this.#sweep());
  }

  async #follow(): Promise<void> {
    for await (const { type } of this.#options.connection.status()) {
      if (type === "disconnect" || type === "staleConnection") this.#lost();
      else if (type === "reconnect") this.#returned();
    }
    this.#lost();
  }

  #lost(): void {
    if (!this.#isConnected) return;
    this.#isConnected = false;
    this.#pending.clear();
    for (const { interrupted } of this.#listeners) interrupted("NATS is away");
  }

  #returned(): void {
    this.#isConnected = true;
    for (const { returned } of this.#listeners) returned();
  }
}

function isMissing(error: unknown): boolean {
  return error instanceof JetStreamApiError && error.code === JetStreamApiCodes.StreamNotFound;
}
