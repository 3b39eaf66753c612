import { describe, it } from "@std/testing/bdd";
import { expect } from "@std/expect";
import { Reader } from "./reader.ts";
import { add, addressOf, heard } from "./tally_kind.ts";
import { World } from "./world.ts";

describe("a subscription", () => {
  it("gets every event once, in order, whoever else listens", async () => {
    const node = await new World().start();
    const readers = [new Reader(), new Reader(), new Reader()];
    for (const reader of readers) await node.listen("a", reader);
    await Promise.all(Array.from({ length: 200 }, (_, n) => node.ask("a", n % 3 === 0 ? heard("word") : add(1))));
    for (const reader of readers) expect(reader).toMatchObject({ version: 200, breaches: [] });
    expect(node.counts.pushed).toBe(600);
  });

  it("gets what is committed while its backlog is read after it, in order", async () => {
    const world = new World();
    const node = await world.start();
    const reader = new Reader();
    await node.ask("a", add(1));
    (await node.listen("a", reader))();
    reader.disconnect();
    await node.ask("a", add(2));
    const release = world.store.hold("events");
    const connecting = node.listen("a", reader);
    await world.advance(10);
    await node.ask("a", add(4));
    await node.ask("a", add(8));
    expect(reader.openings.length).toBe(1);
    release();
    await connecting;
    await node.ask("a", add(16));
    expect(reader).toMatchObject({ total: 31, version: 5, breaches: [] });
  });

  it("gets nothing after it was detached, and is not counted", async () => {
    const node = await new World().start();
    const reader = new Reader();
    const disconnect = await node.listen("a", reader);
    expect(node.actors.gauges().outlets).toBe(1);
    disconnect();
    disconnect();
    await node.ask("a", add(1));
    expect(reader.frames).toEqual([]);
    expect(node.actors.gauges().outlets).toBe(0);
  });

  it("survives its actor's passivation, and wakes nobody", async () => {
    const world = new World();
    const node = await world.start({ limits: { residents: 1 } });
    const reader = new Reader();
    await node.ask("a", add(1));
    await node.listen("a", reader);
    for (const id of ["b", "c", "d", "e", "f"]) await node.ask(id, add(1));
    await world.advance(60_000);
    expect(node.actors.gauges().residents).toBeLessThanOrEqual(2);
    await node.ask("a", add(2));
    expect(reader).toMatchObject({ total: 3, version: 2, breaches: [] });
  });

  it("is told that the backlog cannot be read, and leaves nothing behind", async () => {
    const world = new World();
    const node = await world.start();
    const reader = new Reader();
    await node.ask("a", add(1));
    reader.cursor = node.actors.cursors.make(addressOf("a"), 0);
    world.store.failNext("events", "unknown");
    await expect(world.until(node.listen("a", reader))).rejects.toMatchObject({ code: "unavailable" });
    expect(node.actors.gauges().outlets).toBe(0);
    expect(reader.openings).toEqual([]);
  });

  it("that is let go while its backlog is read is told to come again", async () => {
    const world = new World();
    const node = await world.start();
    const reader = new Reader();
    await node.ask("a", add(1));
    reader.cursor = node.actors.cursors.make(addressOf("a"), 0);
    const release = world.store.hold("events");
    const connecting = expect(node.listen("a", reader)).rejects.toMatchObject({ code: "moved" });
    await world.advance(10);
    await world.store.take([world.partitionOf("a")], "thief");
    await Promise.allSettled([node.ask("a", add(1))]);
    release();
    await connecting;
    expect(reader).toMatchObject({ openings: [], breaches: [] });
    expect(node.actors.gauges().outlets).toBe(0);
  });

  it("does not hold more than a backlog's worth while it is read", async () => {
    const world = new World();
    const node = await world.start({ limits: { resumeEvents: 10 } });
    const reader = new Reader();
    await node.ask("a", add(1));
    reader.cursor = node.actors.cursors.make(addressOf("a"), 0);
    const release = world.store.hold("events");
    const connecting = node.listen("a", reader);
    await world.advance(10);
    for (let n = 0; n < 50; n++) await node.ask("a", add(1));
    release();
    await world.until(connecting);
    await node.ask("a", add(1));
    expect(reader.openings.map(({ outcome }) => outcome)).toEqual(["snapshot"]);
    expect(reader).toMatchObject({ total: 52, version: 52, breaches: [] });
    expect(node.actors.gauges().outlets).toBe(1);
  });

  it("of thousands that come back at once costs few queries", async () => {
    const world = new World();
    let queries = 0;
    const node = await world.start({
      onCall: ({ verb, moment }) => {
        if (verb === "events" && moment === "before") queries++;
      },
    });
    await Promise.all(Array.from({ length: 100 }, (_, n) => node.ask(`t${n}`, add(1))));
    const readers = Array.from({ length: 1000 }, (_, n) => {
      const reader = new Reader();
      reader.cursor = node.actors.cursors.make(addressOf(`t${n % 100}`), 0);
      return reader;
    });
    await world.until(Promise.all(readers.map((reader, n) => node.listen(`t${n % 100}`, reader))));
    expect(readers.every(({ total, breaches }) => total === 1 && breaches.length === 0)).toBe(true);
    expect(queries).toBeLessThanOrEqual(4);
  });
});
