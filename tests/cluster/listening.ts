import {
  type Cluster,
  ClusterError,
  type ClusterFailure,
  type NodeService,
  type PartitionService,
  TTL_MS,
} from "../../actors/cluster/ports.ts";
import { until } from "../harness/until.ts";

/** A node that remembers what it hears. */
export class Listener implements NodeService {
  /** Sent and announced, as they came. */
  readonly bodies: string[] = [];
  reconnections = 0;
  stirrings = 0;

  sent(body: string): void {
    this.bodies.push(body);
  }

  announced(body: string): void {
    this.bodies.push(body);
  }

  reconnected(): void {
    this.reconnections++;
  }

  stirred(): void {
    this.stirrings++;
  }
}

/** Answers requests so, and takes no notice of what wants no answer. */
export function replying(answer: (body: string) => string | Promise<string>): PartitionService {
  return { answer: async (body) => await answer(body), tell: () => {} };
}

/** An answer that never comes. */
export function silence(): Promise<never> {
  return new Promise(() => {});
}

/** Asks until somebody serves the partition: what was served just now may not be known everywhere yet. */
export async function answered(cluster: Cluster, partition: number, body: string): Promise<string> {
  let answer: string | undefined;
  await until(async () => {
    try {
      answer = await cluster.request(partition, body, { timeoutMs: 20_000 });
    } catch (error) {
      if (!(error instanceof ClusterError && error.failure === "nobody")) throw error;
    }
    return answer !== undefined;
  }, { what: () => `partition ${partition} to be served` });
  return answer ?? "";
}

/** How it fails; undefined when it does not. Any other error passes. */
export async function failureOf(promise: Promise<unknown>): Promise<ClusterFailure | undefined> {
  try {
    await promise;
    return undefined;
  } catch (error) {
    if (error instanceof ClusterError) return error.failure;
    throw error;
  }
}

/** Signs of life last for a moment only: where the machine was too slow for that, it is done again. */
export async function promptly(work: () => Promise<void>): Promise<void> {
  for (let attempt = 1;; attempt++) {
    const startedAt = performance.now();
    try {
      return await work();
    } catch (error) {
      if (performance.now() - startedAt < TTL_MS / 4 || attempt === 10) throw error;
    }
  }
}
