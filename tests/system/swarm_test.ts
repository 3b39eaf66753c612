import { describe } from "@std/testing/bdd";
import { expect } from "@std/expect";
import { seeded } from "../machines/seeded.ts";
import { until } from "../harness/until.ts";
import { it } from "./bounded.ts";
import { memoryOf } from "./client/memory_of.ts";
import { Shop } from "./client/shop.ts";
import { MarketDay } from "./load/market_day.ts";

/** 60 for the full run. */
const SECONDS = Number(Deno.env.get("VITRINE_SWARM_SECONDS") ?? 15);
const CUSTOMERS = 200;

describe("a thousand connections of two hundred customers", () => {
  it("each hear all about their own customer and nothing of others, on whatever they come back by", async () => {
    const seed = Number(Deno.env.get("VITRINE_TEST_SEED") ?? Math.floor(Math.random() * 1e9));
    console.info(`VITRINE_TEST_SEED=${seed}`);
    await using shop = await Shop.open();
    const day = await MarketDay.open(shop, {
      customers: CUSTOMERS,
      wares: 20,
      transports: ["sse", "sse", "websocket", "websocket", "polling"],
      paymentMethods: ["card", "invoice", "test_decline", "test_slow"],
      chance: seeded(seed),
      restlessMs: 10_000,
      thinksMs: 1000,
    });
    expect(day.clients.length).toBe(5 * CUSTOMERS);
    await until(() => day.clients.every(({ follower }) => follower.state !== undefined), {
      withinMs: 60_000,
      what: () => "everybody to be connected",
    });
    const end = performance.now() + SECONDS * 1000;
    let open = 0;
    await until(() => {
      open = Math.max(open, day.clients.filter(({ follower }) => follower.isOpen).length);
      return performance.now() > end;
    }, { withinMs: 60_000, everyMs: 250, what: () => "the day to be over" });
    const { residentMb, peakMb } = await memoryOf(shop.server.pid);
    const result = await day.end();
    console.info(`${SECONDS} s: ${result}; ${open} open at once; ${residentMb} MB resident, ${peakMb} MB at most`);
    expect(open).toBeGreaterThan(4 * CUSTOMERS);
    for (const { follower } of day.clients) expect(follower.outcomes.snapshot).toBe(1);
  }, { withinMs: (120 + 2 * SECONDS) * 1000 });
});
