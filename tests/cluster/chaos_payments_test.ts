import { describe } from "@std/testing/bdd";
import { it } from "../system/bounded.ts";
import { withCluster } from "./harness/cluster.ts";
import { expectNoDefects } from "./harness/defects.ts";
import { PAYMENT_METHODS } from "../system/load/payment_methods.ts";
import { recovered } from "./harness/ownership.ts";
import { underLoad } from "./harness/under_load.ts";

const KILLS = 6;
const LIMITS = { withinMs: 300_000 };

describe("nodes that are killed while customers buy", () => {
  it(
    "take money once from whoever gets the goods, and from nobody else (DOM-7)",
    () =>
      withCluster({}, async (cluster) => {
        await recovered(cluster);
        const options = { customers: 8, buys: true, paymentMethods: PAYMENT_METHODS };
        await underLoad(cluster, { what: `${KILLS} kills`, ...options }, async (market) => {
          for (let kill = 0; kill < KILLS; kill++) {
            // At any moment of the work; every third time before all is well again.
            await market.goesOn(cluster.chance.int(1, 60));
            const victim = cluster.chance.int(0, cluster.nodes.length - 1);
            await cluster.kill(victim);
            await cluster.start(victim);
            if (kill % 3 !== 2) await recovered(cluster);
          }
        });
        expectNoDefects(cluster);
      }),
    LIMITS,
  );
});
