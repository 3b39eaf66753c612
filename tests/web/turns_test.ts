import { describe, it } from "@std/testing/bdd";
import { expect } from "@std/expect";
import { takingTurns } from "../../src/client/turns.ts";

const refusing = { request: () => Promise.reject(new DOMException("not here", "SecurityError")) };
const granting = {
  request: async (_name: string, _options: object, task: () => Promise<void>) => await task(),
};

describe("tasks that take turns", () => {
  it("run once in their turn, and fail as they fail", async () => {
    let runs = 0;
    const exclusively = takingTurns("turns", granting);
    expect(await exclusively(() => Promise.resolve(++runs))).toBe(1);
    await expect(exclusively(() => Promise.reject(new Error("out of order")))).rejects.toThrow("out of order");
    expect(runs).toBe(1);
  });

  it("run at once where the browser has no locks, or refuses them", async () => {
    for (const locks of [undefined, refusing]) {
      expect(await takingTurns("turns", locks)(() => Promise.resolve("done"))).toBe("done");
    }
  });
});
