import { type ClusteredActors, startClusteredActors } from "../../actors/cluster/start.ts";
import type { RuntimeOptions } from "../../actors/runtime/running_actors.ts";
import type { Queries } from "../projections/queries.ts";
import { openJetStreamPublisher } from "../relay/jetstream_publisher.ts";
import type { RelayMetrics } from "../relay/ports.ts";
import { startRelay } from "../relay/start_relay.ts";
import type { NatsConfig } from "./nats_config.ts";
import { type OpenCluster, openCluster } from "./open_cluster.ts";
import { rehearse } from "./rehearsal.ts";

export interface StartInClusterOptions {
  readonly runtime: Omit<RuntimeOptions, "node" | "shared">;
  readonly queries: Queries;
  readonly metrics: RelayMetrics;
  /** This node has taken these partitions. Synchronous, must not throw. */
  readonly onTaken: (partitions: readonly number[]) => void;
  /** Gives up waiting for NATS: the start then rejects with its reason. */
  readonly signal?: AbortSignal;
}

/** This node's actors among those of others, and the journals of its partitions on their way to the world. */
export interface InCluster extends Omit<OpenCluster, "cluster"> {
  readonly actors: ClusteredActors;
  /** Events that are committed here and not yet published. */
  readonly relayLag: () => number;
}

/**
 * Meets the nodes that share a database over NATS, ready to take part. Disposing gives the partitions up, publishes what
 * is left and leaves.
 */
export async function startInCluster(config: NatsConfig, options: StartInClusterOptions): Promise<InCluster> {
  const { runtime, queries, metrics, onTaken, signal } = options;
  const { store, clock, log, random } = runtime;
  await using opened = new AsyncDisposableStack();
  const { cluster, nats, reconcile, ...joined } = opened.use(
    await openCluster(config, { identity: store.identity, log, signal }),
  );
  await rehearse(runtime).catch((error) => log.warn("rehearsal_failed", { error }));
  const publisher = opened.use(await openJetStreamPublisher({ connection: nats, clock, reconcile }));
  const relay = opened.use(startRelay({ store, queries, publisher, clock, random, log, metrics }));
  const actors = await startClusteredActors({
    ...runtime,
    cluster,
    onCommitted: (events) => {
      runtime.onCommitted?.(events);
      relay.wake(events);
    },
    onTaken: (partitions) => {
      relay.own(partitions);
      onTaken(partitions);
    },
    onLeft: (partitions) => relay.disown(partitions),
  });
  opened.defer(() => actors.close());
  const closing = opened.move();
  return {
    ...joined,
    nats,
    reconcile,
    actors,
    relayLag: () => relay.lag,
    [Symbol.asyncDispose]: () => closing.disposeAsync(),
  };
}
