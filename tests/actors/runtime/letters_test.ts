import { describe, it } from "@std/testing/bdd";
import { expect } from "@std/expect";
import { dyingAfterCommit } from "./node.ts";
import { add, addAndTell, addressOf, explode, hearLater, pass, TALLY_LIMIT, tell } from "./tally_kind.ts";
import { World } from "./world.ts";

describe("a letter to another partition (ACT-3)", () => {
  it("has its effect there, and its row is gone", async () => {
    const world = new World();
    const [b = ""] = world.strangers("a", 1);
    const node = await world.start();
    await node.ask("a", addAndTell(5, b));
    await world.advance(0);
    expect(await node.read(b)).toMatchObject({ total: 5 });
    expect(await world.letters()).toEqual([]);
    expect(node.actors.gauges().letters).toBe(0);
  });

  it("carries the correlation id, and its own id as the command's", async () => {
    const world = new World();
    const [b = ""] = world.strangers("a", 1);
    const node = await world.start();
    await node.ask("a", addAndTell(5, b), { key: "k" });
    await world.advance(0);
    const [event] = await world.eventsOf(addressOf(b));
    expect(event).toMatchObject({ correlationId: "correlated", commandId: expect.stringMatching(/^:ltr_/) });
  });

  it("survives a crash before it is delivered, and is delivered once", async () => {
    const world = new World();
    const [b = ""] = world.strangers("a", 1);
    const former = await world.start({ onCall: dyingAfterCommit });
    former.ask("a", tell(b, "hello"));
    await world.advance(1000);
    expect((await world.letters()).length).toBe(1);

    await world.start();
    await world.advance(1000);
    expect(await world.timesNoted(b, "hello")).toBe(1);
    expect(await world.letters()).toEqual([]);
  });

  it("is delivered once across a crash between its delivery's commit and the news of it", async () => {
    const world = new World();
    const [b = ""] = world.strangers("a", 1);
    let commits = 0;
    const former = await world.start({
      onCall: ({ verb, moment }, crash) => {
        if (verb === "commit" && moment === "after" && ++commits === 2) crash();
      },
    });
    former.ask("a", tell(b, "hello"));
    await world.advance(1000);
    expect(commits).toBe(2);
    await world.start();
    await world.advance(10_000);
    expect(await world.timesNoted(b, "hello")).toBe(1);
  });

  it("may be refused there, and is not sent again", async () => {
    const world = new World();
    const [b = ""] = world.strangers("a", 1);
    const node = await world.start();
    await node.ask(b, add(TALLY_LIMIT));
    expect(await node.ask("a", addAndTell(5, b))).toMatchObject({ ok: true });
    await world.advance(10_000);
    expect(await node.read(b)).toMatchObject({ total: TALLY_LIMIT });
    expect(await world.letters()).toEqual([]);
  });

  it("may send another", async () => {
    const world = new World();
    const [b = "", c = ""] = world.strangers("a", 2);
    const node = await world.start();
    await node.ask("a", pass(b, tell(c, "hello")));
    await world.advance(0);
    expect(await world.timesNoted(c, "hello")).toBe(1);
  });

  it("waits while there is no room, and comes when there is", async () => {
    const world = new World();
    const [b = ""] = world.strangers("a", 1);
    const node = await world.start({ limits: { mailboxPerActor: 2 } });
    await Promise.all([node.ask(b, add(1)), node.ask("a", add(1))]);
    const release = world.store.hold("commit");
    node.ask(b, add(1));
    await world.advance(0);
    const filling = [node.ask(b, add(1)), node.ask("a", tell(b, "hello"))];
    await world.advance(0);
    release();
    await Promise.all(filling);
    await world.advance(10_000);
    expect(await world.timesNoted(b, "hello")).toBe(1);
  });

  it("is not brought again by a sweep that read it before it was consumed", async () => {
    const world = new World();
    const [b = ""] = world.strangers("a", 1);
    const [delivery, sweep] = [Promise.withResolvers<void>(), Promise.withResolvers<void>()];
    let isGated = false;
    const node = await world.start({
      wire: ({ verb, moment, batch }) => {
        if (verb === "letters" && moment === "after" && isGated) return sweep.promise;
        return moment === "before" && batch?.consumed.length === 1 ? delivery.promise : undefined;
      },
    });
    await Promise.all([node.ask("a", add(1)), node.ask(b, add(1))]);
    isGated = true;
    await node.ask("a", tell(b, "hello"));
    await world.advance(6000);
    expect((await world.letters()).length).toBe(1);
    delivery.resolve();
    await world.advance(0);
    sweep.resolve();
    await world.advance(10_000);
    expect(await world.timesNoted(b, "hello")).toBe(1);
    expect(node.logged("commit_failed")).toBe(0);
  });

  it("comes soon after a restart, however many there are", async () => {
    const world = new World();
    const [b = ""] = world.strangers("a", 1);
    const former = await world.start({ onCall: dyingAfterCommit });
    for (let n = 0; n < 100; n++) former.ask("a", tell(b, `word ${n}`));
    await world.advance(0);
    expect((await world.letters()).length).toBe(100);
    const node = await world.start({ limits: { lettersPerSweep: 10 } });
    await world.advance(1000);
    expect(await node.read(b)).toMatchObject({ version: 100 });
  });

  it("does not spoil a unit that it meets in one batch", async () => {
    const world = new World();
    const [b = ""] = world.strangers("a", 1);
    const node = await world.start();
    await Promise.all([
      world.until(node.ask("a", pass(b, explode()))),
      ...Array.from({ length: 10 }, () => node.ask(b, add(1))),
    ]);
    await world.advance(10_000);
    expect(await node.read(b)).toMatchObject({ total: 10 });
    expect((await world.store.deadLetters({ limit: 5 })).length).toBe(1);
    expect(node.depth).toBe(0);
  });

  it("is delivered however many more are due than one sweep brings", async () => {
    const world = new World();
    const former = await world.start();
    const ids = Array.from({ length: 150 }, (_, n) => `t${n}`);
    const words = Array.from({ length: 80 }, (_, n) => `word ${n}`);
    const at = world.now + 300_000;
    const arming = ids.flatMap((id) => words.map((word) => former.ask(id, hearLater(word, { at, key: word }))));
    await world.until(Promise.all(arming));
    former.crash();
    await world.advance(300_000);
    expect((await world.letters()).length).toBe(12_000);

    let sweeps = 0;
    const node = await world.start({
      onCall: ({ verb, moment }) => {
        if (verb === "letters" && moment === "before") sweeps++;
      },
    });
    await world.advance(5000);
    expect(await world.letters()).toEqual([]);
    expect(sweeps).toBeGreaterThanOrEqual(3);
    expect(node.depth).toBe(0);
    const events = await Promise.all(ids.map((id) => world.eventsOf(addressOf(id))));
    expect(events.every((heardHere) => new Set(heardHere.map(({ dataJson }) => dataJson)).size === words.length)).toBe(
      true,
    );
    expect(events.every((heardHere) => heardHere.length === words.length)).toBe(true);
  });
});
