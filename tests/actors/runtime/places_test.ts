import { describe, it } from "@std/testing/bdd";
import { expect } from "@std/expect";
import type { Limits } from "../../../actors/runtime/limits.ts";
import { type NodeOptions, type RunningNode, viewOf } from "./node.ts";
import { add, addAndTell, hearLater, pass, type TallyCommand } from "./tally_kind.ts";
import { World } from "./world.ts";

interface Crowded {
  readonly node: RunningNode;
  /** The most actors that were in memory at any call to the store. */
  readonly peak: () => number;
}

async function crowd(
  world: World,
  { onCall, ...options }: NodeOptions & { readonly limits: Partial<Limits> },
): Promise<Crowded> {
  let most = 0;
  const started: RunningNode[] = [];
  const node = await world.start({
    ...options,
    onCall: (call, crash) => {
      for (const { actors } of started) most = Math.max(most, actors.gauges().residents);
      onCall?.(call, crash);
    },
  });
  started.push(node);
  return { node, peak: () => Math.max(most, node.actors.gauges().residents) };
}

/** Has each of them pass an addition on to the next: a unit that needs all of them at once. */
function chain([next, ...more]: readonly string[]): TallyCommand {
  return next === undefined ? add(1) : pass(next, chain(more));
}

describe("the limit of actors in memory (ACT-9)", () => {
  it("holds at every moment while 20,000 are made, and everybody is answered", async () => {
    const world = new World();
    const { node, peak } = await crowd(world, { limits: { residents: 500 }, wireMs: 2 });
    for (let wave = 0; wave < 20; wave++) {
      const ids = Array.from({ length: 1000 }, (_, n) => `t${wave * 1000 + n}`);
      await world.until(Promise.all(ids.map((id) => node.ask(id, add(1)))));
    }
    expect(peak()).toBeLessThanOrEqual(500);
    expect(peak()).toBeGreaterThan(350);
    expect(node.depth).toBe(0);
    for (const id of ["t0", "t9999", "t19999"]) {
      expect(viewOf(await world.until(node.ask(id, add(1))))).toMatchObject({ total: 2, version: 2 });
    }
  });

  it("holds while 3,000 sleepers' deadlines fire at once", async () => {
    const world = new World();
    const { node, peak } = await crowd(world, { limits: { residents: 50 }, wireMs: 2 });
    const ids = Array.from({ length: 3000 }, (_, n) => `t${n}`);
    const deadline = world.now + 120_000;
    await world.until(Promise.all(ids.map((id) => node.ask(id, hearLater("wake up", { at: deadline })))));
    await world.advance(deadline - world.now);
    await world.until(drained(world, node));
    const heard = await Promise.all(ids.map((id) => world.timesNoted(id, "wake up")));
    expect(heard.every((times) => times === 1)).toBe(true);
    expect(peak()).toBeLessThanOrEqual(50);
  });

  it("holds while units need several actors at once, and each unit ends", async () => {
    const world = new World({ partitions: 1 });
    const { node, peak } = await crowd(world, { limits: { residents: 10, batch: 4 }, wireMs: 3 });
    const asked = Array.from({ length: 100 }, (_, n) => node.ask(`a${n}`, chain([`b${n}`, `c${n}`, `d${n}`])));
    await world.until(Promise.all(asked));
    expect(peak()).toBeLessThanOrEqual(10);
    expect(await world.until(node.read("d7"))).toMatchObject({ total: 1 });
  });

  it("is exceeded by a unit that needs more by itself, and by nothing else", async () => {
    const world = new World({ partitions: 1 });
    const { node, peak } = await crowd(world, { limits: { residents: 2 }, wireMs: 3 });
    const asked = Array.from({ length: 20 }, (_, n) => node.ask(`a${n}`, chain([`b${n}`, `c${n}`, `d${n}`])));
    await world.until(Promise.all(asked));
    expect(peak()).toBe(4);
    const alone = Array.from({ length: 20 }, (_, n) => world.until(node.ask(`e${n}`, add(1))));
    await Promise.all(alone);
    expect(node.actors.gauges().residents).toBeLessThanOrEqual(2);
  });

  it("keeps no actor waiting for ever behind busier ones", async () => {
    const world = new World();
    const { node, peak } = await crowd(world, { limits: { residents: 4, batch: 8 }, wireMs: 3 });
    const busy = ["a", "b", "c", "d"];
    let isOver = false;
    const hammer = async (id: string): Promise<number> => {
      let answers = 0;
      while (!isOver) {
        const asked = Array.from({ length: 20 }, () => node.ask(id, add(1)));
        await asked[0];
        answers += asked.length;
      }
      return answers;
    };
    const hammering = busy.flatMap((id) => [hammer(id), hammer(id)]);
    await world.advance(200);
    const cold = await world.until(Promise.all(["x", "y", "z"].map((id) => node.ask(id, add(1)))));
    expect(cold.every(({ ok }) => ok)).toBe(true);
    isOver = true;
    await world.until(Promise.all(hammering));
    await world.until(drained(world, node));
    expect(peak()).toBeLessThanOrEqual(4);
  });

  it("lets a hot actor go on while thousands of others wait for a place", async () => {
    const world = new World();
    const { node, peak } = await crowd(world, { limits: { residents: 200, batch: 16 }, wireMs: 2 });
    await world.until(node.ask("hot", add(1)));
    const began = world.now;
    const crowding = Array.from({ length: 4000 }, (_, n) => node.ask(`t${n}`, add(1)));
    const waits: number[] = [];
    for (let n = 0; n < 10; n++) {
      const askedAt = world.now;
      await world.until(node.ask("hot", add(1)));
      waits.push(world.now - askedAt);
    }
    await world.until(Promise.all(crowding));
    expect(Math.max(...waits)).toBeLessThan((world.now - began) / 5);
    expect(peak()).toBeLessThanOrEqual(200);
  });

  it("holds when a batch is refused and halved", async () => {
    const world = new World({ partitions: 1 });
    let refused = 0;
    const { node, peak } = await crowd(world, {
      limits: { residents: 16, batch: 16 },
      wireMs: 2,
      onCall: ({ moment, batch }) => {
        if (moment === "after" || batch === undefined || batch.events.length < 3 || refused === 40) return;
        world.store.failNextCommit("constraint");
        refused++;
      },
    });
    const asked: Promise<unknown>[] = [];
    for (let wave = 0; wave < 10; wave++) {
      for (let n = 0; n < 30; n++) asked.push(node.ask(`a${n}`, addAndTell(1, `b${(n + wave) % 30}`)));
      await world.advance(7);
    }
    await world.until(Promise.all(asked));
    const reads = await world.until(Promise.all(Array.from({ length: 30 }, (_, n) => node.read(`b${n}`))));
    expect(reads.reduce((sum, { total }) => sum + total, 0)).toBe(300);
    expect(refused).toBe(40);
    expect(peak()).toBeLessThanOrEqual(16);
  });

  for (const seed of [1, 2, 3, 4, 5, 6, 7, 8]) {
    it(`holds in any order of events and loses nothing, seed ${seed}`, async () => {
      const world = new World({ seed, partitions: 2 });
      const { node, peak } = await crowd(world, {
        limits: { residents: 6, batch: 5, actorsBesideOthers: 1 + seed % 3, askTimeoutMs: 50_000 },
        lanes: seed % 2 + 1,
        wireMs: 6,
      });
      const ids = Array.from({ length: 40 }, (_, n) => `t${n}`);
      const asked: Promise<unknown>[] = [];
      for (let n = 0; n < 800; n++) {
        const path = Array.from({ length: world.chance.int(0, 3) }, () => world.chance.pick(ids));
        asked.push(node.ask(world.chance.pick(ids), chain(path)));
        if (world.chance.happens(5)) world.store.failNextCommit("unknown", { applied: world.chance.happens(50) });
        if (world.chance.happens(3)) world.store.failNext("load", "unknown");
        if (world.chance.happens(30)) await world.advance(3);
      }
      await world.until(Promise.all(asked));
      await world.until(drained(world, node));
      const reads = await world.until(Promise.all(ids.map((id) => node.read(id))));
      expect(reads.reduce((sum, { total }) => sum + total, 0)).toBe(800);
      expect(peak()).toBeLessThanOrEqual(6);
    });
  }

  it("stops a place being kept for actors that were only looked for", async () => {
    const world = new World({ partitions: 1 });
    const { node } = await crowd(world, { limits: { residents: 3 } });
    for (let n = 0; n < 50; n++) await node.ask(`a${n}`, addAndTell(-1, `b${n}`));
    expect(node.actors.gauges()).toMatchObject({ mailboxDepth: 0, letters: 0 });
    expect(node.actors.gauges().residents).toBeLessThanOrEqual(3);
  });
});

/** Resolves when no letter and no mail waits any more. */
async function drained(world: World, node: RunningNode): Promise<void> {
  while (node.depth > 0 || (await world.letters()).length > 0) {
    await new Promise<void>((resolve) => world.time.clock().after(10, resolve));
  }
}
