import {
  AckPolicy,
  type ConsumerConfig,
  DiscardPolicy,
  RetentionPolicy,
  StorageType,
  type StreamConfig,
} from "@nats-io/jetstream";
import { nanos } from "@nats-io/transport-node";
import { TTL_MS } from "../../actors/cluster/ports.ts";

/** Published events: whatever is on `ecommerce.>`. */
export const EVENTS_STREAM = "VITRINE_EVENTS";
/** Durable mail of other services: a work queue of whatever is on `vitrine.mail.>`. */
export const MAIL_STREAM = "VITRINE_MAIL";
/** The one durable consumer of `MAIL_STREAM`, pulled by every node. */
export const MAIL_CONSUMER = "vitrine_mail";
/** The KV bucket of signs of life. */
export const NODES_BUCKET = "vitrine_nodes";
/** The stream that this bucket is. */
export const NODES_STREAM = `KV_${NODES_BUCKET}`;
/** A key of `NODES_BUCKET` comes after it. */
export const NODES_SUBJECT = `$KV.${NODES_BUCKET}`;

/** Whatever was put into `NODES_BUCKET` is then heard there. Who listens to the bucket's own subject makes it look kept. */
export const NODES_HEARD = "vitrine.signs";

/** A message published again with the same `Nats-Msg-Id` within this time is kept once. */
export const DUPLICATE_WINDOW_MS = 120_000;
/** Mail that is not acknowledged for so long is delivered again, to any node. */
export const MAIL_ACK_WAIT_MS = 30_000;
/** Mail that all nodes together have in hand. */
export const MAIL_IN_HAND = 1024;

export interface TopologySettings {
  /** How many servers keep each stream: 1, or 3 or 5 of a NATS cluster. */
  readonly replicas: number;
  /** How long published events are kept. */
  readonly eventsMaxAgeMs: number;
}

export interface Topology {
  readonly streams: readonly (Partial<StreamConfig> & { readonly name: string })[];
  readonly consumers: readonly {
    readonly stream: string;
    readonly config: Partial<ConsumerConfig> & { readonly durable_name: string };
  }[];
}

/** Everything that Vitrine keeps in JetStream, in features that nats-server 2.9.10 has. The signs of life come first. */
export function topology({ replicas, eventsMaxAgeMs }: TopologySettings): Topology {
  return {
    streams: [
      {
        name: NODES_STREAM,
        description: "Vitrine: who is alive",
        subjects: [`${NODES_SUBJECT}.>`],
        storage: StorageType.Memory,
        retention: RetentionPolicy.Limits,
        max_age: nanos(TTL_MS),
        duplicate_window: nanos(TTL_MS),
        max_msgs_per_subject: 1,
        discard: DiscardPolicy.New,
        allow_direct: true,
        allow_rollup_hdrs: true,
        republish: { src: `${NODES_SUBJECT}.>`, dest: `${NODES_HEARD}.>` },
        num_replicas: replicas,
      },
      {
        name: EVENTS_STREAM,
        description: "Vitrine: published events",
        subjects: ["ecommerce.>"],
        storage: StorageType.File,
        retention: RetentionPolicy.Limits,
        max_age: nanos(eventsMaxAgeMs),
        duplicate_window: nanos(DUPLICATE_WINDOW_MS),
        discard: DiscardPolicy.Old,
        num_replicas: replicas,
      },
      {
        name: MAIL_STREAM,
        description: "Vitrine: mail of other services, until it is processed",
        subjects: ["vitrine.mail.>"],
        storage: StorageType.File,
        retention: RetentionPolicy.Workqueue,
        duplicate_window: nanos(DUPLICATE_WINDOW_MS),
        // Who sends learns that it is full; nothing that was acknowledged is thrown away.
        discard: DiscardPolicy.New,
        num_replicas: replicas,
      },
    ],
    consumers: [
      {
        stream: MAIL_STREAM,
        config: {
          durable_name: MAIL_CONSUMER,
          description: "Vitrine: all nodes",
          ack_policy: AckPolicy.Explicit,
          ack_wait: nanos(MAIL_ACK_WAIT_MS),
          max_ack_pending: MAIL_IN_HAND,
          max_deliver: -1,
        },
      },
    ],
  };
}
