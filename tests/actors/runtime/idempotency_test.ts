import { describe, it } from "@std/testing/bdd";
import { expect } from "@std/expect";
import { viewOf } from "./node.ts";
import { add, doNothing } from "./tally_kind.ts";
import { World } from "./world.ts";

const REUSED = { ok: false, reason: "idempotency_key_reused", version: 0, replayed: false };

describe("a repeated command (ACT-5)", () => {
  it("gets the first answer, and changes nothing", async () => {
    const node = await new World().start();
    const first = await node.ask("a", add(2), { key: "k" });
    await node.ask("a", add(3));
    expect(await node.ask("a", add(2), { key: "k" })).toEqual({ ...first, replayed: true });
    expect(await node.read("a")).toMatchObject({ total: 5 });
  });

  it("is refused with another body", async () => {
    const node = await new World().start();
    await node.ask("a", add(2), { key: "k" });
    expect(await node.ask("a", add(3), { key: "k" })).toEqual(REUSED);
  });

  it("is told by the caller's words where there are some", async () => {
    const node = await new World().start();
    const first = await node.ask("a", add(2), { key: "k", intent: "two, please" });
    expect(await node.ask("a", add(3), { key: "k", intent: "two, please" })).toEqual({ ...first, replayed: true });
    expect(await node.ask("a", add(2), { key: "k", intent: "three, please" })).toEqual(REUSED);
  });

  it("is another command at another actor", async () => {
    const node = await new World().start();
    await node.ask("a", add(2), { key: "k" });
    expect(await node.ask("b", add(3), { key: "k" })).toMatchObject({ ok: true, replayed: false });
  });

  it("is asked for alone when it could not be decided any more: the answer or none, and nothing is done", async () => {
    const world = new World();
    const node = await world.start();
    await node.ask("a", add(1), { key: "k", intent: "one" });
    const once = { key: "k", intent: "one", repeatOnly: true } as const;
    const decided = { ok: true, version: 1, replayed: true };
    const undecided = { ok: false, reason: "not_decided" };
    expect(await node.ask("a", add(1), once)).toMatchObject(decided);
    expect(await node.ask("a", add(1), { ...once, intent: "two" })).toEqual(REUSED);
    expect(await node.ask("a", add(1), { ...once, key: "unheard of" })).toMatchObject(undecided);
    node.crash();
    const next = await world.start();
    expect(await next.ask("a", add(1), once)).toMatchObject(decided);
    expect(await next.ask("b", add(1), once)).toMatchObject(undecided);
    expect(await next.read("a")).toMatchObject({ total: 1, version: 1 });
  });

  it("has one effect when fifty twins come at once", async () => {
    const node = await new World().start();
    const twins = await Promise.all(Array.from({ length: 50 }, () => node.ask("a", add(2), { key: "k" })));
    expect(twins.filter(({ replayed }) => !replayed).length).toBe(1);
    expect(new Set(twins.map((twin) => viewOf(twin).total))).toEqual(new Set([2]));
    expect(await node.read("a")).toMatchObject({ total: 2, turns: 1 });
    expect(node.counts.committed).toBe(1);
    expect(node.logged("commit_failed")).toBe(0);
  });

  it("has one effect when a twin with another body comes in the same batch", async () => {
    const node = await new World().start();
    const [first, second] = await Promise.all([add(2), add(3)].map((command) => node.ask("a", command, { key: "k" })));
    expect(first).toMatchObject({ ok: true, replayed: false });
    expect(second).toEqual(REUSED);
  });

  it("is known past the actor's memory", async () => {
    const node = await new World().start({ limits: { commandIdsPerActor: 2 } });
    const first = await node.ask("a", add(1), { key: "first" });
    for (let n = 0; n < 10; n++) await node.ask("a", add(1));
    expect(await node.ask("a", add(1), { key: "first" })).toEqual({ ...first, replayed: true });
    expect(await node.ask("a", add(2), { key: "first" })).toEqual(REUSED);
    expect(await node.read("a")).toMatchObject({ total: 11 });
  });

  it("is known when its twin is decided while SQL is asked about it", async () => {
    const node = await new World().start({ limits: { commandIdsPerActor: 2 } });
    for (let n = 0; n < 4; n++) await node.ask("a", add(1));
    const [one, other, again] = await Promise.all([
      node.ask("a", add(1), { key: "k", fresh: true }),
      node.ask("a", add(1)),
      node.ask("a", add(1), { key: "k", fresh: false, intent: "not the body of the fresh one" }),
    ]);
    expect(one).toMatchObject({ ok: true, replayed: false });
    expect(other).toMatchObject({ ok: true, replayed: false });
    expect(again).toEqual(REUSED);
    expect(await node.read("a")).toMatchObject({ total: 6 });
    expect(node.logged("commit_failed")).toBe(0);
  });

  it("is known when SQL was asked about both before either was decided", async () => {
    const node = await new World().start({ limits: { commandIdsPerActor: 4, batch: 1 } });
    for (let n = 0; n < 6; n++) await node.ask("a", add(1));
    const [one, other, again] = await Promise.all(["k", "l", "k"].map((key) => node.ask("a", add(1), { key })));
    expect(other).toMatchObject({ ok: true, version: 8, replayed: false });
    expect(again).toEqual({ ...one, replayed: true });
    expect(node.logged("commit_failed")).toBe(0);
  });

  it("is decided anew when its outcome is past the window", async () => {
    const world = new World();
    const node = await world.start();
    await node.ask("a", add(1), { key: "k" });
    await world.advance(1);
    await world.store.forgetOutcomes({ before: world.now, limit: 10 });
    expect(await node.ask("a", add(1), { key: "k" })).toMatchObject({ ok: true, version: 2, replayed: false });
  });

  it("is known after a crash, and after a proper end", async () => {
    const world = new World();
    const first = await (await world.start()).ask("a", add(2), { key: "k" });
    const second = await world.start();
    expect(await second.ask("a", add(2), { key: "k" })).toEqual({ ...first, replayed: true });
    await second.close();
    expect(await (await world.start()).ask("a", add(2), { key: "k" })).toEqual({ ...first, replayed: true });
  });

  it("gets the refusal that it got", async () => {
    const node = await new World().start();
    const refused = await node.ask("a", add(-1), { key: "k" });
    expect(refused).toEqual({
      ok: false,
      reason: "would_be_negative",
      details: { total: 0 },
      version: 0,
      replayed: false,
    });
    await node.ask("a", add(5));
    expect(await node.ask("a", add(-1), { key: "k" })).toEqual({ ...refused, replayed: true });
    expect(await node.ask("a", add(-1))).toMatchObject({ ok: true });
  });

  it("leaves no row when its id was made for the call and nothing came of it", async () => {
    const world = new World();
    const node = await world.start();
    await node.ask("a", doNothing, { key: "nothing", fresh: true });
    await node.ask("a", add(-1), { key: "refused", fresh: true });
    await node.ask("a", doNothing, { key: "kept" });
    const keys = ["nothing", "refused", "kept"].map((key) => ({
      address: "tally/a" as const,
      commandId: `tests:${key}`,
    }));
    expect((await world.store.outcomes(keys)).map(({ commandId }) => commandId)).toEqual(["tests:kept"]);
  });
});

describe("an expected version", () => {
  it("lets the command through when the actor stands there", async () => {
    const node = await new World().start();
    await node.ask("a", add(1));
    expect(await node.ask("a", add(1), { expectedVersion: 1 })).toMatchObject({ ok: true, version: 2 });
  });

  it("refuses it when the actor stands elsewhere, in the same batch too", async () => {
    const node = await new World().start();
    const [first, second] = await Promise.all(
      [0, 0].map((expectedVersion) => node.ask("a", add(1), { expectedVersion })),
    );
    expect(first).toMatchObject({ ok: true, version: 1 });
    expect(second).toMatchObject({ ok: false, reason: "version_mismatch", details: { expected: 0, actual: 1 } });
  });

  it("does not hold against a repeat", async () => {
    const node = await new World().start();
    const first = await node.ask("a", add(1), { expectedVersion: 0, key: "k" });
    expect(await node.ask("a", add(1), { expectedVersion: 0, key: "k" })).toEqual({ ...first, replayed: true });
  });
});
