import { describe, it } from "@std/testing/bdd";
import { expect } from "@std/expect";
import { monotonicClock } from "../../src/clock/monotonic_clock.ts";

const HOUR_MS = 3_600_000;

describe("the clock of a node", () => {
  it("goes on from what the database has said", () => {
    const clock = monotonicClock(1000, performance.now() - 50);
    expect(clock.now()).toBeGreaterThanOrEqual(1050);
    expect(clock.now()).toBeLessThan(1050 + HOUR_MS);
  });

  it("goes forward to what the database says later, and never back", () => {
    const clock = monotonicClock(0);
    clock.catchUp(10 * HOUR_MS);
    const caughtUp = clock.now();
    expect(caughtUp).toBeGreaterThanOrEqual(10 * HOUR_MS);
    for (const earlier of [0, 9 * HOUR_MS]) clock.catchUp(earlier);
    expect(clock.now()).toBeGreaterThanOrEqual(caughtUp);
    expect(clock.now()).toBeLessThan(11 * HOUR_MS);
  });
});
