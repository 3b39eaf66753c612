import { describe, it } from "@std/testing/bdd";
import { expect } from "@std/expect";
import { Hub } from "../../../actors/cluster/hub.ts";
import { Membership } from "../../../actors/cluster/membership.ts";
import { TTL_MS } from "../../../actors/cluster/ports.ts";
import { Health } from "../../../actors/runtime/health.ts";
import { silentLog } from "../../store/silent_log.ts";
import { World } from "../runtime/world.ts";

describe("a node whose database falls silent", () => {
  it("is not ready while it waits for an answer, and is again after one", async () => {
    const world = new World();
    const clock = world.time.clock();
    const cluster = new Hub().member("alone", clock);
    await cluster.join({ sent: () => {}, announced: () => {}, reconnected: () => {}, stirred: () => {} });
    let answer: Promise<number> = Promise.resolve(0);
    const health = new Health();
    const membership = new Membership({
      cluster,
      store: { now: () => answer },
      clock,
      log: silentLog,
      health,
      journal: 1,
      onLook: () => {},
    });
    membership.start();
    await world.advance(TTL_MS);
    expect(health.reasons).toEqual([]);

    const silence = Promise.withResolvers<number>();
    answer = silence.promise;
    await world.advance(TTL_MS);
    expect(health.reasons).toContain("the database answers too slowly");

    answer = Promise.resolve(0);
    silence.resolve(0);
    await world.advance(TTL_MS);
    expect(health.reasons).toEqual([]);
    membership.stop();
  });
});
