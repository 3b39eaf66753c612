import type { NatsConnection } from "@nats-io/transport-node";
import type { Cluster } from "../../actors/cluster/ports.ts";
import type { Identity, Log } from "../../actors/runtime/ports.ts";
import { arrive } from "./nats_arrival.ts";
import { NatsCluster } from "./nats_cluster.ts";
import type { NatsConfig } from "./nats_config.ts";
import { openNats } from "./nats_connection.ts";
import { reconcile } from "./nats_reconcile.ts";

export interface OpenClusterOptions {
  readonly identity: Pick<Identity, "incarnation">;
  readonly log: Log;
  /** Gives up the attempts to connect. */
  readonly signal?: AbortSignal;
}

/** This node's place among the others, and the connection that it is made of. */
export interface OpenCluster extends AsyncDisposable {
  readonly cluster: Cluster;
  readonly nats: NatsConnection;
  /** Makes JetStream hold what it should. */
  readonly reconcile: () => Promise<void>;
}

/** Connects to NATS, for as long as that takes, and sets it up. Disposing sends what is on its way and closes. */
export async function openCluster(
  config: NatsConfig,
  { identity, log, signal }: OpenClusterOptions,
): Promise<OpenCluster> {
  const nats = await openNats(config, { log, signal });
  await arrive(nats, { incarnation: identity.incarnation, settings: config, log });
  const cluster = new NatsCluster(nats, { incarnation: identity.incarnation, topology: config, log });
  return {
    cluster,
    nats,
    reconcile: () => reconcile(nats, config),
    [Symbol.asyncDispose]: async () => {
      await cluster[Symbol.asyncDispose]();
      // A server that is away cannot be told; one that stands still would be waited for.
      await Promise.race([nats.drain().catch(() => nats.close()), new Promise((resolve) => setTimeout(resolve, 1000))]);
      await nats.close();
    },
  };
}
