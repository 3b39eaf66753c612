import { describe, it } from "@std/testing/bdd";
import { expect } from "@std/expect";
import { add, heard } from "../runtime/tally_kind.ts";
import { Reader } from "../runtime/reader.ts";
import { Nodes } from "./nodes.ts";

describe("a stream that ends at another node than its feed", () => {
  it("tells everything in order, once a node however many read it there", async () => {
    const nodes = await Nodes.start(3);
    const [owner, edge] = [nodes.ownerOf("a"), nodes.strangerTo("a")];
    const readers = [await nodes.listen(edge, "a"), await nodes.listen(edge, "a")];
    const pushedBefore = owner.counts.pushed;
    for (let n = 0; n < 5; n++) await nodes.ask(edge, "a", add(1));
    await nodes.world.advance(10);
    for (const reader of readers) {
      expect(reader).toMatchObject({ total: 5, version: 5, breaches: [], closed: undefined });
    }
    expect(owner.counts.pushed - pushedBefore).toBe(5);
  });

  it("resumes there from a cursor of any node", async () => {
    const nodes = await Nodes.start(3);
    const reader = new Reader();
    const detach = await nodes.world.until(nodes.ownerOf("a").listen("a", reader));
    await nodes.ask(nodes.ownerOf("a"), "a", add(1));
    detach();
    reader.disconnect();
    await nodes.ask(nodes.ownerOf("a"), "a", add(2));
    await nodes.listen(nodes.strangerTo("a"), "a", reader);
    expect(reader).toMatchObject({ total: 3, breaches: [], lastOutcome: "resumed" });
  });

  it("goes on unnoticed when its owner dies", async () => {
    const nodes = await Nodes.start(3);
    const [owner, edge] = [nodes.ownerOf("a"), nodes.strangerTo("a")];
    const reader = await nodes.listen(edge, "a");
    await nodes.ask(edge, "a", add(1));
    nodes.crash(owner);
    await nodes.ask(edge, "a", add(2));
    await nodes.world.advance(500);
    await nodes.ask(edge, "a", add(4));
    await nodes.world.advance(10);
    expect(reader).toMatchObject({ total: 7, version: 3, breaches: [], closed: undefined });
    expect(reader.openings).toHaveLength(1);
  });

  it("goes on unnoticed when its feed moves, to its own node or away from it", async () => {
    const nodes = await Nodes.start(1);
    const [first] = nodes.alive;
    if (first === undefined) throw new Error("Cannot go on: nobody is there");
    const ids = Array.from({ length: 12 }, (_, n) => `t${n}`);
    const readers = await Promise.all(ids.map((id) => nodes.listen(first, id)));
    const second = await nodes.join();
    for (let round = 0; round < 60; round++) {
      await nodes.world.until(Promise.all(ids.map((id) => first.ask(id, add(1)))));
      if (round === 40) await nodes.leave(second);
      await nodes.world.advance(50);
    }
    for (const reader of readers) {
      expect(reader).toMatchObject({ total: 60, version: 60, breaches: [], closed: undefined });
      expect(reader.openings).toHaveLength(1);
    }
  });

  it("finds what was lost in silence within ten seconds", async () => {
    const nodes = await Nodes.start(3);
    const [owner, edge] = [nodes.ownerOf("a"), nodes.strangerTo("a")];
    const reader = await nodes.listen(edge, "a");
    nodes.hub.loseNext(owner.name);
    await nodes.ask(owner, "a", add(1));
    await nodes.world.advance(10);
    expect(reader.total).toBe(0);
    await nodes.world.advance(10_000);
    expect(reader).toMatchObject({ total: 1, breaches: [], closed: undefined });
  });

  it("is told at the next event of what was lost before it", async () => {
    const nodes = await Nodes.start(3);
    const [owner, edge] = [nodes.ownerOf("a"), nodes.strangerTo("a")];
    const reader = await nodes.listen(edge, "a");
    nodes.hub.loseNext(owner.name);
    await nodes.ask(owner, "a", add(1));
    await nodes.ask(owner, "a", add(2));
    await nodes.world.advance(50);
    expect(reader).toMatchObject({ total: 3, breaches: [], closed: undefined });
  });

  it("goes on after its node was cut off and is back", async () => {
    const nodes = await Nodes.start(3);
    const [owner, edge] = [nodes.ownerOf("a"), nodes.strangerTo("a")];
    const reader = await nodes.listen(edge, "a");
    nodes.cut(edge);
    await nodes.ask(owner, "a", add(1));
    await nodes.world.advance(300);
    expect(reader.total).toBe(0);
    nodes.heal(edge);
    await nodes.world.advance(500);
    expect(reader).toMatchObject({ total: 1, breaches: [], closed: undefined });
  });

  it("is told to come back, to another node, when its own stays cut off", async () => {
    const nodes = await Nodes.start(3);
    const [owner, edge] = [nodes.ownerOf("a"), nodes.strangerTo("a")];
    const here = [...Array(40).keys()].map((n) => `t${n}`).find((id) => nodes.ownerOf(id) === edge) ?? "";
    const [away, atHome] = [await nodes.listen(edge, "a"), await nodes.listen(edge, here)];
    nodes.cut(edge);
    await nodes.world.advance(20_000);
    expect([away.closed, atHome.closed]).toEqual(["moved", "moved"]);
    await nodes.ask(owner, "a", add(1));
    await nodes.listen(owner, "a", away);
    expect(away).toMatchObject({ total: 1, breaches: [], lastOutcome: "resumed" });
  });

  it("is forgotten by the owner soon after the last reader has gone, or the edge has died", async () => {
    const nodes = await Nodes.start(3);
    const [owner, edge] = [nodes.ownerOf("a"), nodes.strangerTo("a")];
    const detach = await nodes.world.until(edge.listen("a", new Reader()));
    expect(owner.actors.gauges().outlets).toBe(1);
    detach();
    await nodes.world.advance(10);
    expect(owner.actors.gauges().outlets).toBe(0);

    await nodes.listen(edge, "a");
    await nodes.world.advance(60_000);
    expect(owner.actors.gauges().outlets).toBe(1);
    nodes.crash(edge);
    await nodes.world.advance(80_000);
    expect(nodes.ownerOf("a").actors.gauges().outlets).toBe(0);
  });

  it("is refused to whoever may not read it, whoever else reads it at that node", async () => {
    const nodes = await Nodes.start(3);
    const edge = nodes.strangerTo("a");
    await nodes.ask(edge, "a", heard("secret"));
    const stranger = edge.listen("a", new Reader(), { as: "mallory" }).then(() => "attached", ({ code }) => code);
    const [refused] = await nodes.world.until(Promise.all([stranger, edge.listen("a", new Reader(), { as: "a" })]));
    expect(refused).toBe("not_readable");
    const again = edge.listen("a", new Reader(), { as: "mallory" }).then(() => "attached", ({ code }) => code);
    expect(await nodes.world.until(again)).toBe("not_readable");
  });

  it("is let go when its connection fails, which is no concern of others there", async () => {
    class Failing extends Reader {
      override deliver(): void {
        throw new Error("a defect");
      }
    }
    const nodes = await Nodes.start(3);
    const edge = nodes.strangerTo("a");
    const failing = await nodes.listen(edge, "a", new Failing());
    const reader = await nodes.listen(edge, "a");
    for (let n = 0; n < 3; n++) await nodes.ask(edge, "a", add(1));
    await nodes.world.advance(10);
    expect(reader).toMatchObject({ total: 3, breaches: [], closed: undefined });
    expect(failing.closed).toBe("failed");
    expect(edge.logged("outlet_failed")).toBe(1);
  });
});
