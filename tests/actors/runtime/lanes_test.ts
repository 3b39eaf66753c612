import { describe, it } from "@std/testing/bdd";
import { expect } from "@std/expect";
import type { Answer } from "../../../actors/runtime/actors.ts";
import type { Limits } from "../../../actors/runtime/limits.ts";
import type { Address } from "../../../machines/decision.ts";
import type { RunningNode } from "./node.ts";
import type { StoreCall } from "./store_link.ts";
import { add, addressOf } from "./tally_kind.ts";
import { World } from "./world.ts";

/** Holds back commits that write to one actor; counts those of everybody that have arrived. */
class Gate {
  readonly arrived: Address[] = [];
  #held: Address | undefined;
  #open = Promise.withResolvers<void>();

  hold(id: string): void {
    this.#held = addressOf(id);
    this.#open = Promise.withResolvers();
  }

  release(): void {
    this.#held = undefined;
    this.#open.resolve();
  }

  readonly wire = ({ verb, moment, batch }: StoreCall): Promise<void> | undefined => {
    if (verb !== "commit" || moment !== "before") return undefined;
    const addresses = batch?.events.map(({ address }) => address) ?? [];
    this.arrived.push(...addresses);
    return this.#held !== undefined && addresses.includes(this.#held) ? this.#open.promise : undefined;
  };
}

/** An actor, a neighbour of its partition, and one of the other lane. */
interface Places {
  readonly id: string;
  readonly neighbour: string;
  readonly other: string;
}

function places(world: World): Places {
  const [id = "", neighbour = ""] = world.neighbours("a", 2);
  const lane = world.partitionOf(id) % 2;
  const other = world.strangers(id, 8).find((stranger) => world.partitionOf(stranger) % 2 !== lane);
  if (other === undefined) throw new Error("Cannot find an actor of the other lane");
  return { id, neighbour, other };
}

interface Stuck extends Places {
  readonly node: RunningNode;
  readonly gate: Gate;
  readonly slow: Promise<Answer>;
}

/** A node of two lanes with a commit under way that does not end: `slow` waits for it. */
async function stuck(world: World, limits: Partial<Limits> = {}): Promise<Stuck> {
  const gate = new Gate();
  const node = await world.start({ lanes: 2, limits: { actorsBesideOthers: 1, ...limits }, wire: gate.wire });
  const { id, neighbour, other } = places(world);
  gate.hold(id);
  const slow = node.ask(id, add(1));
  await world.advance(1);
  return { node, gate, id, neighbour, other, slow };
}

describe("lanes", () => {
  it("commit side by side; what shares a partition waits", async () => {
    const world = new World();
    const { node, gate, id, neighbour, other, slow } = await stuck(world);
    const behind = node.ask(neighbour, add(1));
    expect(await node.ask(other, add(1))).toMatchObject({ ok: true });
    expect(gate.arrived).toEqual([id, other].map(addressOf));
    gate.release();
    expect(await Promise.all([slow, behind])).toMatchObject([{ ok: true }, { ok: true }]);
    expect(gate.arrived).toEqual([id, other, neighbour].map(addressOf));
  });

  it("wait for each other with batches that are not worth a commit, and take turns", async () => {
    const world = new World();
    const { node, gate, id, neighbour, other, slow } = await stuck(world, { actorsBesideOthers: 2 });
    const small = node.ask(other, add(1));
    const behind = node.ask(neighbour, add(1));
    await world.advance(1);
    expect(gate.arrived).toEqual([addressOf(id)]);
    gate.release();
    await Promise.all([slow, small, behind]);
    expect(gate.arrived).toEqual([id, other, neighbour].map(addressOf));
  });

  it("wait no longer when their batches have grown", async () => {
    const world = new World();
    const { node, gate, id, other, slow } = await stuck(world, { actorsBesideOthers: 2 });
    const [, more = ""] = world.neighbours(other, 2);
    const asked = [other, more].map((one) => node.ask(one, add(1)));
    expect(await Promise.all(asked)).toMatchObject([{ ok: true }, { ok: true }]);
    expect(gate.arrived).toEqual([id, other, more].map(addressOf));
    gate.release();
    await slow;
  });

  it("give a partition up between two commits of its own lane, whatever the others are doing", async () => {
    const world = new World();
    const { node, gate, id, other, slow } = await stuck(world);
    await node.actors.release([world.partitionOf(other)]);
    expect(node.actors.owns(world.partitionOf(other))).toBe(false);
    let isReleased = false;
    const releasing = node.actors.release([world.partitionOf(id)]).then(() => isReleased = true);
    await world.advance(1);
    expect({ isReleased, owns: node.actors.owns(world.partitionOf(id)) }).toEqual({ isReleased: false, owns: true });
    gate.release();
    expect(await slow).toMatchObject({ ok: true });
    await releasing;
    expect(node.actors.owns(world.partitionOf(id))).toBe(false);
  });

  it("keep whoever is in a commit under way in memory, however crowded it is", async () => {
    const world = new World();
    const { node, gate, id, other, slow } = await stuck(world, { residents: 4, batch: 2 });
    const crowd = world.strangers(other, 60).filter((stranger) =>
      world.partitionOf(stranger) % 2 === world.partitionOf(other) % 2
    );
    expect(crowd.length).toBeGreaterThan(10);
    await world.until(Promise.all(crowd.map((stranger) => node.ask(stranger, add(1)))));
    gate.release();
    expect(await slow).toMatchObject({ ok: true, version: 1 });
    expect(await world.until(node.read(id))).toMatchObject({ total: 1, version: 1 });
    expect(node.counts.deadLettered).toBe(0);
    expect(node.logged("commit_failed")).toBe(0);
  });

  it("each have their own troubles: one that commits does not hide one that cannot", async () => {
    const world = new World();
    const node = await world.start({ lanes: 2, limits: { actorsBesideOthers: 1 } });
    const { id, other } = places(world);
    await Promise.all([node.ask(id, add(1)), node.ask(other, add(1))]);
    world.store.failNextCommit("retryable", { partitions: [world.partitionOf(id)] });
    const slow = node.ask(id, add(1));
    await world.advance(1);
    expect(await node.ask(other, add(1))).toMatchObject({ ok: true });
    expect(node.actors.health.reasons).toEqual(["the database cannot write"]);
    expect(await world.until(slow)).toMatchObject({ ok: true });
    expect(node.actors.health.reasons).toEqual([]);
  });

  it("do not wait for one that is in doubt", async () => {
    const world = new World();
    const { node, gate, other, slow } = await stuck(world, { actorsBesideOthers: 16 });
    const small = node.ask(other, add(1));
    await world.advance(1998);
    let isAnswered = false;
    void small.then(() => isAnswered = true);
    await world.advance(0);
    expect(isAnswered).toBe(false);
    await world.advance(2);
    expect(await small).toMatchObject({ ok: true });
    expect(node.actors.health.reasons).toEqual(["the database does not answer"]);
    gate.release();
    expect(await slow).toMatchObject({ ok: true });
  });

  it("have done with what they had in hand when the node has closed, and nobody waits for them any more", async () => {
    const world = new World();
    const { node, gate, id, other, slow } = await stuck(world);
    const both = [id, other].map((one) => world.partitionOf(one));
    const releasing = [node.actors.release(both)];
    const closing = node.close();
    releasing.push(node.actors.release(both));
    await world.advance(1);
    gate.release();
    expect(await slow).toMatchObject({ ok: true });
    await world.until(Promise.all([closing, ...releasing]));
    expect((await world.store.owners()).filter(({ owner }) => owner !== undefined)).toEqual([]);
  });
});
