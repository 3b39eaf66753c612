import { describe, it } from "@std/testing/bdd";
import { expect } from "@std/expect";
import { add } from "../runtime/tally_kind.ts";
import { Nodes } from "./nodes.ts";

const IDS = Array.from({ length: 1000 }, (_, n) => `t${n}`);

describe("a node whose database does not answer it", () => {
  it("serves a partition no longer than it has it, after a release whose answer was lost", async () => {
    const nodes = await Nodes.start(1);
    const [node] = nodes.alive;
    if (node === undefined) throw new Error("Cannot go on: nobody is there");
    // It lets go of one for a node that leaves at once, and takes it again.
    nodes.world.store.failNext("release", "unknown");
    const passing = await nodes.join();
    while (node.actors.partitions.length === 64) await nodes.world.advance(1);
    const [lost = 0] = Array.from({ length: 64 }, (_, id) => id).filter((id) => !node.actors.owns(id));
    await nodes.leave(passing);
    await nodes.settle();
    expect(node.actors.owns(lost)).toBe(true);

    const id = IDS.find((each) => nodes.world.partitionOf(each) === lost) ?? "";
    const others = [await nodes.join(), await nodes.join(), await nodes.join()];
    await nodes.settle();
    for (const other of others) {
      expect((await nodes.world.until(other.ask(id, add(1), { timeoutMs: 1000 }))).ok).toBe(true);
    }
  });

  it("is not ready before it has its partitions", async () => {
    const nodes = await Nodes.start(0);
    const answer = nodes.world.store.hold("take");
    const node = await nodes.join();
    await nodes.settle();
    expect(node.actors.partitions).toEqual([]);
    expect(node.actors.health.ready).toBe(false);
    answer();
    await nodes.world.advance(10);
    expect(node.actors.partitions).toHaveLength(64);
    expect(node.actors.health.reasons).toEqual([]);
  });

  it("leaves no timer behind when it has left", async () => {
    const nodes = await Nodes.start(2);
    const [node] = nodes.alive;
    if (node === undefined) throw new Error("Cannot go on: nobody is there");
    const reader = await nodes.listen(node, "a");
    await nodes.leave(node);
    expect(reader.closed).toBe("moved");
    await nodes.world.advance(1000);
    expect(node.timers).toBe(0);
  });
});
