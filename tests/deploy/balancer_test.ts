import { after, before, describe } from "@std/testing/bdd";
import { expect } from "@std/expect";
import { type Cluster, startCluster } from "../cluster/harness/cluster.ts";
import { until } from "../harness/until.ts";
import { it } from "../system/bounded.ts";
import { Api } from "../system/client/api.ts";
import { followCustomer } from "../system/client/customer_feed.ts";
import { insist } from "../system/client/insist.ts";
import { openCustomerLine } from "../system/client/lines.ts";
import { Cart } from "../system/client/shapes_of_answers.ts";
import { ShopFloor } from "../system/client/shop_floor.ts";
import { Shopper } from "../system/client/shopper.ts";
import { Balancer } from "./balancer.ts";

const LIMITS = { withinMs: 180_000 };
const PASSED_ON = 30;

if (await Balancer.isInstalled()) describe("a balancer without sticky sessions", balanced);
else console.info("no caddy on PATH: nobody has looked whether deploy/Caddyfile works");

function balanced(): void {
  let cluster: Cluster;
  let balancer: Balancer;
  let shop: ShopFloor;
  before(async () => {
    cluster = await startCluster({ nodes: 2, env: { TRUST_PROXY: "true", ASK_TIMEOUT_MS: "1000" } });
    balancer = await Balancer.start(cluster.urls);
    shop = await ShopFloor.at(new Api(balancer.url), { books: () => Promise.resolve(new Map()) });
  });
  after(async () => {
    await balancer?.[Symbol.asyncDispose]();
    await cluster?.[Symbol.asyncDispose]();
  });

  for (const transport of ["sse", "websocket"] as const) {
    it(`passes every frame on at once: ${transport}`, async () => {
      const sku = await shop.stock({ quantity: 10 });
      const shopper = await Shopper.arrive(shop.api);
      const { cartId } = await shopper.openCart();
      const follower = followCustomer(shopper.customerId);
      const line = await openCustomerLine(shop.api, transport, { token: shopper.token, listener: follower });
      for (let frame = 0; frame < 3; frame++) {
        const { cursor } = await shopper.addItem(cartId, { sku, quantity: 1 });
        await until(() => follower.cursor === cursor, { what: () => `${cursor}; ${follower.cursor} was heard` });
      }
      expect([follower.complaints, follower.outcomes.snapshot]).toEqual([[], 1]);
      await line.close();
    }, LIMITS);
  }

  it("keeps to itself what is for the inside", async () => {
    for (const path of ["/metrics", "/readyz", "/healthz"]) expect((await shop.api.call(path)).status).toBe(404);
  }, LIMITS);

  it("reaches nodes that serve what they own while NATS is away and none is ready", async () => {
    const sku = await shop.stock({ quantity: 10 });
    const shopper = await Shopper.arrive(shop.api);
    const { cartId } = await shopper.openCart();
    await shopper.addItem(cartId, { sku, quantity: 1 });
    await cluster.services.nats.stop();
    const areReady = () => Promise.all([cluster.isReady(0), cluster.isReady(1)]);
    await cluster.until(async () => !(await areReady()).some(Boolean), {
      withinMs: 30_000,
      what: () => "no node to be ready",
    });
    for (let quantity = 2; quantity <= 4; quantity++) {
      const ask = { method: "PATCH", token: shopper.token, body: { quantity }, key: `away-${quantity}` } as const;
      const answer = await insist(shop.api, `/api/carts/${cartId}/items/${sku}`, ask);
      expect(answer.as(Cart).itemCount).toBe(quantity);
    }
    await cluster.services.nats.start();
    await cluster.until(async () => (await areReady()).every(Boolean), {
      withinMs: 60_000,
      what: () => "all nodes to be ready",
    });
  }, LIMITS);

  it("goes on when a node is killed", async () => {
    const sku = await shop.stock({ quantity: 10 });
    const shopper = await Shopper.arrive(shop.api);
    const { cartId } = await shopper.openCart();
    await cluster.kill(0);
    const { api, token } = shopper;
    const ask = { token, body: { sku, quantity: 1 } };
    for (let add = 1; add <= PASSED_ON; add++) {
      const answer = await insist(api, `/api/carts/${cartId}/items`, { ...ask, key: `add-${add}`, withinMs: 60_000 });
      expect(answer.as(Cart).itemCount).toBe(add);
    }
  }, LIMITS);

  it("says what a node would say when there is none: come back", async () => {
    await Promise.all([cluster.nodes[0]?.server, cluster.nodes[1]?.server].map((server) => server?.kill()));
    const { api } = shop;
    (await api.post("/api/session")).problem(503, "outcome_unknown");
    const follower = followCustomer("nobody");
    const line = await openCustomerLine(api, "sse", { token: "none", listener: follower });
    await until(() => follower.away.length === 1, { what: () => "to be sent away" });
    expect(follower.away).toEqual(["unavailable"]);
    await line.close();
  }, LIMITS);
}
