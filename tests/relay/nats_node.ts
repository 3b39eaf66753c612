import { jetstreamManager, type StoredMsg } from "@nats-io/jetstream";
import type { NatsConnection } from "@nats-io/transport-node";
import { everyPartition } from "../../actors/runtime/address.ts";
import type { Clock } from "../../actors/runtime/ports.ts";
import { EVENTS_STREAM } from "../../src/cluster/jetstream_topology.ts";
import { openNats } from "../../src/cluster/nats_connection.ts";
import { reconcile } from "../../src/cluster/nats_reconcile.ts";
import { Envelope } from "../../src/events/envelope.ts";
import { openJetStreamPublisher } from "../../src/relay/jetstream_publisher.ts";
import { Relay } from "../../src/relay/relay.ts";
import type { RelayLimits } from "../../src/relay/relay_limits.ts";
import type { Nats } from "../harness/nats.ts";
import { silentLog } from "../store/silent_log.ts";
import { PARTITIONS, type TestJournal } from "./test_journal.ts";
import type { TestProgress } from "./test_progress.ts";
import type { Stored } from "./test_stream.ts";

const MESSAGES_AT_ONCE = 200;
const TOPOLOGY = { replicas: 1, eventsMaxAgeMs: 86_400_000 };

export const REAL_TIME: Clock = {
  now: () => Date.now(),
  after: (delayMs, task) => {
    const timer = setTimeout(task, delayMs);
    return () => clearTimeout(timer);
  },
};

export interface NatsNodeOptions {
  readonly nats: Nats;
  readonly journal: TestJournal;
  readonly progress: TestProgress;
  readonly limits?: Partial<RelayLimits>;
}

/** A relay on a real stream. */
export interface NatsNode extends AsyncDisposable {
  readonly relay: Relay;
  readonly connection: NatsConnection;
  readonly counted: { published: number; failed: number };
  /** Its way to the stream is gone before it has written anything down. */
  crash(): Promise<void>;
}

export async function startNatsNode({ nats, journal, progress, limits }: NatsNodeOptions): Promise<NatsNode> {
  const connection = await openNats({ url: nats.url }, { log: silentLog });
  const publisher = await openJetStreamPublisher({
    connection,
    clock: REAL_TIME,
    reconcile: () => reconcile(connection, TOPOLOGY),
    answerMs: 2_000,
  });
  const counted = { published: 0, failed: 0 };
  const relay = new Relay({
    store: journal,
    progress,
    publisher,
    clock: REAL_TIME,
    random: Math.random,
    log: silentLog,
    metrics: { published: () => counted.published++, failed: () => counted.failed++ },
    limits: { lastRetryMs: 500, ...limits },
  });
  relay.own(everyPartition(PARTITIONS));
  return {
    relay,
    connection,
    counted,
    crash: async () => {
      progress.mark = () => Promise.reject(new Error("it has crashed"));
      await relay[Symbol.asyncDispose]();
      await connection.close();
    },
    [Symbol.asyncDispose]: async () => {
      await relay[Symbol.asyncDispose]();
      await publisher[Symbol.asyncDispose]();
      await connection.close();
    },
  };
}

/** What a reader of the whole stream gets. */
export async function readStream(nats: Nats): Promise<readonly (Stored & { readonly subject: string })[]> {
  return (await readMessages(nats)).map((message) => {
    const { eventId, partitionKey, sequence } = envelopeIn(message);
    return { sequence: message.seq, eventId, key: partitionKey, version: sequence, subject: message.subject };
  });
}

/** The events of the whole stream, as they are. */
export async function readEvents(nats: Nats): Promise<readonly Envelope[]> {
  return (await readMessages(nats)).map(envelopeIn);
}

function envelopeIn(message: StoredMsg): Envelope {
  return Envelope.parse(message.json());
}

async function readMessages(nats: Nats): Promise<readonly StoredMsg[]> {
  const connection = await openNats({ url: nats.url }, { log: silentLog });
  try {
    const { streams } = await jetstreamManager(connection, { timeout: 30_000 });
    const { state } = await streams.info(EVENTS_STREAM);
    const messages: StoredMsg[] = [];
    const messageAt = async (seq: number): Promise<StoredMsg> => {
      const message = await streams.getMessage(EVENTS_STREAM, { seq });
      if (message === null) throw new Error(`Cannot find message ${seq}`);
      return message;
    };
    for (let first = state.first_seq; first <= state.last_seq; first += MESSAGES_AT_ONCE) {
      const length = Math.min(MESSAGES_AT_ONCE, state.last_seq - first + 1);
      messages.push(...await Promise.all(Array.from({ length }, (_, index) => messageAt(first + index))));
    }
    return messages;
  } finally {
    await connection.close();
  }
}
