import {
  jetstream,
  type JetStreamClient,
  type JetStreamManager,
  jetstreamManager,
  type StoredMsg,
} from "@nats-io/jetstream";
import { headers, type NatsConnection } from "@nats-io/transport-node";
import type { Log } from "../../actors/runtime/ports.ts";
import { NODES_STREAM, type TopologySettings } from "./jetstream_topology.ts";
import { decodeBody, encodeBody } from "./message_body.ts";
import { CALL_MS, isUnkept, within } from "./nats_call.ts";
import { reconcile } from "./nats_reconcile.ts";
import { type NatsSubjects, nodeOf } from "./nats_subjects.ts";

export interface NatsSignsOptions {
  readonly node: string;
  readonly subjects: NatsSubjects;
  readonly topology: TopologySettings;
  readonly log: Log;
}

const OPERATION = "KV-Operation";

/** The signs of life in their KV bucket. What is read is what its leader holds, never an older copy. */
export class NatsSigns {
  readonly #connection: NatsConnection;
  readonly #options: NatsSignsOptions;
  readonly #subject: string;
  readonly #jetstream: JetStreamClient;
  readonly #manager: Promise<JetStreamManager>;
  #sequence = 0;
  #reconciling: Promise<void> | undefined;

  constructor(connection: NatsConnection, options: NatsSignsOptions) {
    this.#connection = connection;
    this.#options = options;
    this.#subject = options.subjects.sign(options.node);
    this.#jetstream = jetstream(connection, { timeout: CALL_MS });
    this.#manager = jetstreamManager(connection, { timeout: CALL_MS, checkAPI: false });
  }

  /** Where the bucket is gone, it is made anew with all that was next to it. */
  async beat(sign: string): Promise<void> {
    const bytes = encodeBody(sign);
    await within("give a sign of life", async () => {
      const sequence = await this.#put(bytes).catch(async (error: unknown) => {
        if (!isUnkept(error)) throw error;
        await this.#reconcile();
        return await this.#put(bytes);
      });
      const found = await (await this.#manager).streams.getMessage(NODES_STREAM, { last_by_subj: this.#subject });
      if (found === null || found.seq < sequence) throw new Error("it was not kept");
      this.#sequence = sequence;
    });
  }

  async fade(): Promise<void> {
    const deletion = headers();
    deletion.set(OPERATION, "DEL");
    await within("take back the sign of life", async () => {
      await this.#jetstream.publish(this.#subject, "", { headers: deletion }).catch((error: unknown) => {
        // Without a bucket there is no sign.
        if (!isUnkept(error)) throw error;
      });
    });
  }

  async all(): Promise<ReadonlyMap<string, string>> {
    const least = this.#sequence;
    return await within("read the signs of life", async () => {
      const { streams } = await this.#manager;
      const { state } = await streams.info(NODES_STREAM, { subjects_filter: this.#options.subjects.sign("*") });
      if (state.last_seq < least) throw new Error("they are older than this node's own");
      const subjects = Object.keys(state.subjects ?? {});
      const found = await Promise.all(
        subjects.map((subject) => streams.getMessage(NODES_STREAM, { last_by_subj: subject })),
      );
      return new Map(found.flatMap((message): [string, string][] => {
        if (message === null || isTakenBack(message)) return [];
        const node = nodeOf(message.subject);
        const sign = decodeBody(message.data);
        return node === undefined || sign === undefined ? [] : [[node, sign]];
      }));
    });
  }

  async #put(bytes: Uint8Array): Promise<number> {
    return (await this.#jetstream.publish(this.#subject, bytes)).seq;
  }

  /** One at a time; it goes on when the call that wanted it has given up. */
  #reconcile(): Promise<void> {
    const { topology, log } = this.#options;
    this.#reconciling ??= reconcile(this.#connection, topology)
      .then(() => log.info("jetstream_reconciled"))
      .finally(() => this.#reconciling = undefined);
    return this.#reconciling;
  }
}

/** A node that has ended leaves this for a while. */
export function isTakenBack({ header }: Pick<StoredMsg, "header">): boolean {
  return header?.has(OPERATION) ?? false;
}
