import { describe, it } from "@std/testing/bdd";
import { expect } from "@std/expect";
import { add, addAndTell, hearLater, tell } from "./tally_kind.ts";
import { World } from "./world.ts";

describe("a node that closes", () => {
  it("finishes what is in hand, tells the others, and gives its partitions up", async () => {
    const world = new World();
    const node = await world.start();
    await node.ask("a", add(1));
    const release = world.store.hold("commit");
    const inHand = node.ask("a", add(1));
    await world.advance(0);
    const waiting = node.ask("a", add(1));
    const refused = expect(waiting).rejects.toMatchObject({ code: "unavailable" });
    const closed = node.close();
    expect(node.actors.health.ready).toBe(false);
    release();
    expect(await inHand).toMatchObject({ ok: true, version: 2 });
    await refused;
    await closed;
    const [taken] = await world.store.take([0], "next");
    expect(taken).toMatchObject({ attempts: 0 });
  });

  it("takes nothing in any more", async () => {
    const node = await new World().start();
    await node.close();
    await expect(node.ask("a", add(1))).rejects.toMatchObject({ code: "unavailable" });
    await expect(node.read("a")).rejects.toMatchObject({ code: "unavailable" });
  });

  it("leaves no timer behind, whatever was under way", async () => {
    for (const verb of ["letters", "take"] as const) {
      const world = new World();
      const node = await world.start();
      await node.ask("a", hearLater("soon", { at: world.now + 10_000 }));
      await world.store.take([world.partitionOf("b")], "thief");
      await Promise.allSettled([node.ask("b", add(1))]);
      const release = world.store.hold(verb);
      await world.advance(5500);
      const asked = Promise.allSettled([node.ask("a", addAndTell(1, "c"))]);
      await node.close();
      await asked;
      release();
      await world.advance(100);
      expect(node.timers).toBe(0);
      expect(await node.close()).toBeUndefined();
    }
  });

  it("does not take a partition back", async () => {
    const world = new World();
    const node = await world.start();
    await world.store.take([world.partitionOf("b")], "thief");
    await Promise.allSettled([node.ask("b", add(1))]);
    const release = world.store.hold("take");
    await world.advance(2500);
    await node.close();
    release();
    await world.advance(10_000);
    const [taken] = await world.store.take([world.partitionOf("b")], "next");
    expect(taken).toMatchObject({ attempts: 0 });
    expect(node.actors.gauges().partitions).toBe(63);
  });

  it("can close while the database cannot write", async () => {
    const world = new World();
    const node = await world.start();
    for (let n = 0; n < 1000; n++) world.store.failNextCommit("retryable");
    const asked = node.ask("a", add(1));
    const refused = expect(asked).rejects.toMatchObject({ code: "outcome_unknown" });
    await world.advance(1000);
    const closed = node.close();
    await world.advance(30_000);
    await closed;
    await refused;
    expect(node.timers).toBe(0);
  });
});

describe("a node that closes while the database does not answer", () => {
  it("leaves no query behind that is tried for ever", async () => {
    const world = new World();
    const node = await world.start();
    for (let n = 0; n < 1000; n++) world.store.failNext("load", "unknown");
    const asked = node.ask("a", add(1));
    const refused = expect(asked).rejects.toMatchObject({ code: "unavailable" });
    await world.advance(1000);
    await node.close();
    await refused;
    await world.advance(1000);
    expect(node.timers).toBe(0);
  });
});

describe("a node that starts", () => {
  it("takes over from one that died, and counts the death", async () => {
    const world = new World();
    const former = await world.start();
    await former.ask("a", add(1));
    former.crash();
    const node = await world.start();
    expect(await node.read("a")).toMatchObject({ total: 1 });
    const [taken] = await world.store.take([0], "next");
    expect(taken).toMatchObject({ attempts: 2 });
  });

  it("keeps a former owner that lives on from committing anything", async () => {
    const world = new World();
    const [b = ""] = world.strangers("a", 1);
    const former = await world.start();
    await former.ask("a", add(1));
    const release = world.store.hold("commit");
    const zombie = former.ask("a", tell(b, "from the grave"), { key: "k" });
    const moved = expect(zombie).rejects.toMatchObject({ code: "moved" });
    await world.advance(0);
    const node = await world.start();
    release();
    await moved;
    await world.advance(0);
    former.crash();
    expect(await node.read("a")).toMatchObject({ version: 1 });
    expect(await world.timesNoted(b, "from the grave")).toBe(0);
    expect(await node.ask("a", tell(b, "from the grave"), { key: "k" })).toMatchObject({ ok: true, replayed: false });
  });

  it("never goes back in time within a partition", async () => {
    const world = new World();
    const former = await world.start({ clockBehindMs: -30_000 });
    await former.ask("a", add(1));
    await former.close();
    const [event] = await world.eventsOf("tally/a");
    const node = await world.start();
    await node.ask("a", add(1));
    const [, next] = await world.eventsOf("tally/a");
    expect(next?.occurredAt).toBeGreaterThanOrEqual(event?.occurredAt ?? Infinity);
  });
});
