import { describe, it } from "@std/testing/bdd";
import { expect } from "@std/expect";
import type { Kind } from "../../../actors/runtime/kind.ts";
import { Reader } from "../runtime/reader.ts";
import {
  add,
  addressOf,
  heard,
  type Tally,
  type TallyCommand,
  type TallyEvent,
  tallyKind,
  tell,
} from "../runtime/tally_kind.ts";
import { Nodes } from "./nodes.ts";

/** A tally that says everything at length, in letters of three bytes each. */
function wordy(chars: number): Kind<Tally, TallyCommand, TallyEvent> {
  const words = "語".repeat(chars);
  return { ...tallyKind, frame: (event) => event.type === "added" ? { amount: event.amount, words } : undefined };
}

/** All in one commit. */
async function addTimes(nodes: Nodes, count: number): Promise<void> {
  const owner = nodes.ownerOf("a");
  await nodes.ask(owner, "a", add(0));
  await nodes.world.until(Promise.all(Array.from({ length: count }, () => owner.ask("a", add(1)))));
  await nodes.world.advance(10);
}

describe("what nodes send each other", () => {
  it("is split by what it weighs, so that no message is too large to be sent", async () => {
    const nodes = await Nodes.start(3, { node: { kinds: [wordy(4000)] } });
    const reader = await nodes.listen(nodes.strangerTo("a"), "a");
    await addTimes(nodes, 60);
    expect(reader).toMatchObject({ total: 60, version: 61, breaches: [], closed: undefined });
    expect(reader.openings).toHaveLength(1);
  });

  it("leaves out a frame that is too large for any message: its readers begin anew", async () => {
    const nodes = await Nodes.start(3, { node: { kinds: [wordy(200_000)] } });
    const [owner, edge] = [nodes.ownerOf("a"), nodes.strangerTo("a")];
    const reader = await nodes.listen(edge, "a");
    await addTimes(nodes, 1);
    await nodes.world.advance(10_000);
    expect(owner.logged("frame_too_large")).toBeGreaterThan(0);
    expect(reader.closed).toBe("moved");
    await nodes.listen(edge, "a", reader);
    expect(reader).toMatchObject({ total: 1, breaches: [], lastOutcome: "snapshot" });
  });

  it("is as many letters as fit into a message; what is too large for any is swept up", async () => {
    const nodes = await Nodes.start(3, { node: { limits: { letterSweepMs: 20_000 } } });
    const { world } = nodes;
    const other = world.strangers("a", 20).find((id) => nodes.ownerOf(id) !== nodes.ownerOf("a")) ?? "";
    const words = Array.from({ length: 60 }, (_, n) => `${n} ${"語".repeat(n === 0 ? 200_000 : 4000)}`);
    const asked = words.map((word) => nodes.ownerOf("a").ask("a", tell(other, word)));
    await world.until(Promise.all(asked));
    await world.advance(100);
    const noted = await Promise.all(words.map((word) => world.timesNoted(other, word)));
    expect(noted).toEqual(words.map((_, n) => n === 0 ? 0 : 1));
    await world.advance(20_000);
    expect(await world.timesNoted(other, words[0] ?? "")).toBe(1);
  });

  it("is no answer that is too large for any message: who asks is told so at once, though it was done", async () => {
    const kind = { ...tallyKind, view: ({ total }: Tally) => ({ total, more: "x".repeat(9_000_000) }) };
    const nodes = await Nodes.start(2, { node: { kinds: [kind] } });
    const { world } = nodes;
    const edge = nodes.strangerTo("a");
    const before = world.now;
    for (let times = 0; times < 2; times++) {
      await expect(nodes.ask(edge, "a", add(1), "key")).rejects.toMatchObject({ code: "too_large" });
    }
    await expect(world.until(edge.read("a"))).rejects.toMatchObject({ code: "too_large" });
    expect(world.now - before).toBeLessThan(50);
    expect(await world.eventsOf(addressOf("a"))).toHaveLength(1);
  });

  it("is an opening that has room for more than one only when they are small", async () => {
    const kind = { ...tallyKind, feedState: (tally: Tally) => ({ ...tally, more: "語".repeat(40_000) }) };
    const nodes = await Nodes.start(3, { node: { kinds: [kind] } });
    const edge = nodes.strangerTo("a");
    await nodes.ask(edge, "a", heard("x"));
    const readers = Array.from({ length: 5 }, () => new Reader());
    await nodes.world.until(Promise.all(readers.map((reader) => edge.listen("a", reader))));
    for (const { lastOutcome } of readers) expect(lastOutcome).toBe("snapshot");
  });
});
