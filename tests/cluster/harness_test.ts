import { after, before, describe } from "@std/testing/bdd";
import { expect } from "@std/expect";
import { it } from "../system/bounded.ts";
import { Api } from "../system/client/api.ts";
import { insist } from "../system/client/insist.ts";
import { Cart } from "../system/client/shapes_of_answers.ts";
import { Shopper } from "../system/client/shopper.ts";
import { type Cluster, startCluster } from "./harness/cluster.ts";

const LIMITS = { withinMs: 180_000 };
const AWAY_MS = 500;
const SKEW_MS = 3_600_000;

interface Outage {
  readonly begin: () => unknown;
  readonly end: () => unknown;
}

describe("the cluster's harness", () => {
  let cluster: Cluster;
  let api: Api;
  before(async () => {
    // One node: what it cannot do, no other does for it.
    cluster = await startCluster({ nodes: 1, fakeClocks: true });
    api = new Api(cluster.urls[0] ?? "");
  });
  after(async () => await cluster?.[Symbol.asyncDispose]());

  /** Nothing is acknowledged from `begin` to `end`; what was asked meanwhile is, some time after. */
  async function survive({ begin, end }: Outage): Promise<void> {
    try {
      const { token, customerId } = await Shopper.arrive(api);
      await begin();
      const asked = insist(api, "/api/carts", { token, key: crypto.randomUUID(), body: {} });
      const away = new Promise((resolve) => setTimeout(() => resolve("away"), AWAY_MS));
      expect(await Promise.race([asked, away])).toBe("away");
      await end();
      expect((await asked).as(Cart, 201).customerId).toBe(customerId);
    } catch (error) {
      console.error(cluster.logs());
      throw error;
    }
  }

  it("starts, stops, kills, freezes and thaws nodes", async () => {
    const stop = async () => expect(await cluster.stop(0)).toBe(0);
    await survive({ begin: stop, end: () => cluster.start(0) });
    await survive({ begin: () => cluster.kill(0), end: () => cluster.start(0) });
    await survive({ begin: () => cluster.freeze(0), end: () => cluster.thaw(0) });
    for (const verb of ["start", "stop", "kill", "freeze", "thaw"]) expect(cluster.logs()).toContain(`--- ${verb} at`);
  }, LIMITS);

  it("cuts, resets, freezes and slows the link to the database, and heals it", async () => {
    const end = () => cluster.heal(0, "postgres");
    await survive({ begin: () => cluster.cut(0, "postgres"), end });
    await survive({ begin: () => cluster.cut(0, "postgres", { by: "reset" }), end });
    for (const towards of ["server", "client"] as const) {
      await survive({ begin: () => cluster.freezeAfterBytes(0, "postgres", { bytes: 50, towards }), end });
    }
    await survive({ begin: () => cluster.delay(0, "postgres", 2 * AWAY_MS), end });
  }, LIMITS);

  it("freezes, restarts and wipes the servers", async () => {
    const { postgres } = cluster.services;
    await survive({ begin: () => postgres.freeze(), end: () => postgres.thaw() });
    for (const service of ["nats", "redis", "postgres"] as const) await cluster.restart(service);
    await cluster.wipe("nats");
    await survive({ begin: () => postgres.stop(), end: () => postgres.start() });
  }, LIMITS);

  it("sets a node's clock wrong while it runs", async () => {
    const aheadMs = async (): Promise<number> => {
      const answer = await api.call("/healthz");
      return Date.parse(answer.headers.get("date") ?? "") - Date.now();
    };
    expect(Math.abs(await aheadMs())).toBeLessThan(SKEW_MS / 2);
    await cluster.skew(0, SKEW_MS);
    await cluster.until(async () => await aheadMs() > SKEW_MS / 2, { what: () => "a clock ahead" });
    await cluster.until(() => cluster.isReady(0), { withinMs: 30_000, what: () => "a node that is ready" });
  }, LIMITS);

  it("says what it has waited for, and what the nodes printed", async () => {
    const waiting = cluster.until(() => false, { withinMs: 50, what: () => "a miracle" });
    await expect(waiting).rejects.toThrow(/^Cannot wait any longer for a miracle\n== node 0, http.* running\n/);
  }, LIMITS);

  it("leaves nothing behind when a node cannot start", async () => {
    const env = { STORES: "not a name" };
    await expect(startCluster({ nodes: 1, env })).rejects.toThrow(/Cannot start Vitrine.*STORES/s);
  }, LIMITS);
});
