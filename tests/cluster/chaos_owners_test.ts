import { after, before, describe } from "@std/testing/bdd";
import { expect } from "@std/expect";
import { it } from "../system/bounded.ts";
import { Api } from "../system/client/api.ts";
import { counted } from "../system/client/counted.ts";
import type { ClusterMarket } from "./oracle/cluster_market.ts";
import type { Cluster } from "./harness/cluster.ts";
import { expectNoDefects } from "./harness/defects.ts";
import { busiestOwner, othersTakeOver, partitionsOf } from "./harness/owners.ts";
import { recovered, startRecovered } from "./harness/ownership.ts";
import { pauses, shown } from "./harness/pauses.ts";
import { underLoad } from "./harness/under_load.ts";

const LIMITS = { withinMs: 240_000 };
const CUSTOMERS = 24;
/** Nobody waits for ever, however busy the machine: what is promised is printed. */
const BOUND_MS = 60_000;

describe("nodes that are killed under load", () => {
  let cluster: Cluster;
  before(async () => void (cluster = await startRecovered()));
  after(() => cluster[Symbol.asyncDispose]());

  const nameOf = (index: number): string => cluster.nodes[index]?.name ?? "";

  /** Kills them and waits for others to answer for them: their customers' waits. */
  async function killed(market: ClusterMarket, victims: readonly number[]): Promise<readonly number[]> {
    const partitions = (await Promise.all(victims.map((index) => partitionsOf(cluster, index)))).flat();
    const from = performance.now();
    await Promise.all(victims.map((index) => cluster.kill(index)));
    if (victims.length < cluster.nodes.length) await othersTakeOver(cluster, victims.map(nameOf));
    const to = performance.now();
    await Promise.all(victims.map((index) => cluster.start(index)));
    await recovered(cluster);
    await market.goesOn(4 * CUSTOMERS);
    return pauses(market.day, { from, to, partitions });
  }

  it("the owner of the busiest partition, again and again: others answer for it", async () => {
    await underLoad(cluster, { what: "the busiest owner killed", customers: CUSTOMERS }, async (market) => {
      const waits: number[] = [];
      for (let round = 0; round < 3; round++) waits.push(...await killed(market, [await busiestOwner(cluster)]));
      waits.sort((one, other) => one - other);
      console.info(`answered again after the death of an owner: ${shown(waits)}`);
      expect(waits.at(-1)).toBeLessThan(BOUND_MS);
    });
  }, LIMITS);

  it("two of three at once: the third answers for all", async () => {
    await underLoad(cluster, { what: "two of three killed", customers: CUSTOMERS }, async (market) => {
      const first = await busiestOwner(cluster);
      const waits = await killed(market, [first, (first + 1) % cluster.nodes.length]);
      console.info(`answered again after the death of two: ${shown(waits)}`);
      expect(waits.at(-1)).toBeLessThan(BOUND_MS);
    });
  }, LIMITS);

  it("all at once: they come back to all that was acknowledged", async () => {
    await underLoad(cluster, { what: "all killed", customers: CUSTOMERS }, async (market) => {
      const waits = await killed(market, [...cluster.nodes.keys()]);
      console.info(`answered again after the death of all: ${shown(waits)}`);
    });
  }, LIMITS);

  it("the one at which all streams end: they go on at the others (RT-7)", async () => {
    let urls: readonly string[] = cluster.urls.slice(0, 1);
    const options = { customers: CUSTOMERS, restlessMs: undefined, urls: () => urls };
    await underLoad(cluster, { what: "the edge of all streams killed", ...options }, async ({ day }) => {
      await cluster.until(() => day.clients.every(({ follower }) => follower.isOpen), {
        withinMs: 30_000,
        what: () => "every stream to be open",
      });
      urls = cluster.urls;
      const [url = ""] = urls;
      await cluster.until(async () => await counted(new Api(url), "connections_active") === day.clients.length, {
        withinMs: 30_000,
        what: () => `${day.clients.length} streams and no more to be open`,
      });
      const connections = day.clients.map((client) => client.connections);
      const isBack = () => day.clients.filter((client, index) => client.connections > (connections[index] ?? 0));

      const begunAt = performance.now();
      await cluster.kill(0);
      const backAfter: number[] = [];
      await cluster.until(() => {
        while (backAfter.length < isBack().length) backAfter.push(Math.round(performance.now() - begunAt));
        return backAfter.length === day.clients.length;
      }, { withinMs: BOUND_MS, what: () => `${day.clients.length} streams to be back; ${backAfter.length} are` });
      console.info(`streams that had ended at the dead node were back: ${shown(backAfter)}`);
      for (const { follower } of day.clients) expect(follower.outcomes.reset).toBe(0);
      await cluster.start(0);
    });
  }, LIMITS);

  it("and none of them has met a defect", async () => {
    expectNoDefects(cluster);
    await Promise.resolve();
  });
});
