import { describe } from "@std/testing/bdd";
import { expect } from "@std/expect";
import { type Chance, seeded } from "../machines/seeded.ts";
import { it } from "./bounded.ts";
import { Shop } from "./client/shop.ts";
import { withJournal } from "./load/journal.ts";
import { MarketDay } from "./load/market_day.ts";
import { PAYMENT_METHODS } from "./load/payment_methods.ts";

const KILLS = 20;

/** Kills at some moment of the work or, every fourth time, of the start that follows. Milliseconds of each start. */
async function killOften({ server }: Shop, chance: Chance): Promise<readonly number[]> {
  const starts: number[] = [];
  for (let kill = 0; kill < KILLS; kill++) {
    await wait(chance.int(1, 1500));
    await server.kill();
    const begunAt = performance.now();
    server.launch();
    if (kill % 4 === 3) continue;
    await server.untilReady();
    starts.push(Math.round(performance.now() - begunAt));
  }
  await server.untilReady();
  return starts.toSorted((one, other) => one - other);
}

/** How long a killed process has lived is what this test is about. */
function wait(ms: number): Promise<void> {
  return new Promise((resolve) => setTimeout(resolve, ms));
}

describe("a process that is killed at any moment", () => {
  it("has kept all that it acknowledged, once, and goes on by itself", async () => {
    const seed = Number(Deno.env.get("VITRINE_TEST_SEED") ?? Math.floor(Math.random() * 1e9));
    console.info(`VITRINE_TEST_SEED=${seed}`);
    const chance = seeded(seed);
    await using shop = await Shop.open();
    const day = await MarketDay.open(shop, {
      customers: 8,
      wares: 6,
      transports: ["sse", "websocket", "polling"],
      paymentMethods: PAYMENT_METHODS,
      // A slow machine is hardly up before it is killed again.
      insistsMs: 240_000,
      chance,
    });
    const starts = await killOften(shop, chance);
    expect(day.commands).toBeGreaterThan(KILLS);
    const result = await day.end();
    expect(await shop.server.stop()).toBe(0);
    await withJournal(shop.server.dataDir, async (journal) => {
      expect([await journal.gaps(), await journal.deadLetters()]).toEqual([0, 0]);
    });
    console.info(`${KILLS} kills: ${result}`);
    console.info(
      `ready again after ${starts[Math.floor(starts.length / 2)]} ms in the median, ${starts.at(-1)} at most`,
    );
  }, { withinMs: 600_000 });
});
