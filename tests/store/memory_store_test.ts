import { expect } from "@std/expect";
import { describe, it } from "@std/testing/bdd";
import { MemoryStore } from "../../src/store/memory_store.ts";
import { failing } from "./failing.ts";
import { freshAddress, Owner } from "./owner.ts";
import { storeContract } from "./store_contract.ts";

storeContract("memory", () => {
  let now = Date.now();
  const store = new MemoryStore({ now: () => now++ });
  return Promise.resolve({ store, [Symbol.asyncDispose]: () => Promise.resolve() });
});

describe("planned failures of the memory store", () => {
  it("leave nothing behind, unless they come after the batch was applied", async () => {
    const store = new MemoryStore({ now: Date.now });
    const mine = await Owner.of(store, 0);
    const event = mine.event(freshAddress());

    store.failNextCommit("unknown");
    expect(await failing(mine.commit({ events: [event] }))).toBe("unknown");
    expect(await mine.journal()).toEqual([]);

    store.failNextCommit("unknown", { applied: true });
    expect(await failing(mine.commit({ events: [event] }))).toBe("unknown");
    expect(await mine.journal()).toEqual([event]);

    store.failNext("load", "retryable");
    expect(await failing(store.load([], { commandIds: 1 }))).toBe("retryable");
    expect(await store.load([], { commandIds: 1 })).toEqual([]);
  });

  it("can hold a verb back", async () => {
    const store = new MemoryStore({ now: Date.now });
    const mine = await Owner.of(store, 0);
    const letGo = store.hold("commit");
    const committing = mine.commit({ events: [mine.event(freshAddress())] });
    expect(await mine.journal()).toEqual([]);
    letGo();
    await committing;
    expect(await mine.journal()).toHaveLength(1);
  });
});
