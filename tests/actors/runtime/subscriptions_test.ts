import { describe, it } from "@std/testing/bdd";
import { expect } from "@std/expect";
import { Cursors } from "../../../actors/runtime/cursor.ts";
import { Reader } from "./reader.ts";
import { add, addressOf, heard } from "./tally_kind.ts";
import { World } from "./world.ts";

describe("a subscription begins (RT-4)", () => {
  it("with a snapshot when it has no cursor", async () => {
    const node = await new World().start();
    await node.ask("a", add(5));
    for (const after of [undefined, ""]) {
      const opening = await node.actors.changes(node.feed("a", after));
      expect(opening).toEqual({
        outcome: "snapshot",
        cursor: node.actors.cursors.make(addressOf("a"), 1),
        stateJson: `{"total":5,"words":[]}`,
      });
    }
  });

  it("with what was missed when its cursor is good", async () => {
    const world = new World();
    const node = await world.start();
    await node.ask("a", add(1), { key: "one" });
    const after = node.actors.cursors.make(addressOf("a"), 1);
    await node.ask("a", heard("a word"), { key: "two" });
    await node.ask("a", add(3), { key: "three" });
    const opening = await world.until(node.actors.changes(node.feed("a", after)));
    const [two, three] = [2, 3].map((version) => node.actors.cursors.make(addressOf("a"), version));
    expect(opening).toEqual({
      outcome: "resumed",
      cursor: three,
      frames: [
        { cursor: two, version: 2 },
        { cursor: three, version: 3, dataJson: `{"amount":3,"commandId":"three"}` },
      ],
    });
  });

  it("with nothing when nothing was missed, also before the first event", async () => {
    const world = new World();
    const node = await world.start();
    for (const version of [0, 1]) {
      const after = node.actors.cursors.make(addressOf("a"), version);
      const opening = await node.actors.changes(node.feed("a", after));
      expect(opening).toEqual({ outcome: "resumed", cursor: after, frames: [] });
      await node.ask("a", add(1));
    }
  });

  it("with a reset when its cursor is garbage, foreign, from another database or from the future", async () => {
    const world = new World();
    const node = await world.start();
    await node.ask("a", add(5));
    const { cursors } = node.actors;
    const good = cursors.make(addressOf("a"), 1);
    const tag = good.slice(2);
    const otherDatabase = new Cursors({ ...world.store.identity, incarnation: "restored" });
    const bad = {
      cursor_invalid: [
        "garbage",
        "1",
        ".",
        tag,
        `1.${tag}x`,
        `01.${tag}`,
        `-1.${tag}`,
        `1e3.${tag}`,
        `${"9".repeat(16)}.${tag}`,
        `1.${tag.toUpperCase()}`,
        ` ${good}`,
        `${good}\n`,
      ],
      cursor_foreign: [
        cursors.make(addressOf("b"), 1),
        cursors.make(addressOf("b"), 0),
        otherDatabase.make(addressOf("a"), 1),
        "1.aaaaaaaa",
      ],
      cursor_ahead: [cursors.make(addressOf("a"), 2), cursors.make(addressOf("a"), 999_999_999_999_999)],
    };
    for (const [reason, list] of Object.entries(bad)) {
      for (const after of list) {
        const opening = await node.actors.changes(node.feed("a", after));
        expect([after, opening]).toEqual([
          after,
          { outcome: "reset", reason, cursor: good, stateJson: `{"total":5,"words":[]}` },
        ]);
      }
    }
  });

  it("with a snapshot when it is too many events or too many bytes behind", async () => {
    const world = new World();
    const node = await world.start({ limits: { resumeEvents: 10, resumeBytes: 300 } });
    const after = node.actors.cursors.make(addressOf("a"), 0);
    const outcomes: string[] = [];
    for (let version = 1; version <= 11; version++) {
      await node.ask("a", heard("no bytes"));
      outcomes.push((await world.until(node.actors.changes(node.feed("a", after)))).outcome);
    }
    expect(outcomes).toEqual([...Array.from({ length: 10 }, () => "resumed"), "snapshot"]);

    const behind = node.actors.cursors.make(addressOf("b"), 0);
    for (let version = 1; version <= 9; version++) await node.ask("b", add(1));
    const opening = await world.until(node.actors.changes(node.feed("b", behind)));
    expect(opening).toMatchObject({ outcome: "snapshot", stateJson: `{"total":9,"words":[]}` });
  });

  it("by nothing at all for whoever may not read it", async () => {
    const node = await new World().start();
    await node.ask("a", add(1));
    const reader = new Reader();
    await expect(node.listen("a", reader, { as: "somebody" })).rejects.toMatchObject({ code: "not_readable" });
    await node.ask("a", add(1));
    expect(reader.openings).toEqual([]);
    expect(node.actors.gauges().outlets).toBe(0);
  });

  it("after an hour of silence where it left off, twice in a row (RT-6)", async () => {
    const world = new World();
    const node = await world.start();
    const reader = new Reader();
    await node.ask("a", add(1));
    for (let hour = 0; hour < 3; hour++) {
      const disconnect = await node.listen("a", reader);
      await world.advance(3_600_000);
      disconnect();
      reader.disconnect();
    }
    expect(reader.openings.map(({ outcome }) => outcome)).toEqual(["snapshot", "resumed", "resumed"]);
    expect(reader.breaches).toEqual([]);
  });
});
