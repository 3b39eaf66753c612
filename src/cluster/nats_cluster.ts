import type { Msg, NatsConnection, Subscription } from "@nats-io/transport-node";
import { type Cluster, ClusterError, type NodeService, type PartitionService } from "../../actors/cluster/ports.ts";
import type { Log } from "../../actors/runtime/ports.ts";
import type { TopologySettings } from "./jetstream_topology.ts";
import { decodeBody, encodeBody, MAX_MESSAGE_BYTES } from "./message_body.ts";
import { NatsAppearances } from "./nats_appearances.ts";
import { within } from "./nats_call.ts";
import { answerRequest, NatsRequests } from "./nats_requests.ts";
import { NatsSigns } from "./nats_signs.ts";
import { followStatus, type NatsStatus } from "./nats_status.ts";
import { NatsSubjects, nodeOf } from "./nats_subjects.ts";

export interface NatsClusterOptions {
  /** Of the database that the nodes share. */
  readonly incarnation: string;
  readonly topology: TopologySettings;
  readonly log: Log;
  /** A new name when absent. */
  readonly node?: string;
}

const IGNORED_SAID_EVERY_MS = 60_000;

/**
 * Nodes that reach each other through NATS: core messages for what they say, a KV bucket for who is alive. Nothing is
 * sent while the connection is lost, so nothing comes late. The connection stays open when this is disposed.
 */
export class NatsCluster implements Cluster {
  readonly node: string;
  readonly #connection: NatsConnection;
  readonly #log: Log;
  readonly #subjects: NatsSubjects;
  readonly #requests: NatsRequests;
  readonly #signs: NatsSigns;
  readonly #subscriptions = new Set<Subscription>();
  #service: NodeService | undefined;
  #appearances: NatsAppearances | undefined;
  #connected: boolean;
  #isDisposed = false;
  #ignored = 0;
  #ignoredSaidAt = -Infinity;

  /** `connection` is one that `openNats` has opened. */
  constructor(connection: NatsConnection, { incarnation, topology, log, node = newName() }: NatsClusterOptions) {
    this.node = node;
    this.#connection = connection;
    this.#log = log;
    this.#subjects = new NatsSubjects(incarnation);
    this.#requests = new NatsRequests(connection);
    this.#signs = new NatsSigns(connection, { node, subjects: this.#subjects, topology, log });
    this.#connected = connection.info !== undefined;
    const { max_payload: largest = MAX_MESSAGE_BYTES } = connection.info ?? {};
    if (largest < MAX_MESSAGE_BYTES) log.error("nats_max_payload_too_small", { largest, needed: MAX_MESSAGE_BYTES });
    followStatus(connection, { onStatus: (status) => this.#follow(status) });
  }

  get connected(): boolean {
    return this.#connected;
  }

  async join(service: NodeService): Promise<void> {
    this.#service = service;
    const appearances = new NatsAppearances(() => this.#guarded("stirred", () => service.stirred()));
    this.#appearances = appearances;
    this.#listen(this.#subjects.node(this.node), (body) => service.sent(body));
    this.#listen(this.#subjects.announcements("*"), (body, { subject }) => {
      if (nodeOf(subject) !== this.node) service.announced(body);
    });
    this.#listen(this.#subjects.signsHeard(), (body, { subject }) => {
      const node = nodeOf(subject);
      if (node !== undefined && node !== this.node) appearances.note(node, { ends: body === "" });
    });
    // While this node is cut off it has joined all the same: the client listens as soon as it is back.
    await within("join the other nodes", () => this.#connection.flush()).catch((error: ClusterError) =>
      this.#log.warn("joined_cut_off", { why: error.message })
    );
  }

  serve(partition: number, service: PartitionService): () => void {
    // No queue group: of an owner that hangs and one that took over, both are asked, and the one that lives answers.
    const subscription = this.#listen(this.#subjects.partition(partition), (body, message) => {
      if (!message.reply) return service.tell(body);
      service.answer(body).then(
        (answer) => this.#connected && answerRequest(message, answer),
      ).catch((error: unknown) => this.#log.error("answer_failed", { partition, error }));
    });
    return () => this.#stop(subscription);
  }

  async request(partition: number, body: string, { timeoutMs }: { readonly timeoutMs: number }): Promise<string> {
    const whom = `partition ${partition}`;
    if (!this.#connected) throw this.#away(`ask ${whom}`);
    return await this.#requests.ask(this.#subjects.partition(partition), body, { timeoutMs, whom });
  }

  tell(partition: number, body: string): void {
    this.#publish(this.#subjects.partition(partition), body);
  }

  send(node: string, body: string): void {
    this.#publish(this.#subjects.node(node), body);
  }

  announce(body: string): void {
    this.#publish(this.#subjects.announcements(this.node), body);
  }

  async beat(sign: string): Promise<void> {
    if (!this.#connected) throw this.#away("give a sign of life");
    await this.#signs.beat(sign);
  }

  async fade(): Promise<void> {
    if (!this.#connected) throw this.#away("take back the sign of life");
    await this.#signs.fade();
  }

  async signs(): Promise<ReadonlyMap<string, string>> {
    if (!this.#connected) throw this.#away("read the signs of life");
    return await this.#signs.all();
  }

  [Symbol.asyncDispose](): Promise<void> {
    this.#isDisposed = true;
    this.#connected = false;
    this.#appearances?.close();
    this.#requests.close();
    for (const subscription of this.#subscriptions) subscription.unsubscribe();
    this.#subscriptions.clear();
    return Promise.resolve();
  }

  #publish(subject: string, body: string): void {
    const bytes = encodeBody(body);
    if (this.#connected) this.#guarded(subject, () => this.#connection.publish(subject, bytes));
  }

  #listen(subject: string, take: (body: string, message: Msg) => void): Subscription {
    const subscription = this.#connection.subscribe(subject, {
      callback: (error, message) => {
        if (error === null) this.#take(message, take);
      },
    });
    this.#subscriptions.add(subscription);
    return subscription;
  }

  #take(message: Msg, take: (body: string, message: Msg) => void): void {
    const body = decodeBody(message.data);
    if (body === undefined) return this.#ignore(message.subject);
    this.#guarded(message.subject, () => take(body, message));
  }

  /** Nothing may be thrown into the client: it would read no more. */
  #guarded(what: string, work: () => void): void {
    try {
      work();
    } catch (error) {
      this.#log.error("message_failed", { what, error });
    }
  }

  /** Strangers who publish here may do so often. */
  #ignore(subject: string): void {
    this.#ignored++;
    const now = performance.now();
    if (now - this.#ignoredSaidAt < IGNORED_SAID_EVERY_MS) return;
    this.#log.warn("message_ignored", { subject, times: this.#ignored });
    this.#ignored = 0;
    this.#ignoredSaidAt = now;
  }

  /** What is on its way already is still taken. */
  #stop(subscription: Subscription): void {
    if (!this.#subscriptions.delete(subscription) || subscription.isClosed()) return;
    subscription.drain().catch((error: unknown) => this.#log.warn("drain_failed", { error }));
  }

  #follow(status: NatsStatus): void {
    if (this.#isDisposed) return;
    this.#connected = status.connected;
    if (status.connected) {
      this.#appearances?.forget();
      this.#guarded("reconnected", () => this.#service?.reconnected());
    } else {
      this.#requests.loseAll(status.why);
    }
  }

  #away(act: string): ClusterError {
    return new ClusterError("away", `Cannot ${act}: this node is cut off from NATS`);
  }
}

function newName(): string {
  return `n${crypto.randomUUID().replaceAll("-", "").slice(0, 16)}`;
}
