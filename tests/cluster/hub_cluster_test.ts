import { Hub, type HubMember } from "../../actors/cluster/hub.ts";
import type { Cluster } from "../../actors/cluster/ports.ts";
import { monotonicClock } from "../../src/clock/monotonic_clock.ts";
import { type ClusterRig, describeCluster } from "./cluster_contract.ts";

class HubRig implements ClusterRig {
  readonly #hub = new Hub();
  readonly #elsewhere = new Hub();
  #nodes = 0;

  node({ elsewhere = false }: { readonly elsewhere?: boolean } = {}): Promise<HubMember> {
    const hub = elsewhere ? this.#elsewhere : this.#hub;
    return Promise.resolve(hub.member(`n${++this.#nodes}`, monotonicClock(0)));
  }

  cut({ node }: Cluster): void {
    this.#hub.cut(node);
  }

  heal({ node }: Cluster): void {
    this.#hub.heal(node);
  }

  kill({ node }: Cluster): void {
    this.#hub.drop(node);
  }

  [Symbol.asyncDispose](): Promise<void> {
    return Promise.resolve();
  }
}

describeCluster("the cluster in one process", () => Promise.resolve(new HubRig()));
