import { describe, it } from "@std/testing/bdd";
import { expect } from "@std/expect";
import type { Rate } from "../../src/cache/cache.ts";
import { MemoryCache } from "../../src/cache/memory_cache.ts";
import { CachedRateLimit } from "../../src/edge/rate_limit.ts";
import { ManualClock } from "./manual_clock.ts";
import { ann, bob, openEdge, problemIn } from "./open_edge.ts";

interface Counted {
  readonly clock: ManualClock;
  readonly limit: CachedRateLimit;
}

function counted(rate: Rate, allowances = 10): Counted {
  const clock = new ManualClock();
  const cache = new MemoryCache({ clock, entries: 1, bytes: 1000, allowances });
  return { clock, limit: new CachedRateLimit(rate, cache) };
}

/** What each of them is told, one after the other. */
async function taken(limit: CachedRateLimit, keys: readonly string[]): Promise<readonly number[]> {
  const waits = [];
  for (const key of keys) waits.push(await limit.take(key));
  return waits;
}

describe("the rate limit", () => {
  it("lets a burst through, then as many as are earned", async () => {
    const { clock, limit } = counted({ perSecond: 10, burst: 3 });
    const four = ["ann", "ann", "ann", "ann"];
    expect(await taken(limit, four)).toEqual([0, 0, 0, 100]);
    expect(await taken(limit, ["bob"])).toEqual([0]);
    clock.advance(100);
    expect(await taken(limit, ["ann", "ann"])).toEqual([0, 100]);
    clock.advance(3_600_000);
    expect(await taken(limit, four)).toEqual([0, 0, 0, 100]);
  });

  it("counts no more callers than it may", async () => {
    const { limit } = counted({ perSecond: 1, burst: 1 }, 2);
    await taken(limit, ["a", "b", "c"]);
    expect(await taken(limit, ["c", "a"])).toEqual([1000, 0]);
  });

  it("answers 429 to whoever asks too often, and serves the others", async () => {
    const { limit } = counted({ perSecond: 0.5, burst: 1 });
    const edge = await openEdge({ rateLimit: limit });
    expect((await edge.call("POST /api/carts", { as: ann })).status).toBe(200);
    const tooSoon = await edge.call("POST /api/carts", { as: ann });
    expect(tooSoon.headers.get("retry-after")).toBe("2");
    expect(await problemIn(tooSoon)).toEqual({ status: 429, code: "rate_limited" });
    expect((await edge.call("POST /api/carts", { as: bob })).status).toBe(200);
    expect(edge.actors.asks.length).toBe(2);
  });

  it("counts those who are not signed in by address, and never who asks how the process is", async () => {
    const { limit } = counted({ perSecond: 1, burst: 1 });
    const edge = await openEdge({ rateLimit: limit, env: { TRUST_PROXY: "true" } });
    const session = (address: string): Promise<Response> =>
      edge.call("POST /api/session", { headers: { "x-forwarded-for": `6.6.6.6, ${address}` } });
    expect((await session("1.1.1.1")).status).toBe(201);
    expect((await session("1.1.1.1")).status).toBe(429);
    expect((await session("2.2.2.2")).status).toBe(201);
    // Whoever has one address of IPv6 has a whole network of them.
    expect((await session("2001:db8:0:1::1")).status).toBe(201);
    expect((await session("2001:DB8::1:ffff:0:0:2")).status).toBe(429);
    expect((await session("2001:db8:0:2::1")).status).toBe(201);
    for (let look = 0; look < 5; look++) expect((await edge.call("GET /healthz")).status).toBe(200);
  });

  it("counts those who try tokens by address too", async () => {
    const { limit } = counted({ perSecond: 1, burst: 3 });
    const edge = await openEdge({ rateLimit: limit });
    const tried: number[] = [];
    for (const authorization of ["Bearer forged", "Bearer x", "", "Bearer y", "Bearer z"]) {
      tried.push(
        (await edge.call("POST /api/carts", { headers: authorization === "" ? {} : { authorization } })).status,
      );
    }
    expect(tried).toEqual([401, 401, 401, 429, 429]);
    expect((await edge.call("POST /api/carts", { as: ann })).status).toBe(200);
  });
});
