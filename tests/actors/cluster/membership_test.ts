import { describe, it } from "@std/testing/bdd";
import { expect } from "@std/expect";
import { Hub } from "../../../actors/cluster/hub.ts";
import { Membership } from "../../../actors/cluster/membership.ts";
import { TTL_MS } from "../../../actors/cluster/ports.ts";
import { Health } from "../../../actors/runtime/health.ts";
import { silentLog } from "../../store/silent_log.ts";
import { World } from "../runtime/world.ts";

interface NodeOn {
  readonly membership: Membership;
  readonly health: Health;
  /** What it warned of. */
  readonly logged: readonly string[];
}

/** A node whose database answers as it is told to. */
async function nodeOn(world: World, now: () => Promise<number>): Promise<NodeOn> {
  const clock = world.time.clock();
  const cluster = new Hub().member("alone", clock);
  await cluster.join({ sent: () => {}, announced: () => {}, reconnected: () => {}, stirred: () => {} });
  const health = new Health();
  const logged: string[] = [];
  const membership = new Membership({
    cluster,
    store: { now },
    clock,
    log: { ...silentLog, warn: (event, { error } = {}) => void logged.push(`${event}: ${error}`) },
    health,
    journal: 1,
    onLook: () => {},
  });
  membership.start();
  return { membership, health, logged };
}

describe("a node whose database falls silent", () => {
  it("is not ready while it waits for an answer, and is again after one", async () => {
    const world = new World();
    let answer: Promise<number> = Promise.resolve(0);
    const { membership, health } = await nodeOn(world, () => answer);
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

  it("says once what is wrong, and again when it is wrong again or something else is", async () => {
    const world = new World();
    let why: string | undefined = "refused";
    const now = (): Promise<number> => why === undefined ? Promise.resolve(0) : Promise.reject(why);
    const { membership, logged } = await nodeOn(world, now);
    await world.advance(TTL_MS);
    why = "no such host";
    await world.advance(TTL_MS);
    why = undefined;
    await world.advance(TTL_MS);
    why = "no such host";
    await world.advance(TTL_MS);
    membership.stop();
    expect(logged).toEqual(["refused", "no such host", "no such host"].map((error) => `database_away: ${error}`));
  });
});
