import { describe, it } from "@std/testing/bdd";
import { expect } from "@std/expect";
import { Nodes } from "../cluster/nodes.ts";
import { dyingAfterCommit } from "./node.ts";
import { add, addressOf, explode, hearLater, tell } from "./tally_kind.ts";
import { World } from "./world.ts";

const SECOND = 1000;
const MINUTE = 60_000;
/** How long it may take until the clock is right. */
const SWEEP = 5 * SECOND;

describe("a node whose clock is behind the database's", () => {
  it("delivers at once what another has written", async () => {
    const world = new World();
    const [b = ""] = world.strangers("a", 1);
    const former = await world.start({ onCall: dyingAfterCommit });
    former.ask("a", tell(b, "hello"));
    await world.advance(SECOND);
    await world.start({ clockBehindMs: 30 * MINUTE });
    await world.advance(SECOND);
    expect(await world.timesNoted(b, "hello")).toBe(1);
  });
});

describe("a node whose machine has slept", () => {
  it("delivers at once what another writes, and serves what it had", async () => {
    const nodes = await Nodes.start(2);
    const { world } = nodes;
    const owner = nodes.ownerOf("a");
    const b = world.strangers("a", 20).find((id) => nodes.ownerOf(id) !== owner) ?? "";
    const sleeper = nodes.ownerOf(b);
    sleeper.sleep(10 * MINUTE);
    await world.advance(10 * MINUTE);
    await nodes.settle();
    expect(nodes.ownerOf(b)).toBe(sleeper);
    await nodes.ask(owner, "a", tell(b, "hello"));
    await world.advance(10);
    expect(await world.timesNoted(b, "hello")).toBe(1);
  });

  it("has the right time again, and delivers what has come due meanwhile", async () => {
    const world = new World();
    const node = await world.start();
    await node.ask("a", hearLater("soon", { at: world.now + 50 * SECOND }));
    await node.ask("a", hearLater("later", { at: world.now + 5 * MINUTE, key: "later" }));
    node.sleep(10 * MINUTE);
    await world.advance(10 * MINUTE + SWEEP);
    expect(await node.read("a")).toMatchObject({ words: ["soon", "later"] });
    await node.ask("a", add(1));
    expect((await world.eventsOf(addressOf("a"))).at(-1)).toMatchObject({ type: "added", occurredAt: world.now });
  });

  it("delivers a dead letter that is tried again", async () => {
    const world = new World();
    const node = await world.start();
    const died = node.ask("a", explode(world.now + MINUTE)).catch(() => {});
    await world.until(died);
    node.sleep(10 * MINUTE);
    await world.advance(10 * MINUTE + SWEEP);
    const [dead] = await world.store.deadLetters({ limit: 1 });
    await world.store.takeDeadLetter(dead?.id ?? "", "retry");
    expect(await world.letters()).toHaveLength(1);
    await world.advance(SWEEP);
    expect(await world.letters()).toEqual([]);
  });
});

describe("a node whose clock is ahead of the database's", () => {
  it("does not go back", async () => {
    const world = new World();
    const node = await world.start({ clockBehindMs: -MINUTE });
    await node.ask("a", add(1));
    await world.advance(SWEEP);
    await node.ask("a", add(1));
    const [first, second] = await world.eventsOf(addressOf("a"));
    expect((second?.occurredAt ?? 0) - (first?.occurredAt ?? 0)).toBe(SWEEP);
  });
});
