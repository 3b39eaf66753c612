import { after, before, describe } from "@std/testing/bdd";
import { expect } from "@std/expect";
import { partitionOf } from "../../actors/runtime/address.ts";
import { it } from "../system/bounded.ts";
import { Api } from "../system/client/api.ts";
import { followCustomer } from "../system/client/customer_feed.ts";
import type { Line } from "../system/client/feed_listener.ts";
import { insist } from "../system/client/insist.ts";
import { openCustomerLine } from "../system/client/lines.ts";
import { Cart } from "../system/client/shapes_of_answers.ts";
import { ShopFloor } from "../system/client/shop_floor.ts";
import { Shopper } from "../system/client/shopper.ts";
import { type Cluster, startCluster } from "./harness/cluster.ts";
import { ownership, recovered } from "./harness/ownership.ts";

const LIMITS = { withinMs: 180_000 };
const TABS = 5;
const CLICKS = 4;

/** A page that is open: what it was told, and how it sends what its customer wants. */
interface Tab {
  readonly name: string;
  readonly api: Api;
  readonly follower: ReturnType<typeof followCustomer>;
  readonly line: Line;
}

describe("several pages of one customer, each open at another node", () => {
  let cluster: Cluster;
  let sku: string;
  before(async () => {
    cluster = await startCluster();
    await recovered(cluster);
    const shop = await ShopFloor.at(new Api(cluster.urls[0] ?? ""), { books: () => Promise.resolve(new Map()) });
    sku = await shop.stock({ quantity: 1000 });
  });
  after(() => cluster[Symbol.asyncDispose]());

  async function openTab({ token, customerId }: Shopper, index: number): Promise<Tab> {
    const api = new Api(cluster.urls[index % cluster.urls.length] ?? "", { patienceMs: 60_000 });
    const follower = followCustomer(customerId);
    const transport = index % 2 === 0 ? "sse" : "websocket";
    const line = await openCustomerLine(api, transport, { token, listener: follower });
    return { name: `tab-${index}`, api, follower, line };
  }

  async function openTabs(shopper: Shopper): Promise<readonly Tab[]> {
    return await Promise.all(Array.from({ length: TABS }, (_, index) => openTab(shopper, index)));
  }

  async function add(tab: Tab, { token, cartId, key }: Record<"token" | "cartId" | "key", string>): Promise<Cart> {
    const body = { sku, quantity: 1 };
    return (await insist(tab.api, `/api/carts/${cartId}/items`, { token, key, body })).as(Cart);
  }

  /** Until they have all been told the same. */
  async function converge(tabs: readonly Tab[], pieces: number): Promise<void> {
    const told = () => tabs.map(({ follower }) => [follower.cursor, follower.state?.cart?.itemCount]);
    await cluster.until(() => new Set(told().map(String)).size === 1 && told()[0]?.[1] === pieces, {
      withinMs: 60_000,
      what: () => `all tabs to show ${pieces} pieces: ${JSON.stringify(told())}`,
    });
  }

  it("show the same after whatever any of them has done, and each knows its own doing", async () => {
    const shopper = await Shopper.arrive(new Api(cluster.urls[0] ?? ""));
    const { cartId } = await shopper.openCart();
    const tabs = await openTabs(shopper);
    const keys = tabs.map(({ name }) => Array.from({ length: CLICKS }, (_, click) => `${name}-click-${click}`));
    await Promise.all(tabs.map(async (tab, index) => {
      for (const key of keys[index] ?? []) await add(tab, { token: shopper.token, cartId, key });
    }));
    await converge(tabs, TABS * CLICKS);
    const [first, ...others] = tabs.map(({ follower }) => follower);
    for (const follower of others) expect(follower.state).toEqual(first?.state);
    for (const [index, { follower }] of tabs.entries()) {
      expect(follower.complaints).toEqual([]);
      const echoes = follower.told.map(({ data }) => commandIdOf(data));
      expect(echoes.toSorted()).toEqual(keys.flat().toSorted());
      expect(echoes.filter((id) => keys[index]?.includes(id))).toEqual(keys[index]);
    }
    await Promise.all(tabs.map(({ line }) => line.close()));
  }, LIMITS);

  it("are told within seconds of what was lost between two nodes in silence", async () => {
    const owned = await ownership(cluster);
    const ownerOf = ({ customerId }: Shopper): number => {
      const owner = owned[partitionOf(`customer/${customerId}`, owned.length)]?.owner;
      return cluster.nodes.findIndex(({ name }) => name === owner);
    };
    const shopper = await Shopper.arrive(new Api(cluster.urls[0] ?? ""));
    const owner = ownerOf(shopper);
    const { cartId } = await shopper.openCart();
    const tabs = await openTabs(shopper);
    const atOwner = tabs.find((_, index) => index % cluster.urls.length === owner);
    if (atOwner === undefined) throw new Error(`Cannot find a tab at node ${owner}`);
    await add(atOwner, { token: shopper.token, cartId, key: "before" });
    await converge(tabs, 1);
    for (let round = 1; round <= 3; round++) {
      // What the owner sends to the others is lost, and neither of them is told.
      cluster.cut(owner, "nats", { by: "reset" });
      const committedAt = performance.now();
      // Another quantity needs no price, which a node that is cut off may not have.
      await insist(atOwner.api, `/api/carts/${cartId}/items/${encodeURIComponent(sku)}`, {
        method: "PATCH",
        token: shopper.token,
        key: `round-${round}`,
        body: { quantity: 1 + round },
      });
      cluster.heal(owner, "nats");
      await converge(tabs, 1 + round);
      console.info(`told everywhere ${Math.round(performance.now() - committedAt)} ms later`);
    }
    for (const { follower } of tabs) expect(follower.complaints).toEqual([]);
    await Promise.all(tabs.map(({ line }) => line.close()));
  }, LIMITS);
});

function commandIdOf(data: unknown): string {
  return typeof data === "object" && data !== null && "commandId" in data ? String(data.commandId) : "";
}
