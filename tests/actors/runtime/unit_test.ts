import { describe, it } from "@std/testing/bdd";
import { expect } from "@std/expect";
import { viewOf } from "./node.ts";
import {
  add,
  addAndTell,
  addressOf,
  explode,
  heard,
  mirroredInto,
  name,
  pass,
  TALLY_LIMIT,
  type TallyCommand,
  tallyKind,
  tell,
} from "./tally_kind.ts";
import { World } from "./world.ts";

/** Each has the next do it, the last one does `last`. */
function chain(ids: readonly string[], last: TallyCommand): TallyCommand {
  return ids.reduceRight((inner, id) => pass(id, inner), last);
}

describe("a unit", () => {
  it("is one commit, and no letter, among neighbours", async () => {
    const world = new World();
    const [a = "", b = ""] = world.neighbours("a", 2);
    const node = await world.start();
    await node.ask(a, addAndTell(5, b));
    expect(await node.read(b)).toMatchObject({ total: 5 });
    expect(node.counts.committed).toBe(1);
    expect(await world.letters()).toEqual([]);
  });

  it("vanishes when a turn that it causes refuses, and the refusal is remembered", async () => {
    const world = new World();
    const [a = "", b = ""] = world.neighbours("a", 2);
    const node = await world.start();
    await node.ask(b, add(TALLY_LIMIT));
    const refused = await node.ask(a, addAndTell(5, b), { key: "k" });
    expect(refused).toEqual({ ok: false, reason: "too_much", version: 0, replayed: false });
    expect(await node.read(a)).toMatchObject({ total: 0, version: 0 });
    expect(await world.eventsOf(addressOf(a))).toEqual([]);
    await node.ask(b, add(-5));
    expect(await node.ask(a, addAndTell(5, b), { key: "k" })).toEqual({ ...refused, replayed: true });
  });

  it("vanishes alone when a turn that it causes throws", async () => {
    const world = new World();
    const [a = "", b = ""] = world.neighbours("a", 2);
    const node = await world.start();
    const [, failed] = await Promise.allSettled([
      node.ask(a, add(1)),
      world.until(node.ask(a, { type: "pass", to: b, command: explode(), word: "doomed" })),
      node.ask(a, add(1)),
    ]);
    expect(failed).toMatchObject({ status: "rejected", reason: { code: "message_failed" } });
    expect(await node.read(a)).toMatchObject({ total: 2, version: 2, words: [] });
  });

  it("may be sixteen turns deep and no deeper", async () => {
    const world = new World();
    const [root = "", ...others] = world.neighbours("a", 18);
    const node = await world.start();
    await node.ask(root, chain(others.slice(0, 16), add(1)));
    expect(await node.read(others[15] ?? "")).toMatchObject({ total: 1 });

    const tooDeep = world.until(node.ask(root, chain(others, add(1))));
    await expect(tooDeep).rejects.toMatchObject({ code: "message_failed" });
    expect(await node.read(others[16] ?? "")).toMatchObject({ total: 0 });
  });

  it("runs again once the actors that it reaches are in", async () => {
    const world = new World();
    const [root = "", ...others] = world.neighbours("a", 5);
    const former = await world.start();
    await Promise.all([root, ...others].map((id) => former.ask(id, add(10))));
    await former.close();

    const node = await world.start({ wireMs: 3 });
    await world.until(node.ask(root, chain(others, heard("once"))));
    expect(await world.timesNoted(others[3] ?? "", "once")).toBe(1);
    expect(await world.until(node.read(others[3] ?? ""))).toMatchObject({ total: 10, version: 2 });
  });

  it("that waits for others holds back its own actor's mail alone", async () => {
    const world = new World();
    const [a = "", b = "", c = ""] = world.neighbours("a", 3);
    const node = await world.start();
    await Promise.all([node.ask(a, add(1)), node.ask(c, add(1))]);
    const release = world.store.hold("load");
    const waiting = Promise.all([node.ask(a, addAndTell(1, b)), node.ask(a, add(1))]);
    await node.ask(c, add(1));
    expect(node.depth).toBe(2);
    release();
    expect((await waiting).map((answer) => viewOf(answer).total)).toEqual([2, 3]);
  });

  it("reaches an actor whose own mail waits, also when that reaches back", async () => {
    const world = new World({ partitions: 1 });
    let gate: Promise<void> | undefined;
    const node = await world.start({
      limits: { commandIdsPerActor: 1 },
      wire: ({ verb, moment }) => verb === "outcomes" && moment === "after" ? gate : undefined,
    });
    for (let n = 0; n < 3; n++) await Promise.all(["a", "b"].map((id) => node.ask(id, add(1))));
    const { promise, resolve } = Promise.withResolvers<void>();
    gate = promise;
    const fromB = node.ask("b", addAndTell(10, "a"));
    await world.advance(0);
    gate = undefined;
    expect(viewOf(await node.ask("a", addAndTell(100, "b")))).toMatchObject({ total: 103 });
    resolve();
    expect(viewOf(await fromB)).toMatchObject({ total: 113 });
    expect(await node.read("a")).toMatchObject({ total: 113 });
  });

  it("answers from another actor when it says so", async () => {
    const world = new World();
    const [a = "", b = ""] = world.neighbours("a", 2);
    const former = await world.start();
    await former.ask(b, add(7));
    await former.close();
    const node = await world.start();
    const answer = await node.ask(a, { type: "reply_from", other: b });
    expect(answer).toMatchObject({ ok: true, outcome: "asked_elsewhere", version: 1 });
    expect(viewOf(answer)).toMatchObject({ id: b, total: 7 });
  });

  it("writes the alias in its commit", async () => {
    const world = new World();
    await (await world.start()).ask("a", name("known-as-a"));
    expect(await world.store.alias("known-as-a")).toBe("tally/a");
  });
});

describe("what an actor tells of its facts", () => {
  it("stands in the other's feed, at the cursor of the answer", async () => {
    const world = new World({ partitions: 1 });
    const node = await world.start({ kinds: [tallyKind, mirroredInto("feed")] });
    await node.ask("feed", add(1));
    await node.ask("feed", add(1));
    const answer = await node.ask("mirrored/a", add(5));
    const { cursor } = await node.read("feed");
    expect(answer).toMatchObject({
      ok: true,
      version: 1,
      cursor,
      ownCursor: node.actors.cursors.make("mirrored/a", 1),
    });
    expect(await node.read("feed")).toMatchObject({ total: 7, version: 3 });
  });

  it("undoes the fact when the other refuses it", async () => {
    const world = new World({ partitions: 1 });
    const node = await world.start({ kinds: [tallyKind, mirroredInto("feed")] });
    await node.ask("feed", add(TALLY_LIMIT));
    expect(await node.ask("mirrored/a", add(5))).toMatchObject({ ok: false, reason: "too_much" });
    expect(await node.read("mirrored/a")).toMatchObject({ total: 0, version: 0 });
  });
});

describe("a message to nobody", () => {
  it("fails the unit that sends it, among neighbours and far away", async () => {
    for (const partitions of [1, 64]) {
      const world = new World({ partitions });
      const node = await world.start();
      const failed = world.until(node.ask("a", tell(" nobody has such an id", "hello")));
      await expect(failed).rejects.toMatchObject({ code: "message_failed" });
      expect(await world.letters()).toEqual([]);
      expect(await node.read("a")).toMatchObject({ version: 0 });
    }
  });
});
