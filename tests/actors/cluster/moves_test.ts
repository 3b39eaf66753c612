import { describe, it } from "@std/testing/bdd";
import { expect } from "@std/expect";
import { TTL_MS } from "../../../actors/cluster/ports.ts";
import { wantedOwner } from "../../../actors/cluster/rendezvous.ts";
import { viewOf } from "../runtime/node.ts";
import { add, heard } from "../runtime/tally_kind.ts";
import { Nodes } from "./nodes.ts";

const IDS = Array.from({ length: 40 }, (_, index) => `t${index}`);

function shares(nodes: Nodes): number[] {
  return nodes.alive.map((node) => node.actors.partitions.length);
}

describe("several nodes on one database", () => {
  it("have every partition once, each a fair share", async () => {
    const nodes = await Nodes.start(3);
    const owned = nodes.alive.flatMap((node) => [...node.actors.partitions]);
    expect(owned.toSorted((one, other) => one - other)).toEqual(Array.from({ length: 64 }, (_, id) => id));
    for (const share of shares(nodes)) expect(share).toBeGreaterThan(8);
    for (const node of nodes.alive) expect(node.actors.health.reasons).toEqual([]);
  });

  it("answer for every actor, whichever is asked", async () => {
    const nodes = await Nodes.start(3);
    for (const id of IDS) {
      for (const node of nodes.alive) await nodes.ask(node, id, add(1));
      for (const node of nodes.alive) expect((await nodes.world.until(node.read(id))).total).toBe(3);
    }
  });

  it("do what is asked twice under one key once, also of different nodes at once", async () => {
    const nodes = await Nodes.start(3);
    const asked = nodes.alive.map((node) => node.ask("a", add(5), { key: "twin" }));
    const answers = await nodes.world.until(Promise.all(asked));
    expect(answers.filter((answer) => answer.ok && !answer.replayed)).toHaveLength(1);
    expect((await nodes.world.until(nodes.ownerOf("a").read("a"))).total).toBe(5);
  });

  it("answer for a dead one's actors within its time to live and a second", async () => {
    const nodes = await Nodes.start(3);
    const [dead] = nodes.alive;
    if (dead === undefined) throw new Error("Cannot go on: nobody is there");
    const ids = IDS.filter((id) => nodes.ownerOf(id) === dead);
    for (const id of ids) await nodes.ask(dead, id, add(1));

    nodes.crash(dead);
    const diedAt = nodes.world.now;
    const [node] = nodes.alive;
    if (node === undefined) throw new Error("Cannot go on: nobody is left");
    const asked = ids.map((id) => node.ask(id, add(1)));
    for (const answer of await nodes.world.until(Promise.all(asked))) expect(viewOf(answer).total).toBe(2);
    expect(nodes.world.now - diedAt).toBeLessThanOrEqual(TTL_MS + 1000);
  });

  it("give one that joins its share, and nobody is refused meanwhile", async () => {
    const nodes = await Nodes.start(2);
    const [first] = nodes.alive;
    if (first === undefined) throw new Error("Cannot go on: nobody is there");
    await nodes.join();
    for (let round = 0; round < 100; round++) {
      const asked = IDS.map((id) => first.ask(id, add(1), { timeoutMs: 1000 }));
      await nodes.world.until(Promise.all(asked));
      await nodes.world.advance(20);
    }
    for (const share of shares(nodes)) expect(share).toBeGreaterThan(8);
    for (const id of IDS) expect((await nodes.world.until(first.read(id))).total).toBe(100);
  });

  it("give one that joins its first partition as soon as they know of each other", async () => {
    const nodes = await Nodes.start(1, { node: { wireMs: 30 } });
    const joining = await nodes.join();
    await nodes.world.advance(200);
    expect(joining.actors.partitions.length).toBeGreaterThan(0);
  });

  it("find out what others have taken before they have given up all of it", async () => {
    const nodes = await Nodes.start(1);
    const [first] = nodes.alive;
    if (first === undefined) throw new Error("Cannot go on: nobody is there");
    const next = "node-001";
    const wanted = first.actors.partitions.filter((id) => wantedOwner(id, [first.name, next]) === next);
    await nodes.world.store.take(wanted, next);
    const joining = await nodes.join();
    expect(joining.name).toBe(next);
    await nodes.world.advance(1000);
    expect(first.actors.partitions.filter((id) => wanted.includes(id))).toEqual([]);
    expect(joining.actors.partitions.toSorted((one, other) => one - other)).toEqual(wanted);
  });

  it("take over at once from one that leaves", async () => {
    const nodes = await Nodes.start(3);
    const [leaving, staying] = nodes.alive;
    if (leaving === undefined || staying === undefined) throw new Error("Cannot go on: nobody is there");
    const closed = nodes.leave(leaving);
    for (const id of IDS) {
      const answer = await nodes.world.until(staying.ask(id, add(1), { timeoutMs: 500 }));
      expect(viewOf(answer).total).toBe(1);
    }
    await closed;
    expect(shares(nodes).reduce((sum, share) => sum + share, 0)).toBe(64);
  });

  it("take over from one that is cut off, which finds out by itself (I2)", async () => {
    const nodes = await Nodes.start(3);
    const cut = nodes.ownerOf("a");
    await nodes.ask(cut, "a", add(1));
    nodes.cut(cut);
    await nodes.settle();

    const other = nodes.alive.find((node) => node !== cut);
    if (other === undefined) throw new Error("Cannot go on: nobody is there");
    expect(viewOf(await nodes.ask(other, "a", add(10))).total).toBe(11);
    expect(cut.actors.health.ready).toBe(false);
    const stale = cut.ask("a", add(100), { timeoutMs: 300 }).then(() => "answered", () => "refused");
    expect(await nodes.world.until(stale)).toBe("refused");
    expect(cut.actors.owns(nodes.world.partitionOf("a"))).toBe(false);

    nodes.heal(cut);
    await nodes.settle();
    expect(viewOf(await nodes.ask(cut, "a", add(1000))).total).toBe(1011);
    expect(cut.actors.health.reasons).toEqual([]);
    nodes.ownerOf("a");
  });

  it("write nothing under an epoch that another has raised, and decide again elsewhere (I2)", async () => {
    const nodes = await Nodes.start(3);
    const stale = nodes.ownerOf("a");
    await nodes.ask(stale, "a", add(1));
    await nodes.world.store.take([nodes.world.partitionOf("a")], nodes.strangerTo("a").name);
    expect((await nodes.ask(stale, "a", add(10))).ok).toBe(true);
    expect(stale.counts.fenced).toBe(1);
    await nodes.settle();
    expect((await nodes.world.until(stale.read("a"))).total).toBe(11);
  });

  it("leave to others what those have taken while a commit was unanswered", async () => {
    for (const applied of [false, true]) {
      const nodes = await Nodes.start(3);
      const [stale, partition] = [nodes.ownerOf("a"), nodes.world.partitionOf("a")];
      await nodes.ask(stale, "a", add(1));
      const other = nodes.strangerTo("a");
      nodes.world.store.failNextCommit("unknown", { applied });
      const asked = stale.ask("a", add(10), { key: "ten" });
      await nodes.world.store.take([partition], other.name);
      await nodes.world.advance(20);
      expect((await nodes.world.store.owners())[partition]?.owner).toBe(other.name);
      expect(stale.actors.owns(partition)).toBe(false);

      expect((await nodes.world.until(asked)).ok).toBe(true);
      await nodes.settle();
      expect((await nodes.world.until(stale.read("a"))).total).toBe(11);
    }
  });

  it("do not seize each other's partitions when all signs of life are lost", async () => {
    const nodes = await Nodes.start(3);
    const before = nodes.alive.map((node) => [...node.actors.partitions]);
    const epochs = await nodes.world.store.owners();
    nodes.hub.wipe();
    await nodes.world.advance(100);
    for (const node of nodes.alive) expect(node.actors.health.reasons).toEqual([]);
    await nodes.settle();
    expect(nodes.alive.map((node) => [...node.actors.partitions])).toEqual(before);
    expect(await nodes.world.store.owners()).toEqual(epochs);
  });

  it("leave their partitions where they are while nobody can see anybody", async () => {
    const nodes = await Nodes.start(3);
    const epochs = await nodes.world.store.owners();
    for (const node of nodes.alive) nodes.cut(node);
    await nodes.settle();
    for (const node of nodes.alive) expect(node.actors.health.ready).toBe(false);
    for (const node of nodes.alive) nodes.heal(node);
    await nodes.settle();
    expect(await nodes.world.store.owners()).toEqual(epochs);
  });

  it("hand letters on to each other without waiting for a sweep", async () => {
    const nodes = await Nodes.start(3, { node: { limits: { letterSweepMs: 60_000 } } });
    const id = IDS.find((other) => nodes.ownerOf(other) !== nodes.ownerOf("a"));
    if (id === undefined) throw new Error("Cannot go on: one has all");
    const { tell } = await import("../runtime/tally_kind.ts");
    await nodes.ask(nodes.ownerOf("a"), "a", tell(id, "hello"));
    await nodes.world.advance(10);
    expect((await nodes.world.until(nodes.ownerOf(id).read(id))).words).toEqual(["hello"]);
    expect(await nodes.world.timesNoted(id, "hello")).toBe(1);
  });

  it("say soon that they are cut off, and wait a moment in case they are back", async () => {
    const nodes = await Nodes.start(3);
    const node = nodes.strangerTo("a");
    nodes.cut(node);
    const begunAt = nodes.world.now;
    const code = node.ask("a", add(1)).then(() => "answered", ({ code }) => code);
    expect(await nodes.world.until(code)).toBe("unavailable");
    expect(nodes.world.now - begunAt).toBeLessThan(2500);

    const patient = node.ask("a", add(1));
    await nodes.world.advance(500);
    nodes.heal(node);
    expect((await nodes.world.until(patient)).ok).toBe(true);
  });

  it("say so when nobody can answer, inside the caller's time", async () => {
    const nodes = await Nodes.start(2);
    const [one, other] = nodes.alive;
    if (one === undefined || other === undefined) throw new Error("Cannot go on: nobody is there");
    const id = IDS.find((each) => nodes.ownerOf(each) === other) ?? "a";
    nodes.crash(other);
    const code = one.ask(id, heard("x"), { timeoutMs: 200 }).then(() => "answered", ({ code }) => code);
    expect(await nodes.world.until(code)).toBe("unavailable");
  });
});
