import { describe, it } from "@std/testing/bdd";
import { expect } from "@std/expect";
import { MemoryCache } from "../../src/cache/memory_cache.ts";
import { monotonicClock } from "../../src/clock/monotonic_clock.ts";
import { ManualClock } from "../edge/manual_clock.ts";
import { cacheContract } from "./cache_contract.ts";

const PLENTY = { entries: 1000, bytes: 10_000_000, allowances: 1000 };
const MINUTE = { ttlMs: 60_000 };

cacheContract("a node's memory", () => {
  const cache = new MemoryCache({ clock: monotonicClock(Date.now()), ...PLENTY });
  return Promise.resolve({ one: cache, other: cache, [Symbol.asyncDispose]: () => cache[Symbol.asyncDispose]() });
});

describe("a node's memory", () => {
  it("holds no more entries than it may: what was used longest ago goes first", async () => {
    const cache = new MemoryCache({ clock: new ManualClock(), ...PLENTY, entries: 2 });
    for (const key of ["a", "b"]) await cache.set(key, key, MINUTE);
    await cache.get("a");
    await cache.set("c", "c", MINUTE);
    expect(await Promise.all(["a", "b", "c"].map((key) => cache.get(key)))).toEqual(["a", undefined, "c"]);
  });

  it("holds no more bytes than it may", async () => {
    const cache = new MemoryCache({ clock: new ManualClock(), ...PLENTY, bytes: 10_000 });
    for (let key = 0; key < 100; key++) {
      await cache.set(`key ${key}`, "x".repeat(1000), MINUTE);
      expect(cache.bytes).toBeLessThanOrEqual(10_000);
    }
    expect(await cache.get("key 99")).toBeDefined();
    expect(await cache.get("key 0")).toBeUndefined();
    for (let key = 0; key < 100; key++) await cache.delete(`key ${key}`);
    expect(cache.bytes).toBe(0);
  });

  it("does not count what is over", async () => {
    const clock = new ManualClock();
    const cache = new MemoryCache({ clock, ...PLENTY });
    await cache.set("a", "1", { ttlMs: 1000 });
    clock.advance(999);
    expect(await cache.get("a")).toBe("1");
    clock.advance(1);
    expect(await cache.get("a")).toBeUndefined();
    expect(cache.bytes).toBe(0);
  });
});
