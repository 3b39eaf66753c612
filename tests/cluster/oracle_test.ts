import { before, describe } from "@std/testing/bdd";
import { expect } from "@std/expect";
import { it } from "../system/bounded.ts";
import { withCluster } from "./harness/cluster.ts";
import { ClusterMarket } from "./oracle/cluster_market.ts";
import type { Evidence } from "./oracle/evidence.ts";
import { FALSIFICATIONS } from "./oracle/falsifications.ts";
import { expectInnocence, verdict } from "./oracle/verdict.ts";

const NODES = 3;

describe("the oracle", () => {
  let evidence: Evidence;
  before(() =>
    withCluster({ nodes: NODES }, async (cluster) => {
      const market = await ClusterMarket.open(cluster, { customers: 4 });
      await market.goesOn(150);
      for (let index = 0; index < NODES; index++) {
        await cluster.kill(index);
        await cluster.start(index);
        await market.goesOn(50);
      }
      evidence = await market.close();
    })
  );

  it("finds nothing wrong with a shop that was killed and came back", async () => {
    expectInnocence(evidence);
    expect(evidence.acknowledged.length).toBeGreaterThan(50);
    expect(evidence.transcripts.length).toBe(8);
    await Promise.resolve();
  });

  for (const [what, { falsify, complaint }] of Object.entries(FALSIFICATIONS)) {
    it(`notices ${what}`, async () => {
      const complaints = verdict(falsify(evidence));
      expect(complaints).toContainEqual(expect.stringMatching(complaint));
      expect(() => expectInnocence(falsify(evidence))).toThrow(/complaints:/);
      await Promise.resolve();
    });
  }
});
