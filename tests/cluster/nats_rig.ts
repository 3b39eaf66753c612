import type { NatsConnection } from "@nats-io/transport-node";
import type { Cluster } from "../../actors/cluster/ports.ts";
import { NatsCluster } from "../../src/cluster/nats_cluster.ts";
import { openNats } from "../../src/cluster/nats_connection.ts";
import type { Nats } from "../harness/nats.ts";
import { silentLog } from "../store/silent_log.ts";
import type { ClusterRig } from "./cluster_contract.ts";
import { TcpProxy } from "../harness/tcp_proxy.ts";

interface Wire {
  readonly proxy: TcpProxy;
  readonly connection: NatsConnection;
}

export const TOPOLOGY = { replicas: 1, eventsMaxAgeMs: 86_400_000 };

/** Nodes at one NATS server, each at the end of a wire of its own. */
export class NatsRig implements ClusterRig {
  readonly #nats: Nats;
  readonly incarnation = crypto.randomUUID();
  readonly #wires = new Map<Cluster, Wire>();

  constructor(nats: Nats) {
    this.#nats = nats;
  }

  async node({ elsewhere = false }: { readonly elsewhere?: boolean } = {}): Promise<NatsCluster> {
    const proxy = new TcpProxy({ toPort: this.#nats.port });
    const connection = await openNats({ url: `nats://127.0.0.1:${proxy.port}` }, { log: silentLog });
    const incarnation = elsewhere ? `not-${this.incarnation}` : this.incarnation;
    const cluster = new NatsCluster(connection, { incarnation, topology: TOPOLOGY, log: silentLog });
    this.#wires.set(cluster, { proxy, connection });
    return cluster;
  }

  cut(node: Cluster): void {
    this.#wires.get(node)?.proxy.cut({ by: "reset" });
  }

  heal(node: Cluster): void {
    this.#wires.get(node)?.proxy.heal();
  }

  kill(node: Cluster): void {
    this.cut(node);
  }

  async [Symbol.asyncDispose](): Promise<void> {
    for (const [cluster, { proxy, connection }] of this.#wires) {
      await cluster[Symbol.asyncDispose]();
      await connection.close();
      await proxy[Symbol.asyncDispose]();
    }
  }
}
