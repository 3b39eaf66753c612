/**
 * A warehouse's pick list: one line for every order that is placed, whatever is delivered twice or restarted meanwhile.
 *
 *     NATS_URL=nats://localhost:4222 deno run -A docs/examples/pick_list.ts picks.jsonl
 *
 * Where the server wants a login: `NATS_USER` and `NATS_PASSWORD`.
 */
import { AckPolicy, jetstream, jetstreamManager } from "@nats-io/jetstream";
import { connect, nanos, type NatsConnection } from "@nats-io/transport-node";

const STREAM = "VITRINE_EVENTS";
const CONSUMER = "pick_list";
const ORDER_CREATED = "ecommerce.order.order.created.v1";

interface OrderCreated {
  readonly eventId: string;
  /** The order's id. */
  readonly partitionKey: string;
  readonly sequence: number;
  readonly occurredAt: string;
}

export interface PickListOptions {
  /** Lines of JSON. It is also the memory of what has been taken: that and its effect are one write. */
  readonly file: string;
  /** Ends it, after the event in hand. */
  readonly signal: AbortSignal;
}

/** Follows the orders until it is told to end, or NATS has lost the stream. */
export async function keepPickList(connection: NatsConnection, { file, signal }: PickListOptions): Promise<void> {
  const { consumers } = await jetstreamManager(connection);
  // The same call finds the consumer that is there: it goes on where it stopped.
  await consumers.add(STREAM, {
    durable_name: CONSUMER,
    filter_subject: `${ORDER_CREATED}.>`,
    ack_policy: AckPolicy.Explicit,
    ack_wait: nanos(5000),
    max_ack_pending: 1,
  });
  const taken = await sequencesIn(file);
  using lines = await Deno.open(file, { create: true, append: true });

  const consumer = await jetstream(connection).consumers.get(STREAM, CONSUMER);
  const messages = await consumer.consume({ max_messages: 1 });
  signal.addEventListener("abort", () => void messages.close());
  for await (const message of messages) {
    const { eventId, partitionKey, sequence, occurredAt } = message.json<OrderCreated>();
    // Delivered at least once: what is not newer than the last one of this order was taken before.
    if (sequence > (taken.get(partitionKey) ?? 0)) {
      const line = { orderId: partitionKey, sequence, eventId, occurredAt };
      await lines.write(new TextEncoder().encode(`${JSON.stringify(line)}\n`));
      await lines.sync();
      taken.set(partitionKey, sequence);
    }
    message.ack();
  }
}

async function sequencesIn(file: string): Promise<Map<string, number>> {
  const text = await Deno.readTextFile(file).catch(() => "");
  // What follows the last line was cut short by a crash, and its event comes again.
  const whole = text.slice(0, text.lastIndexOf("\n") + 1);
  if (whole !== text) await Deno.writeTextFile(file, whole);
  const taken = whole.split("\n").filter((line) => line !== "").map((line) => JSON.parse(line));
  return new Map(taken.map(({ orderId, sequence }) => [orderId, sequence]));
}

if (import.meta.main) {
  const ending = new AbortController();
  Deno.addSignalListener("SIGINT", () => ending.abort());
  Deno.addSignalListener("SIGTERM", () => ending.abort());
  const { NATS_URL: servers, NATS_USER: user = "bookkeeper", NATS_PASSWORD: pass } = Deno.env.toObject();
  // An inbox of its own, since replies hold what customers bought.
  const connection = await connect({ servers, user, pass, inboxPrefix: `_INBOX.${user}` });
  await keepPickList(connection, { file: Deno.args[0] ?? "picks.jsonl", signal: ending.signal });
  await connection.drain();
  Deno.exit(0);
}
