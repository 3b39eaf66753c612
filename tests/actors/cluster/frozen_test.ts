import { describe, it } from "@std/testing/bdd";
import { expect } from "@std/expect";
import { TTL_MS } from "../../../actors/cluster/ports.ts";
import type { RunningNode } from "../runtime/node.ts";
import { add } from "../runtime/tally_kind.ts";
import { Nodes } from "./nodes.ts";

/** The moments of a node's life in which it may freeze, milliseconds apart. */
const MOMENTS = Array.from({ length: 25 }, (_, n) => n * 20);

/** The partitions of all but that node. */
function othersOf(nodes: Nodes, node: RunningNode): ReadonlySet<number> {
  return new Set(nodes.alive.filter((each) => each !== node).flatMap(({ actors }) => [...actors.partitions]));
}

/** Writes down which of these partitions are taken from an owner that has not let them go. */
function watchSeizures(nodes: Nodes, partitions: ReadonlySet<number>): readonly number[] {
  const { store } = nodes.world;
  const take = store.take.bind(store);
  const seized: number[] = [];
  store.take = async (ids, owner) => {
    const taken = await take(ids, owner);
    seized.push(...taken.flatMap(({ id, bereftOf }) => bereftOf !== undefined && partitions.has(id) ? [id] : []));
    return taken;
  };
  return seized;
}

describe("a node that freezes", () => {
  it("takes nothing from those who went on, whenever it freezes, and for however long", async () => {
    for (const moment of MOMENTS) {
      for (const frozenMs of [0.8 * TTL_MS, 0.9 * TTL_MS, TTL_MS, 3 * TTL_MS]) {
        const nodes = await Nodes.start(2, { node: { wireMs: 30 }, seed: moment + 1 });
        const [node] = nodes.alive;
        if (node === undefined) throw new Error("Cannot go on: nobody is there");
        const seized = watchSeizures(nodes, othersOf(nodes, node));
        await nodes.world.advance(moment);
        node.freeze();
        await nodes.world.advance(frozenMs);
        node.thaw();
        await nodes.settle();
        for (const each of nodes.alive) each.crash();
        expect({ moment, frozenMs, seized }).toEqual({ moment, frozenMs, seized: [] });
      }
    }
  });

  it("takes nothing from those who went on when all signs of life were lost meanwhile", async () => {
    for (const moment of MOMENTS) {
      const nodes = await Nodes.start(3, { seed: moment + 1 });
      const node = nodes.strangerTo("a");
      const seized = watchSeizures(nodes, othersOf(nodes, node));
      await nodes.world.advance(moment);
      node.freeze();
      await nodes.world.advance(5000);
      nodes.hub.wipe();
      node.thaw();
      await nodes.settle();
      expect((await nodes.ask(node, "a", add(1))).ok).toBe(true);
      for (const each of nodes.alive) each.crash();
      expect({ moment, seized }).toEqual({ moment, seized: [] });
    }
  });

  it("takes nothing from those who went on on the strength of what it heard before", async () => {
    for (const moment of MOMENTS) {
      for (const frozenMs of [0.75 * TTL_MS, 0.85 * TTL_MS, 0.95 * TTL_MS, 2 * TTL_MS]) {
        const nodes = await Nodes.start(1, { seed: moment + 1 });
        await nodes.world.advance(200);
        const node = await nodes.join();
        await nodes.settle();
        const seized = watchSeizures(nodes, othersOf(nodes, node));
        const answerWho = nodes.world.store.hold("owners");
        await nodes.world.advance(2 * TTL_MS + moment);
        node.freeze();
        await nodes.world.advance(frozenMs);
        // The answer is the first that it finds when it goes on.
        answerWho();
        await nodes.world.advance(0);
        node.thaw();
        await nodes.settle();
        for (const each of nodes.alive) each.crash();
        expect({ moment, frozenMs, seized }).toEqual({ moment, frozenMs, seized: [] });
      }
    }
  });
});
