import { partitionOf } from "../../actors/runtime/address.ts";
import type { Cluster } from "../cluster/harness/cluster.ts";
import { ownership, recovered, seized } from "../cluster/harness/ownership.ts";
import { PARTITIONS } from "../cluster/harness/owners.ts";
import type { Figure } from "./in_process_figures.ts";
import { percentile } from "./samples.ts";
import { putOnSale, type Shopper, shoppers } from "./shoppers.ts";

const CUSTOMERS = 30;
/** Each asks so often, and waits for the answer: the machine is far from full. */
const EVERY_MS = 100;
const SKU = "MOVE-MUG";

/** One command that was answered: whose partition, and when, of this process's monotonic clock. */
interface Answered {
  readonly partition: number;
  readonly from: number;
  readonly to: number;
}

/**
 * Commands at two nodes while a third leaves and joins again: for each partition and change, the longest that a command
 * took, of those that moved and those that stayed.
 */
export async function measureMoves(cluster: Cluster, { changes }: { readonly changes: number }): Promise<Figure[]> {
  const last = cluster.nodes.length - 1;
  const urls = cluster.urls.slice(0, last);
  const [url = ""] = urls;
  await putOnSale(url, { sku: SKU, quantity: 1_000_000 });
  const crowd = await shoppers(url, CUSTOMERS);
  const answered: Answered[] = [];
  const over = new AbortController();
  const asking = crowd.map((shopper, index) =>
    keepAsking({ shopper, url: urls[index % urls.length] ?? url, answered, signal: over.signal })
  );
  const moved: number[] = [];
  const stayed: number[] = [];
  for (let change = 0; change < changes; change++) {
    const owned = await ownership(cluster);
    const from = cluster.nodes[last]?.server.isRunning === true
      ? await leave(cluster, last)
      : await join(cluster, last);
    await recovered(cluster);
    const to = performance.now();
    const partitions = new Set(seized(owned, await ownership(cluster)));
    const meanwhile = answered.filter((answer) => answer.to >= from && answer.from <= to);
    for (const [partition, answers] of Map.groupBy(meanwhile, (answer) => answer.partition)) {
      const longest = Math.max(...answers.map((answer) => answer.to - answer.from));
      if (partitions.has(partition)) moved.push(longest);
      else stayed.push(longest);
    }
  }
  over.abort();
  await Promise.all(asking);
  return ([["moved", moved], ["stayed", stayed]] as const).flatMap(([whose, longest]): Figure[] => [
    [`a planned move, longest answer of customers who ${whose}, p50`, "ms", percentile(longest, 50)],
    [`a planned move, longest answer of customers who ${whose}, p90`, "ms", percentile(longest, 90)],
    [`a planned move, longest answer of customers who ${whose}, p99`, "ms", percentile(longest, 99)],
  ]);
}

/** Returns when the move began, of this process's monotonic clock. */
async function leave(cluster: Cluster, index: number): Promise<number> {
  const from = performance.now();
  await cluster.stop(index);
  return from;
}

/** The same: a process that starts beside others, as none does where each has its machine, is not a part of the move. */
async function join(cluster: Cluster, index: number): Promise<number> {
  const node = cluster.nodes[index];
  const former = node?.name;
  cluster.launch(index);
  await cluster.until(() => node?.name !== former, { what: () => "the node to join" });
  const from = performance.now();
  await cluster.until(() => node?.server.isReady() ?? false, {
    everyMs: 100,
    what: () => "its partitions to be there",
  });
  return from;
}

async function keepAsking(
  { shopper: { token, customerId, cartId }, url, answered, signal }: {
    readonly shopper: Shopper;
    readonly url: string;
    readonly answered: Answered[];
    readonly signal: AbortSignal;
  },
): Promise<void> {
  const partition = partitionOf(`customer/${customerId}`, PARTITIONS);
  const headers = { authorization: `Bearer ${token}`, "content-type": "application/json" };
  const body = JSON.stringify({ sku: SKU, quantity: 1 });
  while (!signal.aborted) {
    const from = performance.now();
    const response = await fetch(`${url}/api/carts/${cartId}/items`, { method: "POST", headers, body });
    await response.body?.cancel();
    if (!response.ok) throw new Error(`Cannot measure moves: a command was answered ${response.status}`);
    const to = performance.now();
    answered.push({ partition, from, to });
    await new Promise((resolve) => setTimeout(resolve, Math.max(0, EVERY_MS - (to - from))));
  }
}
