import { describe, it } from "@std/testing/bdd";
import { expect } from "@std/expect";
import { activity } from "../runtime/world.ts";
import { add, askOutside } from "../runtime/tally_kind.ts";
import { Nodes } from "./nodes.ts";

describe("a sweep for letters whose partition has gone meanwhile", () => {
  it("begins nothing here: that is for the next owner", async () => {
    /** Whether the partition was here, at every run. */
    const runs: boolean[] = [];
    const endless = activity(() => {
      runs.push(nodes.alive.some(({ actors }) => actors.owns(nodes.world.partitionOf("a"))));
      return new Promise(() => {});
    }, { timeoutMs: 600_000 });
    const nodes: Nodes = await Nodes.start(2, { node: { activities: { endless } } });
    const { world } = nodes;
    const first = nodes.ownerOf("a");
    await nodes.ask(first, "a", askOutside("endless"));
    await world.advance(10);
    expect(runs).toEqual([true]);

    nodes.crash(first);
    const answer = world.store.hold("letters");
    await nodes.settle();
    const next = nodes.ownerOf("a");
    await world.store.take([world.partitionOf("a")], "somebody else");
    const asked = next.ask("a", add(1), { timeoutMs: 100 }).then(() => "answered", () => "refused");
    expect(await world.until(asked)).toBe("refused");
    expect(next.actors.owns(world.partitionOf("a"))).toBe(false);
    answer();
    await world.advance(10);
    expect(runs).not.toContain(false);
  });
});
