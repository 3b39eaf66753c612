import { AckPolicy, jetstream, jetstreamManager } from "@nats-io/jetstream";
import type { NatsConnection } from "@nats-io/transport-node";

interface OrderEvent {
  readonly eventId: string;
  readonly eventType: string;
  readonly partitionKey: string;
  readonly sequence: number;
  readonly payload: Readonly<Record<string, unknown>>;
}

/** Your database. `take` does what the event asks for and writes `sequence` down in the same transaction. */
interface Ledger {
  lastSequence(orderId: string): Promise<number | undefined>;
  take(event: OrderEvent): Promise<void>;
}

const PATIENCE = 10;

/** Takes every event of every order once, in order. */
export async function followOrders(connection: NatsConnection, ledger: Ledger): Promise<void> {
  const { consumers } = await jetstreamManager(connection);
  await consumers.add("VITRINE_EVENTS", {
    durable_name: "billing",
    filter_subject: "ecommerce.order.order.>",
    ack_policy: AckPolicy.Explicit,
  });
  const consumer = await jetstream(connection).consumers.get("VITRINE_EVENTS", "billing");
  for await (const message of await consumer.consume()) {
    const event = message.json<OrderEvent>();
    const last = await ledger.lastSequence(event.partitionKey);
    const missing = last === undefined ? 0 : event.sequence - last - 1;

    // The ones between are on their way: a redelivery of yours, or a replay of Vitrine's.
    if (missing > 0 && message.info.deliveryCount < PATIENCE) message.nak(1000);
    else {
      if (missing >= 0) await ledger.take(event);
      message.ack();
    }
  }
}
