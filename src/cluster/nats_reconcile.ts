import { JetStreamApiCodes, JetStreamApiError, type JetStreamManager, jetstreamManager } from "@nats-io/jetstream";
import type { NatsConnection } from "@nats-io/transport-node";
import { type Topology, topology, type TopologySettings } from "./jetstream_topology.ts";

type Stream = Topology["streams"][number];
type Consumer = Topology["consumers"][number];

/**
 * Makes JetStream hold what `topology` says: creates what is absent, changes what differs, leaves the rest alone. Several
 * nodes may do it at once, and again at any time; nothing is ever deleted.
 *
 * @throws when JetStream is off, cannot be reached, or holds under such a name what cannot be changed into it.
 */
export async function reconcile(connection: NatsConnection, settings: TopologySettings): Promise<void> {
  const manager = await jetstreamManager(connection, { checkAPI: false });
  const { streams, consumers } = topology(settings);
  for (const stream of streams) await reconcileStream(manager, stream);
  for (const consumer of consumers) await reconcileConsumer(manager, consumer);
}

async function reconcileStream(manager: JetStreamManager, wanted: Stream): Promise<void> {
  const { name } = wanted;
  await attempt(`keep the stream "${name}"`, async () => {
    const found = await streamConfig(manager, name) ?? await createdBy(
      () => manager.streams.add({ ...wanted }),
      () => streamConfig(manager, name),
    );
    if (found !== undefined && differs(found, wanted)) await manager.streams.update(name, { ...wanted });
  });
}

async function reconcileConsumer(manager: JetStreamManager, { stream, config }: Consumer): Promise<void> {
  const name = config.durable_name;
  await attempt(`keep the consumer "${name}" of "${stream}"`, async () => {
    const found = await consumerConfig(manager, { stream, name }) ?? await createdBy(
      () => manager.consumers.add(stream, { ...config }),
      () => consumerConfig(manager, { stream, name }),
    );
    if (found !== undefined && differs(found, config)) await manager.consumers.update(stream, name, { ...config });
  });
}

/** Undefined when it was created; what another node has created in the meantime otherwise. */
async function createdBy(
  create: () => Promise<unknown>,
  find: () => Promise<object | undefined>,
): Promise<object | undefined> {
  try {
    await create();
    return undefined;
  } catch (error) {
    const found = await find();
    if (found === undefined) throw error;
    return found;
  }
}

async function streamConfig(manager: JetStreamManager, name: string): Promise<object | undefined> {
  try {
    return (await manager.streams.info(name)).config;
  } catch (error) {
    if (isMissing(error)) return undefined;
    throw error;
  }
}

async function consumerConfig(
  manager: JetStreamManager,
  { stream, name }: { readonly stream: string; readonly name: string },
): Promise<object | undefined> {
  try {
    return (await manager.consumers.info(stream, name)).config;
  } catch (error) {
    if (isMissing(error)) return undefined;
    throw error;
  }
}

function isMissing(error: unknown): boolean {
  const { StreamNotFound, ConsumerNotFound } = JetStreamApiCodes;
  return error instanceof JetStreamApiError && (error.code === StreamNotFound || error.code === ConsumerNotFound);
}

/** What the server adds by itself does not count. */
function differs(found: object, wanted: object): boolean {
  const has = new Map(Object.entries(found));
  return Object.entries(wanted).some(([field, value]) => JSON.stringify(has.get(field)) !== JSON.stringify(value));
}

async function attempt(act: string, work: () => Promise<void>): Promise<void> {
  try {
    await work();
  } catch (error) {
    throw new Error(`Cannot ${act}: ${error instanceof Error ? error.message : String(error)}`, { cause: error });
  }
}
