import { describe, it } from "@std/testing/bdd";
import { expect } from "@std/expect";
import type { RunningNode } from "./node.ts";
import { Reader } from "./reader.ts";
import { add, addAndTell, heard } from "./tally_kind.ts";
import { World } from "./world.ts";

const SEEDS = 1000;
const IDS = ["a", "b", "c"];

/** Connects, stays a while, drops, comes back: until the writers are done. Ends connected. */
async function read(
  world: World,
  { node, id, reader }: { node: RunningNode; id: string; reader: Reader },
): Promise<void> {
  for (let connections = world.chance.int(1, 4); connections > 0; connections--) {
    await sleep(world);
    const disconnect = await connect(world, { node, id, reader });
    if (connections === 1) return;
    await sleep(world);
    disconnect();
    reader.disconnect();
    if (world.chance.happens(10)) reader.cursor = world.chance.pick(["garbage", "1.aaaaaaaa", ""]);
  }
}

async function connect(world: World, to: { node: RunningNode; id: string; reader: Reader }): Promise<() => void> {
  for (;;) {
    try {
      return await to.node.listen(to.id, to.reader);
    } catch {
      to.reader.disconnect();
      await sleep(world);
    }
  }
}

function sleep(world: World): Promise<void> {
  return new Promise((resolve) => world.time.clock().after(world.chance.int(0, 12), resolve));
}

async function write(world: World, node: RunningNode): Promise<void> {
  for (let writes = world.chance.int(3, 12); writes > 0; writes--) {
    await sleep(world);
    const id = world.chance.pick(IDS);
    const command = world.chance.pick([add(1), add(2), heard("word"), addAndTell(1, world.chance.pick(IDS))]);
    await node.ask(id, command).catch(() => {});
  }
}

describe("a reader among writers (RT-5)", () => {
  it(`folds what it is told into its actor's state, ${SEEDS} times`, async () => {
    const outcomes = new Set<string>();
    for (let seed = 1; seed <= SEEDS; seed++) {
      // One partition: units among neighbours. Many: letters.
      const world = new World({ seed, partitions: seed % 2 === 0 ? 1 : 64 });
      const node = await world.start({
        wireMs: 4,
        lanes: world.chance.int(1, 3),
        limits: {
          resumeEvents: 6,
          residents: 2,
          batch: world.chance.int(1, 4),
          actorsBesideOthers: world.chance.int(1, 3),
          commandIdsPerActor: 2,
        },
      });
      for (let n = world.chance.int(0, 2); n > 0; n--) {
        world.store.failNextCommit("unknown", { applied: world.chance.happens(50) });
      }
      if (world.chance.happens(20)) world.store.failNextCommit("fenced", { partitions: [world.partitionOf("a")] });
      const readers = [...IDS, ...IDS].map((id) => ({ id, reader: new Reader() }));
      const reading = readers.map(({ id, reader }) => read(world, { node, id, reader }));
      const writing = [1, 2, 3].map(() => write(world, node));
      await world.until(Promise.all([...reading, ...writing]));
      await world.advance(6000);
      for (const { id, reader } of readers) {
        const { total, version } = await world.until(node.read(id));
        if (reader.closed === "moved") await world.until(connect(world, { node, id, reader }));
        expect({ seed, id, total: reader.total, version: reader.version, breaches: reader.breaches })
          .toEqual({ seed, id, total, version, breaches: [] });
        for (const { outcome } of reader.openings) outcomes.add(outcome);
      }
      node.crash();
    }
    expect(outcomes).toEqual(new Set(["snapshot", "resumed", "reset"]));
  });
});
