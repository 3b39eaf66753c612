import { describe } from "@std/testing/bdd";
import { expect } from "@std/expect";
import { it } from "../system/bounded.ts";
import { Api } from "../system/client/api.ts";
import { insist } from "../system/client/insist.ts";
import { Changes } from "../system/client/shapes_of_answers.ts";
import { Shopper } from "../system/client/shopper.ts";
import { ShopFloor } from "../system/client/shop_floor.ts";
import { type Cluster, withCluster } from "./harness/cluster.ts";
import { busiestSecond, PatientClient } from "./harness/crowd.ts";
import { recovered } from "./harness/ownership.ts";

/** 5000 for the full run. */
const CLIENTS = Number(Deno.env.get("VITRINE_DRAIN_CLIENTS") ?? 500);
const PER_CUSTOMER = 10;
/** Connections that are opened at a time. */
const TOGETHER = 50;

describe("a node that is asked to end", () => {
  it(`sends ${CLIENTS} clients away, each told when to come back, and none misses anything`, async () => {
    await withCluster({}, async (cluster) => {
      await recovered(cluster);
      const api = new Api(() => cluster.chance.pick(cluster.urls.slice(1)), { patienceMs: 60_000 });
      const shop = await ShopFloor.at(api, { books: () => Promise.resolve(new Map()) });
      const sku = await shop.stock({ quantity: 1000 });
      const shoppers = await inTurn(Array.from({ length: CLIENTS / PER_CUSTOMER }), () => Shopper.arrive(api));
      const clients = shoppers.flatMap((shopper) => crowdOf(shopper, cluster));
      await inTurn(clients, (client) => client.arrive());

      const isStopped = cluster.stop(0);
      await inTurn(shoppers, (shopper) => fill(api, { shopper, sku }));
      expect(await isStopped).toBe(0);

      const ends = new Map(await inTurn(shoppers, (shopper) => endOf(api, shopper)));
      const behind = () => clients.filter(({ follower, customerId }) => follower.cursor !== ends.get(customerId));
      await cluster.until(() => behind().length === 0, {
        withinMs: 120_000,
        what: () => `everybody to be back and up to date; ${behind().length} are not`,
      });
      for (const { follower, told } of clients) {
        expect(follower).toMatchObject({ complaints: [], away: ["draining"] });
        expect(follower.outcomes).toEqual({ snapshot: 1, resumed: 1, reset: 0 });
        expect(told).toBeGreaterThan(0);
      }
      const delays = clients.flatMap(({ told }) => told ?? []);
      const due = clients.flatMap(({ dueAt }) => dueAt ?? []);
      const returns = clients.flatMap(({ wentBackAt }) => wentBackAt ?? []);
      const late = clients.map(({ dueAt = NaN, wentBackAt = NaN }) => Math.round(wentBackAt - dueAt));
      const percent = (share: number): string => `${(100 * share).toFixed(1)} %`;
      console.info(
        `${CLIENTS} clients told to come back after ${Math.min(...delays)} to ${Math.max(...delays)} ms, ` +
          `${percent(busiestSecond(delays))} in the busiest second, ${
            percent(busiestSecond(due))
          } by when they heard; ` +
          `came back ${percent(busiestSecond(returns))}, up to ${Math.max(...late)} ms late`,
      );
      expect(busiestSecond(delays)).toBeLessThanOrEqual(0.1);
      await Promise.all(clients.map((client) => client.stop()));
    });
  }, { withinMs: 180_000 + 60 * CLIENTS });
});

function crowdOf(shopper: Shopper, { urls, chance }: Cluster): readonly PatientClient[] {
  const [first = "", ...others] = urls;
  return Array.from({ length: PER_CUSTOMER }, (_, index) => {
    const transport = index % 2 === 0 ? "sse" : "websocket";
    return new PatientClient(shopper, { transport, urls: { first, then: () => chance.pick(others) } });
  });
}

/** One command while the node goes, one more for whoever is on the way. */
async function fill(
  api: Api,
  { shopper: { token }, sku }: { readonly shopper: Shopper; readonly sku: string },
): Promise<void> {
  const opened = await insist(api, "/api/carts", { token, key: "open", body: {} });
  const { cartId } = JSON.parse(opened.text);
  for (const key of ["one", "two"]) {
    const added = await insist(api, `/api/carts/${cartId}/items`, { token, key, body: { sku, quantity: 1 } });
    if (added.status !== 200) throw new Error(`Cannot add: ${added.status} ${added.text}`);
  }
}

/** Where a customer's feed ends. */
async function endOf(api: Api, { token, customerId }: Shopper): Promise<readonly [string, string]> {
  const answer = await api.call("/api/changes?channel=customer", { token });
  return [customerId, answer.as(Changes).cursor];
}

/** Does it with each, some at a time. */
async function inTurn<Item, Result>(
  items: readonly Item[],
  task: (item: Item) => Promise<Result>,
): Promise<readonly Result[]> {
  const waiting = items.entries();
  const results: (readonly [number, Result])[] = [];
  const work = async (): Promise<void> => {
    for (const [index, item] of waiting) results.push([index, await task(item)]);
  };
  await Promise.all(Array.from({ length: TOGETHER }, work));
  return results.toSorted(([one], [other]) => one - other).map(([, result]) => result);
}
