import { describe, it } from "@std/testing/bdd";
import { expect } from "@std/expect";
import { SerialQueues } from "../../src/import/serial_queues.ts";

/** A task that ends when it is told to. */
function task(log: string[], name: string): { readonly run: () => Promise<void>; end(): void } {
  const { promise, resolve } = Promise.withResolvers<void>();
  return {
    run: async () => {
      log.push(`${name} begins`);
      await promise;
      log.push(`${name} ends`);
    },
    end: resolve,
  };
}

const settled = (): Promise<void> => new Promise((resolve) => setTimeout(resolve, 0));

describe("serial queues", () => {
  it("run the tasks of one key after each other, and different keys side by side", async () => {
    const log: string[] = [];
    const queues = new SerialQueues({ running: 4, waiting: 4 });
    const [first, second, other] = [task(log, "first"), task(log, "second"), task(log, "other")];
    await queues.add("ann", first.run);
    await queues.add("ann", second.run);
    await queues.add("bob", other.run);
    await settled();
    expect(log).toEqual(["first begins", "other begins"]);

    first.end();
    await settled();
    expect(log.slice(2)).toEqual(["first ends", "second begins"]);
    second.end();
    other.end();
    await queues.drained();
    expect(log).toHaveLength(6);
  });

  it("run no more at once than they may, and let no reader run ahead", async () => {
    const queues = new SerialQueues({ running: 3, waiting: 2 });
    let running = 0;
    let most = 0;
    let taken = 0;
    let done = 0;
    let furthest = 0;
    for (let at = 0; at < 200; at++) {
      await queues.add(`key ${at % 7}`, async () => {
        running += 1;
        most = Math.max(most, running);
        await settled();
        running -= 1;
        done += 1;
      });
      taken += 1;
      furthest = Math.max(furthest, taken - done);
    }
    await queues.drained();

    expect(done).toBe(200);
    expect(most).toBe(3);
    expect(furthest).toBeLessThanOrEqual(5);
  });
});
