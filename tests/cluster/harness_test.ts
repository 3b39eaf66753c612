import { describe } from "@std/testing/bdd";
import { expect } from "@std/expect";
import { it } from "../system/bounded.ts";
import { Api } from "../system/client/api.ts";
import { insist } from "../system/client/insist.ts";
import { Cart } from "../system/client/shapes_of_answers.ts";
import { Shopper } from "../system/client/shopper.ts";
import { type Cluster, startCluster, withCluster } from "./harness/cluster.ts";

const NODES = 1;
const LIMITS = { withinMs: 180_000 };
const AWAY_MS = 500;
const SKEW_MS = 3_600_000;

function apiOf({ urls }: Cluster): Api {
  return new Api(urls[0] ?? "");
}

/** Nothing is acknowledged from `begin` to `end`; what was asked meanwhile is, soon after. */
async function outage(cluster: Cluster, { begin, end }: Record<"begin" | "end", () => unknown>): Promise<void> {
  const { api, token, customerId } = await Shopper.arrive(apiOf(cluster));
  await begin();
  const asked = insist(api, "/api/carts", { token, key: crypto.randomUUID(), body: {} });
  const away = new Promise((resolve) => setTimeout(() => resolve("away"), AWAY_MS));
  expect(await Promise.race([asked, away])).toBe("away");
  await end();
  expect((await asked).as(Cart, 201).customerId).toBe(customerId);
}

describe("the cluster's harness", () => {
  it("starts, stops, kills, freezes and thaws nodes", () =>
    withCluster({ nodes: NODES }, async (cluster) => {
      const stop = async () => expect(await cluster.stop(0)).toBe(0);
      await outage(cluster, { begin: stop, end: () => cluster.start(0) });
      await outage(cluster, { begin: () => cluster.kill(0), end: () => cluster.start(0) });
      await outage(cluster, { begin: () => cluster.freeze(0), end: () => cluster.thaw(0) });
      for (const verb of ["start", "stop", "kill", "freeze", "thaw"]) {
        expect(cluster.logs()).toContain(`--- ${verb} at`);
      }
    }), LIMITS);

  it(
    "cuts, resets and freezes the link to the database, and heals it",
    () =>
      withCluster({ nodes: NODES }, async (cluster) => {
        const end = () => cluster.heal(0, "postgres");
        await outage(cluster, { begin: () => cluster.cut(0, "postgres"), end });
        await outage(cluster, { begin: () => cluster.cut(0, "postgres", { by: "reset" }), end });
        for (const towards of ["server", "client"] as const) {
          await outage(cluster, { begin: () => cluster.freezeAfterBytes(0, "postgres", { bytes: 50, towards }), end });
        }
        await outage(cluster, { begin: () => cluster.delay(0, "postgres", 2 * AWAY_MS), end });
      }),
    LIMITS,
  );

  it("freezes, restarts and wipes the servers", () =>
    withCluster({ nodes: NODES }, async (cluster) => {
      const { postgres } = cluster.services;
      await outage(cluster, { begin: () => postgres.freeze(), end: () => postgres.thaw() });
      for (const service of ["nats", "redis", "postgres"] as const) await cluster.restart(service);
      await cluster.wipe("nats");
      await outage(cluster, { begin: () => postgres.stop(), end: () => postgres.start() });
    }), LIMITS);

  it(
    "sets a node's clock wrong while it runs",
    () =>
      withCluster({ nodes: NODES, fakeClocks: true }, async (cluster) => {
        const aheadMs = async (): Promise<number> => {
          const answer = await new Api(cluster.urls[0] ?? "").call("/healthz");
          return Date.parse(answer.headers.get("date") ?? "") - Date.now();
        };
        expect(Math.abs(await aheadMs())).toBeLessThan(SKEW_MS / 2);
        await cluster.skew(0, SKEW_MS);
        await cluster.until(async () => await aheadMs() > SKEW_MS / 2, { what: () => "a clock ahead" });
        expect(await cluster.isReady(0)).toBe(true);
      }),
    LIMITS,
  );

  it("says what it has waited for, and what the nodes printed", () =>
    withCluster({ nodes: NODES }, async (cluster) => {
      const waiting = cluster.until(() => false, { withinMs: 50, what: () => "a miracle" });
      await expect(waiting).rejects.toThrow(/^Cannot wait any longer for a miracle\n== node 0.*running\n--- start/s);
    }), LIMITS);

  it("leaves nothing behind when a node cannot start", async () => {
    const env = { STORES: "not a name" };
    await expect(startCluster({ nodes: NODES, env })).rejects.toThrow(/Cannot start Vitrine.*STORES/s);
  }, LIMITS);
});
