import { describe } from "@std/testing/bdd";
import { it } from "../system/bounded.ts";
import { withCluster } from "./harness/cluster.ts";
import { recovered } from "./harness/ownership.ts";
import { everythingPublished } from "./harness/published.ts";
import { underLoad } from "./harness/under_load.ts";

const SOME = 40;

describe("NATS that loses all that it kept, twice, under load", () => {
  it("has every committed event again, each entity's in order", async () => {
    await withCluster({}, async (cluster) => {
      await recovered(cluster);
      await underLoad(cluster, { what: "NATS wiped twice", buys: true }, async (market) => {
        for (let time = 0; time < 2; time++) {
          await cluster.wipe("nats");
          await recovered(cluster);
          await market.goesOn(SOME);
        }
      });
      const { events, repeats } = await everythingPublished(cluster);
      console.info(`${events} events are published again, ${repeats} of them more than once`);
    });
  }, { withinMs: 240_000 });
});
