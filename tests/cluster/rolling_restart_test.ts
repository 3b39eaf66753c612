import { describe } from "@std/testing/bdd";
import { expect } from "@std/expect";
import { everyPartition } from "../../actors/runtime/address.ts";
import { it } from "../system/bounded.ts";
import { withCluster } from "./harness/cluster.ts";
import { recovered } from "./harness/ownership.ts";
import { pauses, shown } from "./harness/pauses.ts";
import { underLoad } from "./harness/under_load.ts";

const PARTITIONS = 64;

describe("a rolling restart", () => {
  it("of all nodes under load is hardly noticed", async () => {
    await withCluster({}, async (cluster) => {
      await recovered(cluster);
      await underLoad(cluster, { what: "a rolling restart", customers: 12, buys: true }, async (market) => {
        const from = performance.now();
        for (const index of cluster.nodes.keys()) {
          expect(await cluster.stop(index)).toBe(0);
          await recovered(cluster);
          await cluster.start(index);
          await recovered(cluster);
        }
        const partitions = everyPartition(PARTITIONS);
        console.info(`pauses: ${shown(pauses(market.day, { from, to: performance.now(), partitions }))}`);
        const outcomes = market.day.clients.map(({ follower }) => follower.outcomes);
        expect(outcomes.filter(({ snapshot, reset }) => snapshot !== 1 || reset !== 0)).toEqual([]);
      });
    });
  }, { withinMs: 240_000 });
});
