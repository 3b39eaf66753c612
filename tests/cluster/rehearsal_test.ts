import { describe, it } from "@std/testing/bdd";
import { expect } from "@std/expect";
import { cart } from "../../actors/cart.ts";
import { customer } from "../../actors/customer.ts";
import { freshIds } from "../../src/clock/fresh_ids.ts";
import { monotonicClock } from "../../src/clock/monotonic_clock.ts";
import { rehearse } from "../../src/cluster/rehearsal.ts";

describe("a rehearsal", () => {
  it("has every command accepted, or it would compile refusals, and says nothing", async () => {
    const said: string[] = [];
    const say = (event: string): void => void said.push(event);
    await rehearse({
      clock: monotonicClock(Date.UTC(2026, 0, 2, 12)),
      ids: freshIds(),
      random: Math.random,
      log: { info: say, warn: say, error: say },
      kinds: [cart, customer],
    });
    expect(said).toEqual([]);
  });
});
