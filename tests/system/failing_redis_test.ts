import { describe } from "@std/testing/bdd";
import { expect } from "@std/expect";
import { stranger } from "../cache/redis_nodes.ts";
import { type Redis, startRedis } from "../harness/redis.ts";
import { until } from "../harness/until.ts";
import { seeded } from "../machines/seeded.ts";
import { it } from "./bounded.ts";
import { Shop } from "./client/shop.ts";
import { Shopper } from "./client/shopper.ts";
import { MarketDay } from "./load/market_day.ts";

const RUN_COMMANDS = 150;
/** Far above what the customers ask for: every request is counted in Redis, and none is turned away. */
const RATE = "100000";
/** Sections are given all the time they need: one that is missing is missing for another reason. */
const SECTION_TIMEOUT = "30000";

function openDay(shop: Shop): Promise<MarketDay> {
  return MarketDay.open(shop, {
    customers: 6,
    wares: 5,
    transports: ["sse", "websocket", "polling"],
    paymentMethods: ["card", "invoice"],
    chance: seeded(1),
    thinksMs: 20,
  });
}

/** The day goes on: so many more commands are acknowledged, views are shown, and the node stays ready. */
async function goesOn({ api, server }: Shop, day: MarketDay): Promise<void> {
  const goal = day.commands + RUN_COMMANDS;
  const [customer] = day.customers;
  await until(async () => {
    const answer = await api.call("/api/account/view", { token: customer?.shopper.token });
    expect([answer.status, answer.text.includes(`"unavailable"`)]).toEqual([200, false]);
    return day.commands >= goal && await server.isReady();
  }, { withinMs: 60_000, what: () => `${goal} commands; ${day.commands} done\n${server.output}` });
}

/** Whether the node does without Redis at present. */
async function isWithout({ api }: Shop): Promise<boolean> {
  return (await api.call("/metrics")).text.includes("\ncache_away 1\n");
}

async function becomes(shop: Shop, without: boolean): Promise<void> {
  await until(async () => await isWithout(shop) === without, {
    withinMs: 30_000,
    what: () => `the node to be ${without ? "without" : "with"} Redis\n${shop.server.output}`,
  });
}

/** Whoever buys after a price has changed pays the new one, whatever Redis remembers. */
async function sellsAtTodaysPrice(shop: Shop): Promise<void> {
  const sku = await shop.stock({ quantity: 10, priceMinor: 1000 });
  const shopper = await Shopper.arrive(shop.api);
  const buy = async (): Promise<number> => (await shop.order(shopper, [{ sku, quantity: 1 }])).totalAmount.minor;
  expect(await buy()).toBe(1000);
  const body = { price: { minor: 1100, currency: "GBP" } };
  const changed = await shop.api.call(`/api/v1/products/${sku}`, { method: "PATCH", token: shop.admin, body });
  expect(changed.status).toBe(200);
  expect(await buy()).toBe(1100);
}

async function poisonAll(redis: Redis): Promise<void> {
  await using vandal = stranger(redis.url);
  const names = await vandal.keys("vitrine:*");
  expect(names.length).toBeGreaterThan(0);
  for (const [index, name] of names.entries()) {
    if (index % 2 === 0) await vandal.set(name, "garbage");
    else await vandal.multi().del(name).rpush(name, "garbage").exec();
  }
}

async function wipe(redis: Redis): Promise<void> {
  await using operator = stranger(redis.url);
  await operator.flushall();
}

describe("a Redis that fails under load", () => {
  it("stopped, frozen, wiped or poisoned: everything goes on, and nobody has to do anything", async () => {
    await using redis = await startRedis();
    await redis.stop();
    await using shop = await Shop.open({
      patienceMs: 60_000,
      env: { REDIS_URL: redis.url, RATE_PER_SECOND: RATE, SECTION_TIMEOUT_MS: SECTION_TIMEOUT },
    });
    const { pid } = shop.server;
    const day = await openDay(shop);
    await becomes(shop, true);
    await goesOn(shop, day);
    await redis.start();
    await becomes(shop, false);
    await goesOn(shop, day);

    for (const begin of [() => redis.kill(), () => redis.freeze()]) {
      await begin();
      await becomes(shop, true);
      await goesOn(shop, day);
      await sellsAtTodaysPrice(shop);
      if (redis.hasEnded) await redis.start();
      else redis.thaw();
      await becomes(shop, false);
      await goesOn(shop, day);
    }
    for (const harm of [wipe, poisonAll]) {
      await harm(redis);
      await goesOn(shop, day);
      await sellsAtTodaysPrice(shop);
    }

    console.info(await day.end());
    expect(day.customers.map(({ unknown }) => unknown)).toEqual(day.customers.map(() => 0));
    expect(shop.server.pid).toBe(pid);
    expect(await shop.server.stop()).toBe(0);
    expect(shop.server.output).not.toMatch(/"level":"error"/);
  }, { withinMs: 300_000 });
});
