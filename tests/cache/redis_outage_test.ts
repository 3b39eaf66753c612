import { describe, it } from "@std/testing/bdd";
import { expect } from "@std/expect";
import { startRedis } from "../harness/redis.ts";
import { TcpProxy } from "../harness/tcp_proxy.ts";
import { until } from "../harness/until.ts";
import { type RedisNode, redisNode, type Stranger, stranger } from "./redis_nodes.ts";

const MINUTE = { ttlMs: 60_000 };
const CALL_MS = 50;

/** Every kind of call answers, and a node goes on with what it knows itself. */
async function goesOnAlone({ cache }: RedisNode): Promise<void> {
  const key = `own/${crypto.randomUUID()}`;
  await cache.set(key, `"mine"`, { ...MINUTE, version: 2 });
  await cache.set(key, `"old"`, { ...MINUTE, version: 1 });
  expect(await cache.get(key)).toBe(`"mine"`);
  await cache.outdate(key, { ...MINUTE, version: 3 });
  expect(await cache.get(key)).toBeUndefined();
  await cache.delete(key);
  const rate = { perSecond: 0.001, burst: 2 };
  const waits = [];
  for (let request = 0; request < 3; request++) waits.push(await cache.take(key, rate) > 0);
  expect(waits).toEqual([false, false, true]);
}

/** Both nodes see the same again. */
async function goesOnTogether(one: RedisNode, other: RedisNode): Promise<void> {
  const key = `common/${crypto.randomUUID()}`;
  await one.cache.set(key, `"ours"`, MINUTE);
  expect(await other.cache.get(key)).toBe(`"ours"`);
}

function said({ lines }: RedisNode): readonly string[] {
  return lines.map((line) => line.split(" ")[0] ?? "");
}

/** Calls come one after the other until the node has had enough. */
async function callUntilAway(node: RedisNode): Promise<void> {
  await until(async () => {
    await node.cache.get("a");
    return node.lines.length > 0;
  }, { withinMs: 30_000, what: () => "Redis to be away" });
}

/** How many there have ever been. */
async function connectionsTo(operator: Stranger): Promise<number> {
  const [, count = "0"] = /total_connections_received:(\d+)/.exec(await operator.info("stats")) ?? [];
  return Number(count);
}

