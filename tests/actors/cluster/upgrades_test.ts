import { describe, it } from "@std/testing/bdd";
import { expect } from "@std/expect";
import { add } from "../runtime/tally_kind.ts";
import { Nodes } from "./nodes.ts";

const IDS = Array.from({ length: 40 }, (_, index) => `t${index}`);

describe("nodes of two versions", () => {
  it("share the work while one after the other is replaced by a newer one", async () => {
    const nodes = await Nodes.start(3);
    const ask = async (): Promise<void> => {
      const [node] = nodes.alive;
      if (node === undefined) throw new Error("Cannot go on: nobody is there");
      await nodes.world.until(Promise.all(IDS.map((id) => node.ask(id, add(1)))));
    };
    await ask();
    for (const old of [...nodes.alive]) {
      await nodes.join({ journal: 2 });
      await nodes.settle();
      await nodes.leave(old);
      await nodes.settle();
      await ask();
    }
    for (const id of IDS) expect((await nodes.world.until(nodes.ownerOf(id).read(id))).total).toBe(4);
    for (const { journal } of await nodes.world.store.owners()) expect(journal).toBe(2);
  });

  it("leave alone what they cannot read, until somebody is there who can", async () => {
    const nodes = await Nodes.start(2);
    const newer = await nodes.join({ journal: 2 });
    await nodes.settle();
    const written = newer.actors.partitions.toSorted((one, other) => one - other);
    expect(written.length).toBeGreaterThan(0);

    await nodes.leave(newer);
    await nodes.settle();
    const owners = await nodes.world.store.owners();
    expect(owners.filter(({ owner }) => owner === undefined).map(({ id }) => id)).toEqual(written);
    expect(nodes.alive.flatMap((node) => [...node.actors.partitions])).toHaveLength(64 - written.length);

    const another = await nodes.join({ journal: 2 });
    await nodes.settle();
    for (const partition of written) expect(another.actors.owns(partition)).toBe(true);
  });
});
