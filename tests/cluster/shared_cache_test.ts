import { describe } from "@std/testing/bdd";
import { expect } from "@std/expect";
import { z } from "zod";
import { stranger } from "../cache/redis_nodes.ts";
import { it } from "../system/bounded.ts";
import { Api } from "../system/client/api.ts";
import { insist } from "../system/client/insist.ts";
import { adminToken, tokenFor } from "../system/client/people.ts";
import { PlacedOrder } from "../system/client/shapes_of_answers.ts";
import { type Cluster, withCluster } from "./harness/cluster.ts";

const BURST = 200;
const PATIENCE = { withinMs: 180_000 };
const OpenedCart = z.looseObject({ cartId: z.string() });
const AccountView = z.looseObject({
  cart: z.looseObject({ status: z.string(), data: z.looseObject({ itemCount: z.number() }).nullish() }),
});

function apiAt({ urls }: Cluster, index: number): Api {
  return new Api(urls[index] ?? "");
}

function apisOf(cluster: Cluster): readonly Api[] {
  return cluster.urls.map((_, index) => apiAt(cluster, index));
}

async function list(cluster: Cluster, sku: string): Promise<void> {
  const token = await adminToken(apiAt(cluster, 0));
  const product = { sku, name: sku, price: { minor: 1000, currency: "GBP" }, stock: 1_000_000 };
  expect((await insist(apiAt(cluster, 0), "/api/v1/products", { token, key: sku, body: product })).status).toBe(201);
}

/** How many requests of one caller the nodes serve when they come all at once, beside what is earned meanwhile. */
async function servedAtOnce(cluster: Cluster, sub: string): Promise<number> {
  const token = await tokenFor(apiAt(cluster, 0), { sub });
  const startedAt = performance.now();
  const requests = apisOf(cluster).flatMap((api) => Array.from({ length: BURST / 2 }, () => api));
  const answers = await Promise.all(requests.map((api) => api.call("/api/account/view", { token })));
  const earned = (performance.now() - startedAt) / 1000;
  const served = answers.filter(({ status }) => status === 200).length;
  const refused = answers.filter(({ status }) => status === 429).length;
  expect(served + refused).toBe(answers.length);
  return served - earned;
}

async function changePrice(
  cluster: Cluster,
  { at, sku, minor }: { readonly at: number; readonly sku: string; readonly minor: number },
): Promise<void> {
  const token = await adminToken(apiAt(cluster, at));
  const ask = { method: "PATCH", token, key: `${sku}-${minor}`, body: { price: { minor, currency: "GBP" } } } as const;
  expect((await insist(apiAt(cluster, at), `/api/v1/products/${sku}`, ask)).status).toBe(200);
}

/** What one piece costs at every node. */
async function pricesOf(cluster: Cluster, { sku, token }: { readonly sku: string; readonly token: string }) {
  const body = { items: [{ sku, quantity: 1 }] };
  const answers = await Promise.all(
    apisOf(cluster).map((api) => insist(api, "/api/v1/orders", { token, key: crypto.randomUUID(), body })),
  );
  return answers.map((answer) => answer.as(PlacedOrder, 201).totalAmount.minor);
}

/** The cart of the account's view: its status, and how much is in it. */
async function cartSeenBy(api: Api, token: string): Promise<string> {
  const { cart } = (await api.call("/api/account/view", { token })).as(AccountView);
  return `${cart.status} ${cart.data?.itemCount}`;
}

async function countTogether(cluster: Cluster): Promise<void> {
  let caller = 0;
  // A node that is without Redis for a moment gives allowances of its own: then another caller tries.
  await cluster.until(async () => await servedAtOnce(cluster, `eager-${caller++}`) <= BURST + 1, {
    withinMs: 60_000,
    what: () => "three nodes to give no more than one of them may",
  });
}

async function sellAtTheNewPrice(cluster: Cluster): Promise<void> {
  const sku = "LAMP";
  await list(cluster, sku);
  const token = await tokenFor(apiAt(cluster, 0), { sub: "ann" });
  const { redis } = cluster.services;
  for (const [at, minor] of [1100, 1200, 1300].entries()) {
    for (const price of await pricesOf(cluster, { sku, token })) expect(price).toBeGreaterThanOrEqual(1000);
    if (at === 1) redis.freeze();
    if (at === 2) redis.thaw();
    await changePrice(cluster, { at, sku, minor });
    await cluster.until(async () => (await pricesOf(cluster, { sku, token })).every((price) => price === minor), {
      withinMs: 30_000,
      what: () => `every node to sell at ${minor}`,
    });
  }
}

async function showWhatAnotherFound(cluster: Cluster): Promise<void> {
  const [one, other] = [apiAt(cluster, 0), apiAt(cluster, 1)];
  const { postgres, redis } = cluster.services;
  await list(cluster, "MUG");
  const token = await tokenFor(one, { sub: "ann" });
  const opened = await insist(one, "/api/carts", { token, key: "cart", body: {} });
  const { cartId } = OpenedCart.parse(JSON.parse(opened.text));
  const body = { sku: "MUG", quantity: 2 };
  expect((await insist(one, `/api/carts/${cartId}/items`, { token, key: "two", body })).status).toBe(200);

  await using reader = stranger(redis.url);
  await cluster.until(async () => {
    const seen = await cartSeenBy(one, token);
    // The cart and the orders.
    return seen === "ok 2" && (await reader.keys("vitrine:*:view:*")).length === 2;
  }, { withinMs: 30_000, what: () => "the cart to be seen and remembered" });

  await postgres.freeze();
  try {
    const what = (): string => "the other node to show the cart as it was";
    await cluster.until(async () => await cartSeenBy(other, token) === "stale 2", { withinMs: 30_000, what });
  } finally {
    await postgres.thaw();
  }
  const what = (): string => "the other node to show the cart as it is";
  await cluster.until(async () => await cartSeenBy(other, token) === "ok 2", { withinMs: 60_000, what });
}

describe("nodes that share a Redis", () => {
  const env = { RATE_PER_SECOND: "1", RATE_BURST: String(BURST) };

  it("count a caller's requests together", () => withCluster({ env }, countTogether), PATIENCE);

  it(
    "sell at the new price everywhere soon after it has changed, Redis frozen or not",
    () => withCluster({}, sellAtTheNewPrice),
    PATIENCE,
  );

  it(
    "show a cart as another node found it last while the database stands still",
    () => withCluster({}, showWhatAnotherFound),
    PATIENCE,
  );
});
