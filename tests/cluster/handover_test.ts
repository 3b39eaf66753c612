import { describe } from "@std/testing/bdd";
import { expect } from "@std/expect";
import { everyPartition } from "../../actors/runtime/address.ts";
import { it } from "../system/bounded.ts";
import { type Cluster, withCluster } from "./harness/cluster.ts";
import { expectNoDefects } from "./harness/defects.ts";
import { ownership, recovered, seized } from "./harness/ownership.ts";
import { PARTITIONS } from "./harness/owners.ts";
import { pauses, shown } from "./harness/pauses.ts";
import { underLoad } from "./harness/under_load.ts";
import { ClusterMarket } from "./oracle/cluster_market.ts";
import { expectInnocence } from "./oracle/verdict.ts";

const NODES = 4;
/** The others stay: whoever only knows them feels the moves alone. */
const COME_AND_GO = [2, 3];
const CHANGES = 20;
const LIMITS = { withinMs: 600_000 };
/** Nobody waits for ever, however busy the machine: what is promised is printed. */
const BOUND_MS = 30_000;

/** Adds a node that is not there, or removes one that is. */
async function change(cluster: Cluster, index: number): Promise<void> {
  if (cluster.nodes[index]?.server.isRunning !== true) return await cluster.start(index);
  expect(await cluster.stop(index)).toBe(0);
}

describe("nodes that are added and removed under load", () => {
  it(
    `${CHANGES} times: nothing is lost or doubled, and each customer waits for a moment (ACT-10)`,
    () =>
      withCluster({ nodes: NODES }, async (cluster) => {
        await recovered(cluster);
        await underLoad(cluster, { what: `${CHANGES} changes` }, async () => {
          const urls = cluster.urls.slice(0, Math.min(...COME_AND_GO));
          const steady = await ClusterMarket.open(cluster, { customers: 16, transports: [], urls: () => urls });
          await steady.goesOn(100);
          const moves: { readonly from: number; readonly to: number; readonly partitions: readonly number[] }[] = [];
          for (let number = 0; number < CHANGES; number++) {
            const [owned, from] = [await ownership(cluster), performance.now()];
            await change(cluster, cluster.chance.pick(COME_AND_GO));
            await recovered(cluster);
            moves.push({ from, to: performance.now(), partitions: seized(owned, await ownership(cluster)) });
          }
          await steady.goesOn(100);
          const waits = inOrder(moves.flatMap((move) => pauses(steady.day, move)));
          const stayed = moves.map((move) => ({ ...move, partitions: others(move.partitions) }));
          const meanwhile = inOrder(stayed.flatMap((move) => pauses(steady.day, move)));
          const moved = moves.reduce((sum, { partitions }) => sum + partitions.length, 0);
          expectInnocence(await steady.close());
          console.info(`${CHANGES} changes moved ${moved} partitions; customers who were moved waited ${shown(waits)}`);
          console.info(`those who stayed waited meanwhile ${shown(meanwhile)}`);
          expect(waits.at(-1)).toBeLessThan(BOUND_MS);
          for (const index of COME_AND_GO) {
            if (cluster.nodes[index]?.server.isRunning !== true) await cluster.start(index);
          }
        });
        expectNoDefects(cluster);
      }),
    LIMITS,
  );
});

function inOrder(waits: readonly number[]): readonly number[] {
  return waits.toSorted((one, other) => one - other);
}

function others(partitions: readonly number[]): readonly number[] {
  return everyPartition(PARTITIONS).filter((id) => !partitions.includes(id));
}
