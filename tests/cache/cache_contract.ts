import { describe, it } from "@std/testing/bdd";
import { expect } from "@std/expect";
import { type Cache, LONGEST_VALUE } from "../../src/cache/cache.ts";
import { until } from "../harness/until.ts";

export interface CachesUnderTest extends AsyncDisposable {
  /** Two nodes' views of the same cache; one node's own memory is both. */
  readonly one: Cache;
  readonly other: Cache;
}

const MINUTE = { ttlMs: 60_000 };

/** What every cache does. */
export function cacheContract(name: string, open: () => Promise<CachesUnderTest>): void {
  describe(`${name}, as a cache`, () => {
    it("gives back what was set, to every node", async () => {
      await using caches = await open();
      const { one, other } = caches;
      expect(await one.get("product/MUG")).toBeUndefined();
      const json = JSON.stringify({ name: "Ä mug, 😀\u0000" });
      await one.set("product/MUG", json, MINUTE);
      expect([await one.get("product/MUG"), await other.get("product/MUG")]).toEqual([json, json]);
      expect(await other.get("product/mug")).toBeUndefined();
      await other.set("product/MUG", "2", MINUTE);
      expect(await one.get("product/MUG")).toBe("2");
    });

    it("takes any key", async () => {
      await using caches = await open();
      const keys = ["", "/", "a/b/c", "view/cart ann", "view/cart ann ", "{a}/b", "a\r\nDEL b", "é", "x".repeat(5000)];
      for (const [index, key] of keys.entries()) await caches.one.set(key, String(index), MINUTE);
      expect(await Promise.all(keys.map((key) => caches.other.get(key)))).toEqual(keys.map((_, index) => `${index}`));
    });

    it("forgets what is deleted", async () => {
      await using caches = await open();
      await caches.one.set("a", "1", MINUTE);
      await caches.other.delete("a");
      expect(await caches.one.get("a")).toBeUndefined();
    });

    it("forgets by itself after a while", async () => {
      await using caches = await open();
      await caches.one.set("a", "1", { ttlMs: 30.5 });
      await until(async () => await caches.other.get("a") === undefined, { what: () => "it to be forgotten" });
    });

    it("never lets an older version take the place of a newer one", async () => {
      await using caches = await open();
      const { one, other } = caches;
      await one.set("a", "v10", { ...MINUTE, version: 10 });
      await other.set("a", "v9", { ...MINUTE, version: 9 });
      await other.set("a", "v0", MINUTE);
      expect(await one.get("a")).toBe("v10");
      await other.set("a", "v10 again", { ...MINUTE, version: 10 });
      expect(await one.get("a")).toBe("v10 again");
      await other.set("a", "v11", { ...MINUTE, version: 11 });
      expect(await one.get("a")).toBe("v11");
    });

    it("keeps out what was read before a change and comes after it", async () => {
      await using caches = await open();
      const { one, other } = caches;
      await one.set("a", "v1", { ...MINUTE, version: 1 });
      await other.outdate("a", { ...MINUTE, version: 2 });
      expect(await one.get("a")).toBeUndefined();
      await one.set("a", "v1", { ...MINUTE, version: 1 });
      expect(await one.get("a")).toBeUndefined();
      await one.set("a", "v2", { ...MINUTE, version: 2 });
      expect(await other.get("a")).toBe("v2");
    });

    it("keeps a value that is not outdated, and is outdated no longer than it is told", async () => {
      await using caches = await open();
      const { one, other } = caches;
      await one.set("a", "v2", { ...MINUTE, version: 2 });
      await other.outdate("a", { ...MINUTE, version: 2 });
      await other.outdate("a", { ...MINUTE, version: 1 });
      expect(await one.get("a")).toBe("v2");
      await one.outdate("b", { ttlMs: 30, version: 7 });
      await until(async () => {
        await one.set("b", "v1", { ...MINUTE, version: 1 });
        return await other.get("b") === "v1";
      }, { what: () => "the older version to be let in" });
    });

    it("does not keep what is too long or has no time left, and leaves what is there", async () => {
      await using caches = await open();
      const { one } = caches;
      const longest = JSON.stringify("x".repeat(LONGEST_VALUE - 2));
      await one.set("a", longest, MINUTE);
      expect(await one.get("a")).toBe(longest);
      await one.set("a", `${longest} `, MINUTE);
      await one.set("a", "1", { ttlMs: 0 });
      await one.set("a", "1", { ttlMs: -5 });
      expect(await one.get("a")).toBe(longest);
    });

    it("counts an allowance among all nodes, each token once", async () => {
      await using caches = await open();
      const rate = { perSecond: 0.001, burst: 10 };
      const waits = await Promise.all(
        Array.from({ length: 40 }, (_, turn) => (turn % 2 === 0 ? caches.one : caches.other).take("rate/ann", rate)),
      );
      expect(waits.filter((wait) => wait === 0).length).toBe(10);
      for (const wait of waits.filter((wait) => wait > 0)) expect(wait).toBeGreaterThan(900_000);
      expect(await caches.one.take("rate/bob", rate)).toBe(0);
    });

    it("gives an allowance back as time goes by", async () => {
      await using caches = await open();
      const rate = { perSecond: 10, burst: 2 };
      for (let request = 0; request < 2; request++) await caches.one.take("rate/ann", rate);
      await until(async () => await caches.one.take("rate/ann", rate) === 0, { what: () => "a token" });
    });
  });
}
