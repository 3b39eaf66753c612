import { after, afterEach, before, describe } from "@std/testing/bdd";
import { expect } from "@std/expect";
import { partitionOf } from "../../actors/runtime/address.ts";
import { stranger } from "../cache/redis_nodes.ts";
import { it } from "../system/bounded.ts";
import { Api } from "../system/client/api.ts";
import { counted } from "../system/client/counted.ts";
import { Shopper } from "../system/client/shopper.ts";
import type { Cluster } from "./harness/cluster.ts";
import { othersTakeOver } from "./harness/owners.ts";
import { type Owned, ownership, recovered, seized, startRecovered } from "./harness/ownership.ts";
import { everythingPublished } from "./harness/published.ts";
import type { LinkName } from "./harness/services.ts";
import { underLoad } from "./harness/under_load.ts";
import type { ClusterMarket } from "./oracle/cluster_market.ts";

const LIMITS = { withinMs: 240_000 };
/** Longer than a sign of life counts, by far. */
const LONG_MS = 5000;
/** 60 for the long form. */
const OUTAGE_MS = 1000 * Number(Deno.env.get("VITRINE_OUTAGE_SECONDS") ?? 15);
const SOME = 40;
/** One slow answer of a busy disk takes a node's readiness away, for a moment. */
const STRAY_MS = 5000;

