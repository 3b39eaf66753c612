import { describe, it } from "@std/testing/bdd";
import { expect } from "@std/expect";
import { viewOf } from "./node.ts";
import { Reader } from "./reader.ts";
import { add, name, tell } from "./tally_kind.ts";
import { World } from "./world.ts";

describe("a fenced partition", () => {
  it("is released alone: its callers are told, the others' commands are decided again", async () => {
    const world = new World();
    const [b = ""] = world.strangers("a", 1);
    const node = await world.start();
    await world.store.take([world.partitionOf("a")], "thief");
    const [lost, kept] = await Promise.allSettled([node.ask("a", add(1)), node.ask(b, add(1))]);
    expect(lost).toMatchObject({ status: "rejected", reason: { code: "moved" } });
    expect(kept).toMatchObject({ status: "fulfilled", value: { ok: true, version: 1 } });
    expect(node.depth).toBe(0);
    expect(node.counts.fenced).toBe(1);
    expect(node.actors.gauges().partitions).toBe(63);
    expect(node.actors.health.ready).toBe(false);
    expect(node.logged("commit_failed")).toBe(1);
  });

  it("takes nothing in, and tells whoever waits in its mailboxes", async () => {
    const world = new World();
    const node = await world.start({ limits: { batch: 1 } });
    await node.ask("a", add(1));
    await world.store.take([world.partitionOf("a")], "thief");
    const asked = await Promise.allSettled([1, 2, 3].map((amount) => node.ask("a", add(amount))));
    for (const one of asked) expect(one).toMatchObject({ status: "rejected", reason: { code: "moved" } });
    await expect(node.read("a")).rejects.toMatchObject({ code: "moved" });
    expect(node.depth).toBe(0);
  });

  it("is claimed back, and goes on from what the other owner has written", async () => {
    const world = new World();
    const former = await world.start();
    await former.ask("a", add(1));
    const other = await world.start();
    await other.ask("a", add(10));
    other.crash();
    await expect(former.ask("a", add(100))).rejects.toMatchObject({ code: "moved" });
    await world.advance(3000);
    expect(former.actors.health.ready).toBe(true);
    expect(viewOf(await former.ask("a", add(100)))).toMatchObject({ total: 111, version: 3 });
  });

  it("delivers its letters once it is claimed back", async () => {
    const world = new World();
    const [b = ""] = world.strangers("a", 1);
    const node = await world.start();
    await world.store.take([world.partitionOf(b)], "thief");
    await node.ask("a", tell(b, "hello"));
    await world.advance(10_000);
    expect(await world.timesNoted(b, "hello")).toBe(1);
  });

  it("closes its listeners, who come back without a gap", async () => {
    const world = new World();
    const [b = ""] = world.strangers("a", 1);
    const node = await world.start();
    const [mine, others] = [new Reader(), new Reader()];
    await node.ask("a", add(1));
    await node.listen("a", mine);
    await node.listen(b, others);
    const thief = await world.start();
    await thief.ask("a", add(2));
    thief.crash();
    await Promise.allSettled([node.ask("a", add(100))]);
    expect(mine).toMatchObject({ closed: "moved", total: 1 });
    await world.advance(3000);
    await node.ask("a", add(4));
    await world.until(node.listen("a", mine));
    await node.ask("a", add(8));
    expect(mine).toMatchObject({ total: 15, version: 4, breaches: [], lastOutcome: "resumed" });
    expect(others).toMatchObject({ breaches: [] });
  });

  it("may be lost while a batch is halved", async () => {
    const world = new World();
    const [b = ""] = world.strangers("a", 1);
    const node = await world.start();
    await node.ask("z", name("taken"));
    world.store.failNextCommit("constraint");
    world.store.failNextCommit("fenced", { partitions: [world.partitionOf("a")] });
    const asked = await Promise.allSettled([
      node.ask("a", add(1)),
      node.ask(b, add(1)),
      node.ask("a", add(1)),
      node.ask("a", add(1)),
    ]);
    expect(asked.map(({ status }) => status)).toEqual(["rejected", "fulfilled", "rejected", "rejected"]);
    expect(node.depth).toBe(0);
    await world.advance(3000);
    expect(await node.ask("a", add(1))).toMatchObject({ ok: true, version: 1 });
  });
});
