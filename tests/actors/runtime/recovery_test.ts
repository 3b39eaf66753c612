import { describe, it } from "@std/testing/bdd";
import { expect } from "@std/expect";
import { viewOf } from "./node.ts";
import { Reader } from "./reader.ts";
import { add, doNothing, hearLater, neverMind, tell } from "./tally_kind.ts";
import { World } from "./world.ts";

for (const applied of [true, false]) {
  describe(`a commit of which nobody knows whether it was written, and it was${applied ? "" : " not"}`, () => {
    it("is answered once it is known, and has one effect", async () => {
      const world = new World();
      const node = await world.start();
      await Promise.all([node.ask("a", add(1)), node.ask("b", doNothing)]);
      world.store.failNextCommit("unknown", { applied });
      const answers = await Promise.all(["a", "b", "a"].map((id) => node.ask(id, add(2))));
      expect(answers.map((answer) => viewOf(answer).total)).toEqual([3, 2, 5]);
      expect(answers.map(({ replayed }) => replayed)).toEqual([applied, applied, applied]);
      expect(node.logged("commit_failed")).toBe(1);
      expect(await node.read("a")).toMatchObject({ total: 5, turns: 3 });
      expect(node.depth).toBe(0);
    });

    it("has one effect when its ids were made for the call", async () => {
      const world = new World();
      const node = await world.start();
      world.store.failNextCommit("unknown", { applied });
      await Promise.all([1, 2].map((amount) => node.ask("a", add(amount), { fresh: true })));
      expect(await node.read("a")).toMatchObject({ total: 3, turns: 2 });
    });

    it("shows its events to listeners and to whoever follows commits, once", async () => {
      const world = new World();
      const node = await world.start();
      const reader = new Reader();
      await node.listen("a", reader);
      await node.ask("a", add(1));
      world.store.failNextCommit("unknown", { applied });
      await node.ask("a", add(2));
      await node.ask("a", add(4));
      expect(reader).toMatchObject({ total: 7, version: 3, breaches: [], closed: undefined });
      expect(node.committed.map(({ position }) => position)).toEqual([1, 2, 3]);
    });

    it("delivers its letters once", async () => {
      const world = new World();
      const [b = ""] = world.strangers("a", 1);
      const node = await world.start();
      world.store.failNextCommit("unknown", { applied });
      await node.ask("a", tell(b, "hello"));
      await world.advance(10_000);
      expect(await world.timesNoted(b, "hello")).toBe(1);
      expect(await world.letters()).toEqual([]);
    });

    it("consumes a letter once", async () => {
      const world = new World();
      const [b = ""] = world.strangers("a", 1);
      const node = await world.start();
      const release = world.store.hold("commit");
      const asked = node.ask("a", tell(b, "hello"));
      await world.advance(0);
      release();
      await asked;
      world.store.failNextCommit("unknown", { applied });
      await world.advance(10_000);
      expect(await world.timesNoted(b, "hello")).toBe(1);
      expect(node.depth).toBe(0);
      expect(await world.letters()).toEqual([]);
    });

    it("keeps the deadlines that it left, and those alone", async () => {
      const world = new World();
      const node = await world.start();
      const at = world.now + 20_000;
      await node.ask("a", hearLater("never", { at, key: "cancelled" }));
      await node.ask("a", hearLater("too early", { at, key: "replaced" }));
      world.store.failNextCommit("unknown", { applied });
      await Promise.all([
        node.ask("a", neverMind("cancelled")),
        node.ask("a", hearLater("in time", { at: at + 5000, key: "replaced" })),
        node.ask("a", hearLater("new", { at, key: "new" })),
      ]);
      await world.advance(60_000);
      expect(await node.read("a")).toMatchObject({ words: ["new", "in time"] });
      expect(await world.letters()).toEqual([]);
    });

    it("never leads to a dead letter", async () => {
      const world = new World();
      const node = await world.start();
      for (let n = 0; n < 20; n++) world.store.failNextCommit("unknown", { applied });
      await node.ask("a", add(1));
      expect(await node.read("a")).toMatchObject({ total: 1 });
      expect(await world.store.deadLetters({ limit: 1 })).toEqual([]);
    });
  });
}

describe("a commit of which nobody knows whether it was written", () => {
  it("is decided again in the order of asking", async () => {
    const world = new World();
    const node = await world.start();
    world.store.failNextCommit("unknown");
    const asked = Array.from({ length: 200 }, () => node.ask("a", add(1)));
    const totals = (await Promise.all(asked)).map((answer) => viewOf(answer).total);
    expect(totals).toEqual(Array.from({ length: 200 }, (_, index) => index + 1));
  });

  it("takes the partitions again until it has them, and is not ready meanwhile", async () => {
    const world = new World();
    const node = await world.start();
    world.store.failNextCommit("unknown", { applied: true });
    for (let n = 0; n < 5; n++) world.store.failNext("take", "unknown");
    const asked = node.ask("a", add(1));
    await world.advance(500);
    expect(node.actors.health.ready).toBe(false);
    await world.advance(1000);
    expect(await asked).toMatchObject({ ok: true, version: 1 });
    expect(node.actors.health.ready).toBe(true);
  });

  it("serves the reads of its batch from what is stored", async () => {
    const world = new World();
    const node = await world.start();
    await node.ask("a", add(1));
    world.store.failNextCommit("unknown", { applied: true });
    const [, read] = await Promise.all([node.ask("a", add(2)), node.read("a")]);
    expect(read).toMatchObject({ total: 3, version: 2 });
  });

  it("believes nothing of a partition that somebody else had meanwhile", async () => {
    const world = new World();
    const [a = "", b = ""] = world.neighbours("a", 2);
    const gate = Promise.withResolvers<void>();
    let isGated = false;
    const node = await world.start({
      wire: ({ verb, moment }) => verb === "take" && moment === "before" && isGated ? gate.promise : undefined,
    });
    const reader = new Reader();
    await Promise.all([node.ask(a, add(1)), node.ask(b, add(1))]);
    await node.listen(b, reader);
    isGated = true;
    world.store.failNextCommit("unknown");
    const asked = node.ask(a, add(2));
    await world.advance(0);
    const other = await world.start();
    await other.ask(b, add(10));
    other.crash();
    gate.resolve();
    expect(await asked).toMatchObject({ ok: true, version: 2 });
    expect(await node.read(b)).toMatchObject({ total: 11 });
    await node.ask(b, add(100));
    expect(reader).toMatchObject({ total: 111, version: 3, breaches: [] });
  });

  it("may be a look at the epochs", async () => {
    const world = new World();
    const node = await world.start();
    await node.ask("a", add(1));
    world.store.failNext("epochs", "unknown");
    expect(await node.read("a")).toMatchObject({ total: 1 });
  });
});
