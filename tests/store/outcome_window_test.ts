import { expect } from "@std/expect";
import { describe, it } from "@std/testing/bdd";
import { forgetOldOutcomes } from "../../src/store/outcome_window.ts";

const HOUR_MS = 3_600_000;

describe("outcomes past their window", () => {
  it("are forgotten in chunks until none is left, minute by minute", async () => {
    const tasks: (() => void)[] = [];
    const clock = { now: () => 100 * HOUR_MS, after: (_: number, task: () => void) => (tasks.push(task), () => {}) };
    const asked: { before: number; limit: number }[] = [];
    const left = [1000, 1000, 12, 0];
    const store = {
      forgetOutcomes: (options: { before: number; limit: number }) => {
        asked.push(options);
        return Promise.resolve(left.shift() ?? 0);
      },
    };
    const stop = forgetOldOutcomes({ store, clock, log: { warn: () => {} }, windowMs: 25 * HOUR_MS });

    tasks.shift()?.();
    await new Promise((resolve) => setTimeout(resolve));
    expect(asked.map(({ before }) => before / HOUR_MS)).toEqual([75, 75, 75]);
    tasks.shift()?.();
    await new Promise((resolve) => setTimeout(resolve));
    expect(asked.length).toBe(4);
    stop();
  });
});
