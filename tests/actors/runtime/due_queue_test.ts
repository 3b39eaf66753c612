import { describe, it } from "@std/testing/bdd";
import { expect } from "@std/expect";
import { DueQueue } from "../../../actors/runtime/due_queue.ts";
import { forSeeds } from "../../machines/seeded.ts";

describe("a queue of what is due", () => {
  it("gives everything once, the earliest first, and nothing early", () => {
    forSeeds(200, (chance) => {
      const queue = new DueQueue<number>();
      const waiting: number[] = [];
      for (let step = 0; step < 100; step++) {
        if (chance.happens(60)) {
          const at = chance.int(0, 50);
          queue.push(at, at);
          waiting.push(at);
        }
        const now = chance.int(0, 40);
        waiting.sort((one, other) => one - other);
        const due = waiting[0] !== undefined && waiting[0] <= now ? waiting.shift() : undefined;
        expect(queue.popDue(now)).toBe(due);
        expect([queue.nextAt, queue.size]).toEqual([waiting[0], waiting.length]);
      }
    });
  });
});
