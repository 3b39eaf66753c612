import { after, before, describe, it } from "@std/testing/bdd";
import { expect } from "@std/expect";
import { type Redis, startRedis } from "../harness/redis.ts";
import { cacheContract } from "./cache_contract.ts";
import { redisNode, stranger } from "./redis_nodes.ts";

const MINUTE = { ttlMs: 60_000 };
let redis: Redis;
let databases = 0;

before(async () => {
  redis = await startRedis({ settings: { databases: "1000" } });
});
after(() => redis[Symbol.asyncDispose]());

/** An empty database of that Redis. */
function emptyUrl(): string {
  return `${redis.url}/${++databases}`;
}

cacheContract("Redis", async () => {
  const url = emptyUrl();
  const nodes = [redisNode({ url }), redisNode({ url })] as const;
  for (const node of nodes) await node.isBack();
  return {
    one: nodes[0].cache,
    other: nodes[1].cache,
    async [Symbol.asyncDispose](): Promise<void> {
      for (const node of nodes) await node[Symbol.asyncDispose]();
    },
  };
});

describe("a cache on Redis", () => {
  it("shows a reader of Redis neither keys nor values", async () => {
    const url = emptyUrl();
    await using node = redisNode({ url });
    await using reader = stranger(url);
    await node.isBack();
    await node.cache.set("view/cart ann@shop.test", `{"sku":"MUG"}`, MINUTE);
    await node.cache.take("rate/address 10.1.2.3", { perSecond: 1, burst: 2 });
    await node.cache.outdate("product/LAMP", { ...MINUTE, version: 3 });
    const names = (await reader.keys("*")).filter((name) => !name.startsWith("vitrine:first:proof:"));
    expect(names.map((name) => name.split(":").slice(0, 3).join(":")).sort()).toEqual([
      "vitrine:first:product",
      "vitrine:first:rate",
      "vitrine:first:view",
    ]);
    const all = [...names, ...await Promise.all(names.map((name) => reader.get(name)))].join("\n");
    for (const hidden of ["ann", "MUG", "10.1.2.3", "LAMP"]) expect(all).not.toContain(hidden);
    for (const name of names) expect(await reader.pttl(name)).toBeGreaterThan(0);
  });

  it("keeps the databases that share a Redis apart", async () => {
    const url = emptyUrl();
    await using one = redisNode({ url, incarnation: "one" });
    await using other = redisNode({ url, incarnation: "other" });
    await Promise.all([one.isBack(), other.isBack()]);
    await one.cache.set("a", "1", MINUTE);
    expect(await other.cache.get("a")).toBeUndefined();
  });

  it("finds nothing in what it did not write, and puts it right", async () => {
    const url = emptyUrl();
    await using node = redisNode({ url });
    await using vandal = stranger(url);
    await node.isBack();
    await node.cache.set("product/A", `"cheap"`, { ...MINUTE, version: 5 });
    const [name = ""] = await vandal.keys("vitrine:first:product:*");
    const held = await vandal.get(name) ?? "";
    const poisons: Readonly<Record<string, () => Promise<unknown>>> = {
      garbage: () => vandal.set(name, "garbage"),
      "no text at all": () => vandal.set(name, Uint8Array.of(0xff, 0xfe, 0).toString()),
      "JSON of its own": () => vandal.set(name, `999:{"unitMinor":1}`),
      "a version that never was": () => vandal.set(name, held.replace(/^5/, "9007199254740991")),
      "a damaged value": () => vandal.set(name, `${held.slice(0, -8)}AAAAAAAA`),
      "a list": () => vandal.del(name).then(() => vandal.rpush(name, "1")),
      "a hash": () => vandal.del(name).then(() => vandal.hset(name, "a", "1")),
    };
    for (const [what, poison] of Object.entries(poisons)) {
      await poison();
      expect([what, await node.cache.get("product/A")]).toEqual([what, undefined]);
      await node.cache.set("product/A", `"right"`, { ...MINUTE, version: 5 });
      expect([what, await node.cache.get("product/A")]).toEqual([what, `"right"`]);
    }
    expect(node.lines).toEqual([]);
  });

  it("writes over what it did not write, and marks it as outdated, without looking first", async () => {
    const url = emptyUrl();
    await using node = redisNode({ url });
    await using vandal = stranger(url);
    await node.isBack();
    await node.cache.set("product/A", `"right"`, MINUTE);
    const [name = ""] = await vandal.keys("vitrine:first:product:*");
    const poisons: readonly (() => Promise<unknown>)[] = [
      () => vandal.set(name, "garbage"),
      () => vandal.set(name, ":"),
      () => vandal.del(name).then(() => vandal.sadd(name, "1")),
      () => vandal.del(name).then(() => vandal.xadd(name, "*", "a", "1")),
    ];
    for (const poison of poisons) {
      await poison();
      await node.cache.set("product/A", `"right"`, MINUTE);
      expect(await node.cache.get("product/A")).toBe(`"right"`);
      await poison();
      await node.cache.outdate("product/A", { ...MINUTE, version: 2 });
      expect(await node.cache.get("product/A")).toBeUndefined();
      expect(await vandal.pttl(name)).toBeGreaterThan(0);
      await node.cache.delete("product/A");
    }
    expect(node.failures()).toBe(0);
  });

  it("finds nothing in another key's value", async () => {
    const url = emptyUrl();
    await using node = redisNode({ url });
    await using vandal = stranger(url);
    await node.isBack();
    await node.cache.set("view/cart ann", `"ann's"`, MINUTE);
    const [anns = ""] = await vandal.keys("vitrine:first:view:*");
    await node.cache.set("view/cart bob", `"bob's"`, MINUTE);
    const bobs = (await vandal.keys("vitrine:first:view:*")).find((name) => name !== anns) ?? "";
    await vandal.copy(anns, bobs, "REPLACE");
    expect(await node.cache.get("view/cart bob")).toBeUndefined();
    expect(await node.cache.get("view/cart ann")).toBe(`"ann's"`);
  });

  it("counts an allowance anew when what counts it is poisoned", async () => {
    const url = emptyUrl();
    await using node = redisNode({ url });
    await using vandal = stranger(url);
    await node.isBack();
    const rate = { perSecond: 0.001, burst: 2 };
    const takeAll = async (): Promise<readonly boolean[]> => {
      const waits = [];
      for (let request = 0; request < 3; request++) waits.push(await node.cache.take("rate/ann", rate) > 0);
      return waits;
    };
    expect(await takeAll()).toEqual([false, false, true]);
    const [name = ""] = await vandal.keys("vitrine:first:rate:*");
    for (const poison of ["garbage", "nan 5", "-1e9 0", "99999.0 1", "1e400 1"]) {
      await vandal.set(name, poison);
      expect([poison, ...await takeAll()]).toEqual([poison, false, false, true]);
    }
    await vandal.del(name);
    await vandal.sadd(name, "1");
    expect(await takeAll()).toEqual([false, false, true]);
    await vandal.set(name, "0.0 99999999999999999");
    expect(await node.cache.take("rate/ann", rate)).toBeGreaterThan(0);
    expect(await vandal.pttl(name)).toBeGreaterThan(0);
  });

  it("starts anew when everything is wiped, its scripts too", async () => {
    const url = emptyUrl();
    await using node = redisNode({ url });
    await using vandal = stranger(url);
    await node.isBack();
    await node.cache.set("a", "1", { ...MINUTE, version: 9 });
    await vandal.flushall();
    await vandal.script("FLUSH");
    expect(await node.cache.get("a")).toBeUndefined();
    await node.cache.set("a", "2", { ...MINUTE, version: 1 });
    expect(await node.cache.get("a")).toBe("2");
    expect(node.lines).toEqual([]);
  });
});
