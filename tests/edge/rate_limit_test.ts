import { describe, it } from "@std/testing/bdd";
import { expect } from "@std/expect";
import { BucketRateLimit } from "../../src/edge/rate_limit.ts";
import { ManualClock } from "./manual_clock.ts";
import { ann, bob, openEdge, problemIn } from "./open_edge.ts";

describe("the rate limit", () => {
  it("lets a burst through, then as many as are earned", () => {
    const clock = new ManualClock();
    const limit = new BucketRateLimit({ perSecond: 10, burst: 3 }, { clock, keys: 10 });
    expect([1, 2, 3, 4].map(() => limit.take("ann"))).toEqual([0, 0, 0, 100]);
    expect(limit.take("bob")).toBe(0);
    clock.advance(100);
    expect([1, 2].map(() => limit.take("ann"))).toEqual([0, 100]);
    clock.advance(3_600_000);
    expect([1, 2, 3, 4].map(() => limit.take("ann"))).toEqual([0, 0, 0, 100]);
  });

  it("counts no more callers than it may", () => {
    const clock = new ManualClock();
    const limit = new BucketRateLimit({ perSecond: 1, burst: 1 }, { clock, keys: 2 });
    for (const key of ["a", "b", "c"]) limit.take(key);
    expect([limit.take("c"), limit.take("a")]).toEqual([1000, 0]);
  });

  it("answers 429 to whoever asks too often, and serves the others", async () => {
    const clock = new ManualClock();
    const rateLimit = new BucketRateLimit({ perSecond: 0.5, burst: 1 }, { clock, keys: 10 });
    const edge = await openEdge({ rateLimit });
    expect((await edge.call("POST /api/carts", { as: ann })).status).toBe(200);
    const tooSoon = await edge.call("POST /api/carts", { as: ann });
    expect(tooSoon.headers.get("retry-after")).toBe("2");
    expect(await problemIn(tooSoon)).toEqual({ status: 429, code: "rate_limited" });
    expect((await edge.call("POST /api/carts", { as: bob })).status).toBe(200);
    expect(edge.actors.asks.length).toBe(2);
  });

  it("counts those who are not signed in by address, and never who asks how the process is", async () => {
    const clock = new ManualClock();
    const rateLimit = new BucketRateLimit({ perSecond: 1, burst: 1 }, { clock, keys: 10 });
    const edge = await openEdge({ rateLimit, env: { TRUST_PROXY: "true" } });
    const session = (address: string): Promise<Response> =>
      edge.call("POST /api/session", { headers: { "x-forwarded-for": `6.6.6.6, ${address}` } });
    expect((await session("1.1.1.1")).status).toBe(201);
    expect((await session("1.1.1.1")).status).toBe(429);
    expect((await session("2.2.2.2")).status).toBe(201);
    for (let look = 0; look < 5; look++) expect((await edge.call("GET /healthz")).status).toBe(200);
  });
});
