import { describe, it } from "@std/testing/bdd";
import { expect } from "@std/expect";
import { NOTHING_WRITTEN } from "../../../actors/runtime/open_batch.ts";
import { add, addressOf, hearLater, name, pass } from "./tally_kind.ts";
import { World } from "./world.ts";

describe("a commit that contradicts what is stored", () => {
  it("is halved to its culprit, which dies; the others have their effect", async () => {
    const world = new World();
    const node = await world.start();
    await node.ask("z", name("taken"));
    const asked = await Promise.allSettled([
      ...[1, 2, 3].map((amount) => node.ask("a", add(amount))),
      node.ask("a", name("taken")),
      ...[4, 5].map((amount) => node.ask("b", add(amount))),
      node.ask("a", add(6)),
    ]);
    expect(asked[3]).toMatchObject({ status: "rejected", reason: { code: "message_failed" } });
    expect(asked.filter(({ status }) => status === "fulfilled").length).toBe(6);
    expect(await node.read("a")).toMatchObject({ total: 12, words: [] });
    expect(await node.read("b")).toMatchObject({ total: 9 });
    const [dead] = await world.store.deadLetters({ limit: 5 });
    expect(dead).toMatchObject({ address: "tally/a", command: { type: "name" } });
    expect(node.depth).toBe(0);
  });

  it("ends for a culprit that reaches others, however busy its batches are", async () => {
    const world = new World({ partitions: 1 });
    const node = await world.start();
    await node.ask("z", name("taken"));
    const doomed = node.ask("a", pass("b", name("taken")));
    const work = Array.from({ length: 10 }, async (_, worker) => {
      for (let n = 0; n < 30; n++) await node.ask(`w${worker}`, add(1));
    });
    await expect(doomed).rejects.toMatchObject({ code: "message_failed" });
    const attempts = node.logged("commit_failed");
    expect(attempts).toBeLessThan(10);
    await Promise.all(work);
  });

  it("answers a duplicate with what is stored", async () => {
    const world = new World();
    const node = await world.start();
    await node.ask("a", add(1));
    const id = world.partitionOf("a");
    const [fence] = await world.store.epochs([id]);
    if (fence === undefined) throw new Error("no such partition");
    const first = { reason: "was_decided_elsewhere", version: 1 };
    await world.store.commit({
      ...NOTHING_WRITTEN,
      fences: [fence],
      outcomes: [{
        address: addressOf("a"),
        commandId: "tests:k",
        fingerprint: "",
        outcomeJson: JSON.stringify({ ok: false, is: first }),
      }],
    });
    const [other, duplicate] = await Promise.all([
      node.ask("a", add(2)),
      node.ask("a", add(4), { key: "k", fresh: true }),
    ]);
    expect(other).toMatchObject({ ok: true, replayed: false });
    expect(duplicate).toEqual({ ok: false, ...first, replayed: true });
    expect(await node.read("a")).toMatchObject({ total: 3 });
    expect(await world.store.deadLetters({ limit: 1 })).toEqual([]);
  });

  it("skips a letter whose row is gone", async () => {
    const world = new World();
    const node = await world.start();
    await node.ask("a", hearLater("never", { at: world.now + 1000 }));
    const [letter] = await world.letters();
    const [fence] = await world.store.epochs([world.partitionOf("a")]);
    if (letter === undefined || fence === undefined) throw new Error("no letter");
    await world.store.commit({ ...NOTHING_WRITTEN, fences: [fence], consumed: [letter.id] });
    await world.advance(2000);
    expect(await node.ask("a", add(1))).toMatchObject({ ok: true, version: 1 });
    expect(await node.read("a")).toMatchObject({ words: [] });
    expect(await world.store.deadLetters({ limit: 1 })).toEqual([]);
    expect(node.depth).toBe(0);
  });

  for (const failure of ["retryable", "unknown", "fenced"] as const) {
    it(`buries its culprit even when the burial fails: ${failure}`, async () => {
      const world = new World();
      const [b = ""] = world.strangers("a", 1);
      const node = await world.start();
      await node.ask("z", name("taken"));
      const release = world.store.hold("commit");
      const asked = node.ask("a", pass(b, name("taken")));
      await world.advance(0);
      release();
      await asked;
      world.store.failNextCommit("constraint");
      world.store.failNextCommit(failure, { partitions: failure === "fenced" ? [world.partitionOf(b)] : [] });
      await world.advance(20_000);
      expect(await world.letters()).toEqual([]);
      expect(await world.store.deadLetters({ limit: 5 })).toMatchObject([{ address: addressOf(b) }]);
      expect(node.depth).toBe(0);
    });
  }
});
