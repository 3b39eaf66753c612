import { describe, it } from "@std/testing/bdd";
import { expect } from "@std/expect";
import { viewOf } from "./node.ts";
import { add, doNothing } from "./tally_kind.ts";
import { World } from "./world.ts";

describe("turns of one actor (ACT-1)", () => {
  it("never overlap, and come in the order of asking", async () => {
    const world = new World();
    const node = await world.start({ wireMs: 20 });
    const asked = Array.from({ length: 1000 }, () => node.ask("a", add(1)));
    const totals = (await world.until(Promise.all(asked))).map((answer) => viewOf(answer).total);
    expect(totals).toEqual(Array.from({ length: 1000 }, (_, index) => index + 1));
  });

  it("share a commit with others', and wait while one is under way", async () => {
    const world = new World();
    const node = await world.start();
    await node.ask("a", add(1));
    const release = world.store.hold("commit");
    const first = node.ask("a", add(1));
    await world.advance(0);
    const others = [node.ask("a", add(1)), node.ask("b", add(1)), node.ask("c", add(1))];
    await world.advance(0);
    expect(node.depth).toBe(4);
    release();
    await Promise.all([first, ...others]);
    expect(node.counts.committed).toBe(3);
  });

  it("come for everybody, however much mail a few hot actors have", async () => {
    const world = new World();
    const node = await world.start({ limits: { batch: 8, batchPerActor: 4 } });
    const hot = ["a", "b", "c"];
    await Promise.all([...hot, "cold"].map((id) => node.ask(id, doNothing)));
    const commits = node.counts.committed;
    for (let n = 0; n < 200; n++) for (const id of hot) node.ask(id, add(1));
    await node.ask("cold", add(1));
    expect(node.counts.committed - commits).toBeLessThanOrEqual(2);
  });
});

describe("reads (ACT-1)", () => {
  it("see every command that was answered before", async () => {
    const world = new World();
    const node = await world.start({ wireMs: 20 });
    const breaches: string[] = [];
    let answered = 0;
    let reads = 0;
    const work = Array.from({ length: 300 }, async (_, n) => {
      await new Promise<void>((resolve) => world.time.clock().after(world.chance.int(0, 500), resolve));
      if (n % 2 === 0) {
        const { version } = await node.ask("a", add(1));
        answered = Math.max(answered, version);
        return;
      }
      const known = answered;
      const { version, total } = await node.read("a");
      if (version < known || version !== total) breaches.push(`read ${version}, answered ${known}`);
      reads++;
    });
    await world.until(Promise.all(work));
    expect(reads).toBe(150);
    expect(breaches).toEqual([]);
  });

  it("are not served by an owner that has lost the partition without noticing", async () => {
    const world = new World();
    const former = await world.start();
    await former.ask("a", add(1));
    const owner = await world.start();
    await owner.ask("a", add(1));
    await expect(former.read("a")).rejects.toMatchObject({ code: "moved" });
    expect(await owner.read("a")).toMatchObject({ total: 2 });
  });

  it("are not served so in a batch that writes elsewhere", async () => {
    const world = new World();
    const [b = ""] = world.strangers("a", 1);
    const node = await world.start();
    await Promise.all([node.ask("a", add(1)), node.ask(b, add(1))]);
    await world.store.take([world.partitionOf("a")], "thief");
    const [read, written] = await Promise.allSettled([node.read("a"), node.ask(b, add(1))]);
    expect(read).toMatchObject({ status: "rejected", reason: { code: "moved" } });
    expect(written).toMatchObject({ status: "fulfilled", value: { version: 2 } });
  });

  it("tell a missing actor from a foreign one by nothing", async () => {
    const node = await new World().start();
    await node.ask("a", add(1));
    const foreign = node.read("a", "somebody").catch((error) => error.message);
    const missing = node.read("b", "somebody").catch((error) => error.message);
    expect((await foreign).replace("tally/a", "tally/b")).toBe(await missing);
    await expect(node.read("nothing/b")).rejects.toMatchObject({ code: "not_readable" });
  });
});

describe("answers without a trace", () => {
  it("are not given by an owner that has lost the partition without noticing", async () => {
    const world = new World();
    const former = await world.start();
    await former.ask("a", add(1));
    const owner = await world.start();
    await owner.ask("a", add(10));
    await expect(former.ask("a", add(-5), { fresh: true })).rejects.toMatchObject({ code: "moved" });
  });

  it("are given for a foreign actor as for a missing one, and leave no row", async () => {
    const world = new World();
    const node = await world.start();
    await node.ask("a", add(1));
    const notFound = { ok: false, reason: "not_found", version: 0, replayed: false };
    expect(await node.ask("a", add(1), { as: "somebody", key: "k" })).toEqual(notFound);
    expect(await node.ask("b", add(1), { as: "somebody", key: "k" })).toEqual(notFound);
    expect(await node.ask("nothing/a", add(1), { key: "k" })).toEqual(notFound);
    expect(await node.ask("tally/no such/id", add(1), { key: "k" })).toEqual(notFound);
    const keys = ["a", "b"].map((id) => ({ address: `tally/${id}` as const, commandId: "tests:k" }));
    expect(await world.store.outcomes(keys)).toEqual([]);
  });
});