describe("a cache whose Redis fails", () => {
  it("goes on alone while Redis is dead, and with the others when it is there again", async () => {
    await using redis = await startRedis();
    await using one = redisNode(redis);
    await using other = redisNode(redis);
    await Promise.all([one.isBack(), other.isBack()]);
    for (let round = 1; round <= 2; round++) {
      await redis.kill();
      await Promise.all([one.isAway(), other.isAway()]);
      await goesOnAlone(one);
      await redis.start();
      await Promise.all([one.isBack(), other.isBack()]);
      await goesOnTogether(one, other);
      expect(said(one)).toEqual(Array.from({ length: round }, () => ["cache_away", "cache_back"]).flat());
    }
  });

  it("waits for a frozen Redis only a few times, and turns away what waits already", async () => {
    await using redis = await startRedis();
    await using node = redisNode({ url: redis.url, callMs: CALL_MS });
    await node.isBack();
    await node.cache.set("a", "1", MINUTE);
    redis.freeze();
    const found = await Promise.all(Array.from({ length: 10_000 }, () => node.cache.get("a")));
    expect(found.every((json) => json === "1")).toBe(true);
    await node.isAway();
    const failures = node.failures();
    await goesOnAlone(node);
    for (let call = 0; call < 1000; call++) await node.cache.get("a");
    expect(node.failures()).toBe(failures);
    redis.thaw();
    await node.isBack();
    await node.cache.set("a", "2", MINUTE);
    expect(said(node)).toEqual(["cache_away", "cache_back"]);
  });

  it("takes a slow Redis for none, and does not go back and forth", async () => {
    await using redis = await startRedis();
    await using road = new TcpProxy({ toPort: redis.port });
    await using node = redisNode({ url: `redis://127.0.0.1:${road.port}`, callMs: CALL_MS });
    await using operator = stranger(redis.url);
    await node.isBack();
    road.delay(200);
    await callUntilAway(node);
    const tried = await connectionsTo(operator);
    await until(async () => await connectionsTo(operator) > tried + 2, { what: () => "it to be tried again" });
    expect(said(node)).toEqual(["cache_away"]);
    road.heal();
    await node.isBack();
    expect(said(node)).toEqual(["cache_away", "cache_back"]);
  });

  it("takes a Redis for none that no longer answers and does not hang up either", async () => {
    await using redis = await startRedis();
    await using road = new TcpProxy({ toPort: redis.port });
    await using node = redisNode({ url: `redis://127.0.0.1:${road.port}`, callMs: CALL_MS });
    await node.isBack();
    road.cut();
    await callUntilAway(node);
    await goesOnAlone(node);
    road.heal();
    await node.isBack();
  });

  it("starts without Redis, and finds it when it comes", async () => {
    await using redis = await startRedis();
    await redis.stop();
    await using one = redisNode(redis);
    await using other = redisNode(redis);
    await goesOnAlone(one);
    await one.isAway();
    expect(one.lines).toEqual([`cache_away {"reason":"ECONNREFUSED"}`]);
    await redis.start();
    await Promise.all([one.isBack(), other.isBack()]);
    await goesOnTogether(one, other);
  });

  it("starts on a Redis that takes connections and says nothing", async () => {
    await using redis = await startRedis({ settings: { requirepass: "sesame" } });
    redis.freeze();
    await using node = redisNode({ url: redis.url.replace("//", "//:sesame@") });
    await goesOnAlone(node);
    await node.isAway();
    redis.thaw();
    await node.isBack();
  });

  it("needs the right password, and never says which it tried", async () => {
    await using redis = await startRedis({ settings: { requirepass: "sesame" } });
    await using right = redisNode({ url: redis.url.replace("//", "//:sesame@") });
    await using wrong = redisNode({ url: redis.url.replace("//", "//:barley@") });
    await using without = redisNode(redis);
    await Promise.all([right.isBack(), wrong.isAway(), without.isAway()]);
    expect(wrong.lines).toEqual([`cache_away {"reason":"WRONGPASS"}`]);
    expect(without.lines).toEqual([`cache_away {"reason":"NOAUTH"}`]);
    await goesOnAlone(wrong);
  });

  it("takes a Redis for none that does not have the database it is to use", async () => {
    await using redis = await startRedis();
    await using node = redisNode({ url: `${redis.url}/99` });
    await node.isAway();
    expect(node.lines).toEqual([`cache_away {"reason":"ERR"}`]);
    await using reader = stranger(redis.url);
    expect(await reader.dbsize()).toBe(0);
  });

  it("takes a Redis that became a replica for none, until it is a master again", async () => {
    await using redis = await startRedis();
    await using node = redisNode(redis);
    await using operator = stranger(redis.url);
    await node.isBack();
    await operator.replicaof("127.0.0.1", 1);
    await node.cache.set("a", "1", MINUTE);
    await node.isAway();
    await goesOnAlone(node);
    await operator.replicaof("NO", "ONE");
    await node.isBack();
  });

  it("keeps nothing new in a Redis that is full, and still finds what is there", async () => {
    await using redis = await startRedis();
    await using node = redisNode(redis);
    await using operator = stranger(redis.url);
    await node.isBack();
    await node.cache.set("a", "1", MINUTE);
    await operator.config("SET", "maxmemory", "1");
    await node.cache.set("b", "1", MINUTE);
    expect([await node.cache.get("a"), await node.cache.get("b")]).toEqual(["1", undefined]);
    expect(await node.cache.take("c", { perSecond: 1, burst: 1 })).toBe(0);
    expect(node.failures()).toBe(2);
    await operator.config("SET", "maxmemory", "0");
    await node.cache.set("b", "2", MINUTE);
    expect(await node.cache.get("b")).toBe("2");
    expect(node.lines).toEqual([]);
  });

  it("leaves nothing behind when it closes, whatever state it is in", async () => {
    await using redis = await startRedis();
    const nodes = [redisNode(redis), redisNode(redis)] as const;
    await nodes[0].isBack();
    for (const node of nodes) await node[Symbol.asyncDispose]();
    await using operator = stranger(redis.url);
    await until(async () => {
      const clients = String(await operator.client("LIST")).trim().split("\n");
      return clients.length === 1;
    }, { what: () => "every connection but the operator's to end" });
    await goesOnAlone(nodes[0]);
  });
});
