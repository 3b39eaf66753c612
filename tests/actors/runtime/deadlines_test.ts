import { describe, it } from "@std/testing/bdd";
import { expect } from "@std/expect";
import { add, addressOf, hearLater, neverMind } from "./tally_kind.ts";
import { World } from "./world.ts";

const MINUTE = 60_000;

describe("a deadline (ACT-8)", () => {
  it("fires once, when its time has come and not before", async () => {
    const world = new World();
    const node = await world.start();
    const at = world.now + 10_000;
    await node.ask("a", hearLater("now", { at }));
    await world.advance(9999);
    expect(await node.read("a")).toMatchObject({ words: [] });
    await world.advance(1);
    expect(await node.read("a")).toMatchObject({ words: ["now"] });
    await world.advance(10 * MINUTE);
    expect(await world.timesNoted("a", "now")).toBe(1);
    expect((await world.eventsOf(addressOf("a")))[0]).toMatchObject({ occurredAt: at });
    expect(await world.letters()).toEqual([]);
  });

  it("of 15 minutes fires once when the process dies at 5 and starts again at 20", async () => {
    const world = new World();
    const former = await world.start();
    await former.ask("a", hearLater("at last", { at: world.now + 15 * MINUTE }));
    await world.advance(5 * MINUTE);
    former.crash();
    await world.advance(15 * MINUTE);
    const node = await world.start();
    await world.advance(0);
    expect(await node.read("a")).toMatchObject({ words: ["at last"] });
    await world.advance(30 * MINUTE);
    expect(await world.timesNoted("a", "at last")).toBe(1);
  });

  it("of a month fires at its time", async () => {
    const world = new World();
    const node = await world.start({ limits: { letterSweepMs: 30_000 } });
    const at = world.now + 24 * 60 * MINUTE;
    await node.ask("a", hearLater("at last", { at }));
    expect(node.actors.gauges().letters).toBe(0);
    await world.advance(24 * 60 * MINUTE);
    expect((await world.eventsOf(addressOf("a")))[0]).toMatchObject({ occurredAt: at });
  });

  it("of the past fires at once", async () => {
    const world = new World();
    const node = await world.start();
    await node.ask("a", hearLater("late", { at: world.now - 1000 }));
    await world.advance(0);
    expect(await node.read("a")).toMatchObject({ words: ["late"] });
  });

  it("is replaced under its key", async () => {
    const world = new World();
    const node = await world.start();
    await node.ask("a", hearLater("early", { at: world.now + 1000 }));
    await node.ask("a", hearLater("late", { at: world.now + 5000 }));
    await node.ask("a", hearLater("other", { at: world.now + 2000, key: "other" }));
    await world.advance(MINUTE);
    expect(await node.read("a")).toMatchObject({ words: ["other", "late"] });
  });

  it("is replaced by an earlier one, and beyond the horizon", async () => {
    const world = new World();
    const node = await world.start();
    await node.ask("a", hearLater("late", { at: world.now + 30 * MINUTE }));
    await node.ask("a", hearLater("early", { at: world.now + 1000 }));
    await node.ask("b", hearLater("early", { at: world.now + 1000 }));
    await node.ask("b", hearLater("late", { at: world.now + 30 * MINUTE }));
    await world.advance(60 * MINUTE);
    expect(await node.read("a")).toMatchObject({ words: ["early"] });
    expect(await node.read("b")).toMatchObject({ words: ["late"] });
  });

  it("is cancelled, once and again", async () => {
    const world = new World();
    const node = await world.start();
    await node.ask("a", hearLater("never", { at: world.now + 1000 }));
    await node.ask("a", neverMind());
    await node.ask("a", neverMind());
    await node.ask("b", hearLater("never", { at: world.now + 30 * MINUTE }));
    await node.ask("b", neverMind());
    expect(await world.letters()).toEqual([]);
    await world.advance(60 * MINUTE);
    expect(await node.read("a")).toMatchObject({ words: [] });
    expect(await node.read("b")).toMatchObject({ words: [] });
    expect(node.logged("commit_failed")).toBe(0);
  });

  it("is dropped when it lies in the mailbox as a unit replaces or cancels it", async () => {
    for (const change of [neverMind(), hearLater("later", { at: Date.UTC(2030, 0, 1, 0, 10) })]) {
      for (const batch of [1, 256]) {
        const world = new World();
        const node = await world.start({ limits: { batch } });
        await node.ask("a", hearLater("never", { at: world.now + 1000 }));
        const release = world.store.hold("commit");
        const first = node.ask("b", add(1));
        await world.advance(500);
        const changing = node.ask("a", change);
        await world.advance(1000);
        release();
        await Promise.all([first, changing]);
        await world.advance(0);
        expect(await node.read("a")).toMatchObject({ words: [] });
        expect(node.depth).toBe(0);
        expect(node.logged("commit_failed")).toBe(0);
        await world.advance(11 * MINUTE);
        expect(await node.read("a")).toMatchObject({ words: change.type === "never_mind" ? [] : ["later"] });
      }
    }
  });

  it("fires before a unit that comes after it and cancels it", async () => {
    const world = new World();
    const node = await world.start();
    await node.ask("a", hearLater("fired", { at: world.now + 1000 }));
    const release = world.store.hold("commit");
    const first = node.ask("b", add(1));
    await world.advance(2000);
    const cancelling = node.ask("a", neverMind());
    await world.advance(0);
    release();
    await Promise.all([first, cancelling]);
    expect(await node.read("a")).toMatchObject({ words: ["fired"] });
  });

  it("is not lost when a sweep brings the one that it replaced, read before", async () => {
    const world = new World();
    const former = await world.start();
    await former.ask("a", hearLater("replaced", { at: world.now + 2 * MINUTE }));
    former.crash();
    let gate = Promise.resolve();
    const node = await world.start({
      wire: ({ verb, moment }) => verb === "letters" && moment === "after" ? gate : undefined,
    });
    await world.advance(62_000);
    const { promise, resolve } = Promise.withResolvers<void>();
    gate = promise;
    await world.advance(4000);
    await node.ask("a", hearLater("in time", { at: world.now + 20_000 }));
    resolve();
    await world.advance(10 * MINUTE);
    expect(await node.read("a")).toMatchObject({ words: ["in time"] });
  });

  it("is armed again by the unit that it starts", async () => {
    const world = new World();
    const node = await world.start();
    await node.ask("a", hearLater("one", { at: world.now + 1000 }));
    await world.advance(1000);
    await node.ask("a", hearLater("two", { at: world.now + 1000 }));
    await world.advance(1000);
    expect(await node.read("a")).toMatchObject({ words: ["one", "two"] });
  });

  it("is one of many under their own keys, none of which is held while it is far off", async () => {
    const world = new World();
    const node = await world.start();
    for (let n = 0; n < 50; n++) {
      await node.ask("a", hearLater("far", { at: world.now + 30 * MINUTE, key: `key ${n}` }));
    }
    expect(node.actors.gauges().letters).toBe(0);
    await world.advance(31 * MINUTE);
    expect((await world.eventsOf(addressOf("a"))).length).toBe(50);
  });
});