describe("nodes under load", () => {
  let cluster: Cluster;
  before(async () => void (cluster = await startRecovered()));
  afterEach(() => cluster.heal());
  after(() => cluster[Symbol.asyncDispose]());

  const everyNode = (): readonly number[] => [...cluster.nodes.keys()];

  async function areReady(): Promise<readonly boolean[]> {
    return await Promise.all(everyNode().map((index) => cluster.isReady(index)));
  }

  async function gauges(name: string): Promise<readonly number[]> {
    return await Promise.all(cluster.urls.map((url) => counted(new Api(url), name)));
  }

  async function allAreReady(): Promise<void> {
    await cluster.until(async () => (await areReady()).every((ready) => ready), {
      withinMs: STRAY_MS,
      what: () => "every node to be ready",
    });
  }

  async function nobodyIsReady(): Promise<void> {
    await cluster.until(async () => (await areReady()).every((ready) => !ready), {
      withinMs: 30_000,
      what: () => "readiness to go off everywhere",
    });
  }

  /** For a while no partition changes hands. */
  async function nobodySeizes(owned: readonly Owned[], forMs = LONG_MS): Promise<void> {
    const end = performance.now() + forMs;
    await cluster.until(async () => {
      expect(seized(owned, await ownership(cluster))).toEqual([]);
      return performance.now() > end;
    }, { withinMs: 3 * forMs + 30_000, what: () => `${forMs} ms` });
  }

  /** Somebody new whose cart lives at that node opens it there. */
  async function eachServesItsOwn(owned: readonly Owned[]): Promise<void> {
    for (const { name, server } of cluster.nodes) {
      const api = new Api(server.url);
      let shopper = await Shopper.arrive(api);
      while (owned[partitionOf(`customer/${shopper.customerId}`, owned.length)]?.owner !== name) {
        shopper = await Shopper.arrive(api);
      }
      await shopper.openCart();
    }
  }

  for (const by of ["silence", "reset"] as const) {
    it(`one that is cut off from NATS by ${by} is replaced, and comes back`, async () => {
      await underLoad(cluster, { what: `one cut off by ${by}` }, async (market) => {
        cluster.cut(0, "nats", { by });
        await othersTakeOver(cluster, [cluster.nodes[0]?.name ?? ""]);
        await market.goesOn(SOME);
        expect(await cluster.isReady(0)).toBe(false);
        cluster.heal(0, "nats");
      });
    }, LIMITS);
  }

  it("all cut off from NATS keep what they have, and go on with it", async () => {
    await underLoad(cluster, { what: "all cut off" }, async () => {
      for (const by of ["silence", "reset"] as const) {
        const owned = await ownership(cluster);
        for (const index of everyNode()) cluster.cut(index, "nats", { by });
        await nobodyIsReady();
        await eachServesItsOwn(owned);
        await nobodySeizes(owned);
        cluster.heal();
        await recovered(cluster);
        expect(seized(owned, await ownership(cluster))).toEqual([]);
      }
    });
  }, LIMITS);

  it("keep what they have when NATS is stopped, killed or stands still, and go on with it", async () => {
    const { nats } = cluster.services;
    const troubles = {
      stopped: { begin: () => nats.stop(), end: () => nats.start() },
      killed: { begin: () => nats.kill(), end: () => nats.start() },
      "standing still": { begin: () => nats.freeze(), end: () => nats.thaw() },
    };
    await underLoad(cluster, { what: "NATS stopped, killed, standing still" }, async () => {
      for (const [what, { begin, end }] of Object.entries(troubles)) {
        const owned = await ownership(cluster);
        await begin();
        await nobodyIsReady();
        await eachServesItsOwn(owned);
        await nobodySeizes(owned);
        await end();
        console.info(`NATS ${what}: all well ${await recovered(cluster)} ms after the end`);
        expect({ what, seized: seized(owned, await ownership(cluster)) }).toEqual({ what, seized: [] });
      }
    });
  }, LIMITS);

  it("keep what they have when all that NATS kept is lost, signs of life and published events too", async () => {
    await underLoad(cluster, { what: "NATS wiped", buys: true }, async (market) => {
      for (let time = 0; time < 2; time++) {
        const owned = await ownership(cluster);
        await cluster.wipe("nats");
        await nobodySeizes(owned);
        await recovered(cluster);
        expect(seized(owned, await ownership(cluster))).toEqual([]);
        await market.goesOn(SOME);
      }
    });
    const { events, repeats } = await everythingPublished(cluster);
    console.info(`${events} events are published again, ${repeats} of them more than once`);
  }, LIMITS);

  it("are as right as ever without Redis: nobody is refused, nobody has to repeat anything", async () => {
    const { redis } = cluster.services;
    const wipe = async (): Promise<void> => {
      await using operator = stranger(redis.url);
      await operator.flushall();
    };
    const troubles = {
      stopped: { begin: () => redis.stop(), end: () => redis.start() },
      "standing still": { begin: () => redis.freeze(), end: () => redis.thaw() },
      wiped: { begin: wipe, end: () => {} },
    };
    await underLoad(cluster, { what: "no Redis", answerMs: 60_000 }, async (market) => {
      const owned = await ownership(cluster);
      for (const { begin, end } of Object.values(troubles)) {
        await begin();
        await market.goesOn(SOME);
        await allAreReady();
        await end();
        await market.goesOn(SOME);
      }
      expect(market.day.customers.map(({ unknown }) => unknown)).toEqual(market.day.customers.map(() => 0));
      expect(seized(owned, await ownership(cluster))).toEqual([]);
    });
  }, LIMITS);

  /** What the page of operations says of a service that is away: whether nodes are ready, and customers served. */
  const WITHOUT: Readonly<Record<LinkName, { readonly ready: boolean; readonly served: boolean }>> = {
    nats: { ready: false, served: true },
    postgres: { ready: false, served: false },
    redis: { ready: true, served: true },
  };

  for (const [name, { ready, served }] of Object.entries(WITHOUT)) {
    it(`without ${name} for ${OUTAGE_MS / 1000} s do what is documented, and recover by themselves`, async () => {
      const service = cluster.services[name as LinkName];
      await underLoad(cluster, { what: `${name} away`, insistsMs: 120_000 + OUTAGE_MS }, async (market) => {
        const pids = cluster.nodes.map(({ server }) => server.pid);
        await service.stop();
        if (!ready) await nobodyIsReady();
        if (name === "nats") await eachServesItsOwn(await ownership(cluster));
        await outage(market, { name, ready, served });
        await service.start();
        console.info(`${name}: all well ${await recovered(cluster)} ms after the end`);
        expect(cluster.nodes.map(({ server }) => server.pid)).toEqual(pids);
      });
    }, { withinMs: 240_000 + 2 * OUTAGE_MS });
  }

  async function outage(
    market: ClusterMarket,
    { name, ready, served }: { readonly name: string; readonly ready: boolean; readonly served: boolean },
  ): Promise<void> {
    const [acknowledged, end] = [market.day.commands, performance.now() + OUTAGE_MS];
    await cluster.until(async () => {
      if (ready) await allAreReady();
      else expect(await areReady()).toEqual(everyNode().map(() => false));
      return performance.now() > end;
    }, { withinMs: 3 * OUTAGE_MS, what: () => "the end of the outage" });
    if (ready) expect(market.day.commands).toBeGreaterThan(acknowledged);
    if (!served) expect(market.day.commands).toBe(acknowledged);
    console.info(`${market.day.commands - acknowledged} commands meanwhile`);
    await cluster.until(async () => (await gauges("node_ready")).every((is) => is === Number(ready)), {
      withinMs: STRAY_MS,
      what: () => `node_ready to be ${ready}`,
    });
    expect((await gauges("partition_owned")).reduce((sum, owned) => sum + owned, 0)).toBe(64);
    expect(await gauges("cache_away")).toEqual(everyNode().map(() => Number(name === "redis")));
    for (const name of ["relay_lag_events", "fenced_commits_total"]) {
      console.info(`${name} ${await gauges(name)}`);
    }
  }
});
