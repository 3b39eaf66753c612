import { ClusterMarket, type ClusterMarketOptions } from "../oracle/cluster_market.ts";
import { expectInnocence } from "../oracle/verdict.ts";
import type { Cluster } from "./cluster.ts";
import { recovered } from "./ownership.ts";

export interface UnderLoadOptions extends ClusterMarketOptions {
  /** What it is called in the line that says what came of it. */
  readonly what: string;
}

/** Acknowledged before the disturbance, and after it. */
const SOME = 60;

/**
 * Disturbs a cluster whose customers are busy at all nodes. Nothing may be lost, doubled or shown to others, and all is
 * well afterwards by itself; what the nodes printed is shown when it is not.
 */
export async function underLoad(
  cluster: Cluster,
  { what, ...options }: UnderLoadOptions,
  disturb: (market: ClusterMarket) => Promise<void>,
): Promise<void> {
  try {
    const market = await ClusterMarket.open(cluster, { customers: 6, ...options });
    await market.goesOn(SOME);
    const [before, begunAt] = [market.day.commands, performance.now()];
    await disturb(market);
    const recoveredAfterMs = await recovered(cluster);
    const [meanwhile, tookMs] = [market.day.commands - before, Math.round(performance.now() - begunAt)];
    await market.goesOn(SOME);
    const evidence = await market.close();
    expectInnocence(evidence);
    const { customers, clients } = market.day;
    const figures = {
      "ms in all": tookMs,
      "ms until all was well": recoveredAfterMs,
      "commands meanwhile": meanwhile,
      "commands in all": market.day.commands,
      repeats: sum(customers.map(({ unknown }) => unknown)),
      replayed: sum(customers.map(({ replayed }) => replayed)),
      connections: sum(clients.map(({ connections }) => connections)),
      snapshots: sum(clients.map(({ follower }) => follower.outcomes.snapshot)),
      resets: sum(clients.map(({ follower }) => follower.outcomes.reset)),
      facts: evidence.journal.length,
    };
    console.info(`${what}: ${Object.entries(figures).map(([name, figure]) => `${figure} ${name}`).join(", ")}`);
  } catch (error) {
    console.error(cluster.logs());
    throw error;
  }
}

function sum(numbers: readonly number[]): number {
  return numbers.reduce((total, number) => total + number, 0);
}
