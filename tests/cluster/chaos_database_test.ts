import { after, before, describe } from "@std/testing/bdd";
import { expect } from "@std/expect";
import { TTL_MS } from "../../actors/cluster/ports.ts";
import type { CutOptions } from "../harness/tcp_proxy.ts";
import { it } from "../system/bounded.ts";
import type { Cluster } from "./harness/cluster.ts";
import { expectNoDefects } from "./harness/defects.ts";
import { busiestOwner, othersTakeOver, partitionsOf } from "./harness/owners.ts";
import { recovered, startRecovered } from "./harness/ownership.ts";
import { pauses, shown } from "./harness/pauses.ts";
import { underLoad } from "./harness/under_load.ts";

const LIMITS = { withinMs: 240_000 };
const CUSTOMERS = 16;
const CUTS: readonly Required<CutOptions>[] = [{ by: "silence" }, { by: "reset" }];
/** Shorter and longer than signs of life count. */
const OUTAGES = [["stopFast", 0], ["kill", 2 * TTL_MS]] as const;

describe("nodes whose PostgreSQL goes away under load", () => {
  let cluster: Cluster;
  before(async () => void (cluster = await startRecovered()));
  after(() => cluster[Symbol.asyncDispose]());

  for (const { by } of CUTS) {
    it(`one that is cut off from it by ${by} is replaced, and comes back by itself`, async () => {
      await underLoad(cluster, { what: `one cut off by ${by}`, customers: CUSTOMERS }, async (market) => {
        const alone = await busiestOwner(cluster);
        const partitions = await partitionsOf(cluster, alone);
        const [from, { pid }] = [performance.now(), cluster.nodes[alone]?.server ?? { pid: NaN }];
        cluster.cut(alone, "postgres", { by });
        try {
          const tookMs = await othersTakeOver(cluster, [cluster.nodes[alone]?.name ?? ""]);
          await market.goesOn(4 * CUSTOMERS);
          console.info(`answered again: ${shown(pauses(market.day, { from, to: from + tookMs, partitions }))}`);
          await cluster.until(async () => !await cluster.isReady(alone), {
            what: () => "readiness to be off where PostgreSQL is away",
          });
        } finally {
          cluster.heal(alone, "postgres");
        }
        await recovered(cluster);
        expect(cluster.nodes[alone]?.server.pid).toBe(pid);
      });
    }, LIMITS);
  }

  for (const [how, awayMs] of OUTAGES) {
    it(`all of them when it ends by ${how} for ${awayMs} ms: they go on by themselves once it is back`, async () => {
      await underLoad(cluster, { what: `PostgreSQL ended by ${how}`, customers: CUSTOMERS }, async (market) => {
        const { postgres } = cluster.services;
        const pids = cluster.nodes.map(({ server }) => server.pid);
        await postgres[how]();
        await cluster.until(async () => (await readiness()).every((isReady) => !isReady), {
          withinMs: 30_000,
          what: () => "nobody to be ready",
        });
        await new Promise((resolve) => setTimeout(resolve, awayMs));
        await postgres.start();
        const begunAt = performance.now();
        await recovered(cluster);
        console.info(`all ready ${Math.round(performance.now() - begunAt)} ms after PostgreSQL is back (${how})`);
        await market.goesOn(4 * CUSTOMERS);
        expect(cluster.nodes.map(({ server }) => server.pid)).toEqual(pids);
      });
    }, LIMITS);
  }

  it("and none of them has met a defect", async () => {
    expectNoDefects(cluster);
    await Promise.resolve();
  });

  function readiness(): Promise<readonly boolean[]> {
    return Promise.all([...cluster.nodes.keys()].map((index) => cluster.isReady(index)));
  }
});
