import { describe, it } from "@std/testing/bdd";
import { expect } from "@std/expect";
import type { Answer } from "../../../actors/runtime/actors.ts";
import { expectJournalsToHold } from "../runtime/journal_check.ts";
import type { RunningNode } from "../runtime/node.ts";
import { Reader } from "../runtime/reader.ts";
import { add, heard, hearLater, type TallyCommand, tell } from "../runtime/tally_kind.ts";
import { Nodes } from "./nodes.ts";

const SEEDS = 100;
const IDS = ["a", "b", "c", "d", "e", "f"];
const MOST_NODES = 4;

interface Wish {
  readonly to: string;
  readonly command: TallyCommand;
  readonly key: string;
  /** What it writes down, where. */
  readonly trace?: readonly [id: string, word: string];
}

/** Clients and readers of nodes that die, freeze, leave, join and lose sight of each other. */
class Storm {
  readonly answers = new Map<Wish, Answer>();
  readonly readers = new Map<Reader, string>();
  readonly #nodes: Nodes;
  readonly #cut = new Set<RunningNode>();

  constructor(nodes: Nodes) {
    this.#nodes = nodes;
  }

  wish(): Wish {
    const { chance } = this.#nodes.world;
    const [to, other] = [chance.pick(IDS), chance.pick(IDS)];
    const key = this.#nodes.world.unique(6);
    const at = this.#nodes.world.now + chance.int(0, 5000);
    return chance.pick<Wish>([
      { to, key, command: add(chance.int(1, 9)) },
      { to, key, command: heard(key), trace: [to, key] },
      { to, key, command: hearLater(key, { at, key }), trace: [to, key] },
      to === other ? { to, key, command: add(1) } : { to, key, command: tell(other, key), trace: [other, key] },
    ]);
  }

  /** Asks one node after the other until one answers. */
  async pursue(wish: Wish): Promise<void> {
    const { to, command, key } = wish;
    for (;;) {
      const node = this.#nodes.world.chance.pick(this.#nodes.alive);
      if (node.isFrozen) {
        await this.sleep(50);
        continue;
      }
      const asked = node.ask(to, command, { key, timeoutMs: 1500 }).catch(() => undefined);
      const answer = await Promise.race([asked, node.died.then(() => undefined)]);
      if (answer !== undefined) return void this.answers.set(wish, answer);
      await this.sleep(50);
    }
  }

  /** Reads a feed, from whichever node is there, from where it was. */
  async follow(id: string, until: () => boolean): Promise<void> {
    const reader = new Reader();
    this.readers.set(reader, id);
    let connections = 0;
    while (!until() || reader.closed !== undefined) {
      const node = this.#nodes.world.chance.pick(this.#nodes.alive);
      if (reader.closed === undefined || node.isFrozen) {
        await this.sleep(100);
        continue;
      }
      const connection = ++connections;
      const listening = node.listen(id, reader).then(() => true, () => false);
      if (!await Promise.race([listening, node.died.then(() => false)])) reader.disconnect();
      node.died.then(() => {
        if (connection === connections && reader.closed === undefined) reader.disconnect();
      });
      await this.sleep(100);
    }
  }

  async suffer(): Promise<void> {
    const { chance, store } = this.#nodes.world;
    const node = chance.pick(this.#nodes.alive);
    const applied = chance.happens(50);
    switch (chance.int(1, 13)) {
      case 1:
        if (this.#nodes.alive.length > 1) this.#nodes.crash(node);
        return;
      case 2:
      case 3:
        if (this.#nodes.alive.length < MOST_NODES) await this.#nodes.join();
        return;
      case 4:
        if (this.#nodes.alive.length > 1 && !node.isFrozen) this.#nodes.leave(node);
        return;
      case 5:
        this.#nodes.cut(node);
        this.#cut.add(node);
        return;
      case 6:
        for (const other of this.#cut) this.#nodes.heal(other);
        return this.#cut.clear();
      case 7:
        return this.#nodes.hub.wipe();
      case 8:
        return this.#nodes.hub.loseNext(node.name);
      case 9:
      case 10:
        return this.freeze(node, chance.int(300, 6000));
      case 11:
        return store.failNext(chance.pick(["take", "release", "owners", "letters", "load"]), "unknown", { applied });
      case 12:
        return this.#nodes.hub.doubleNext(node.name);
      default:
        return store.failNextCommit("unknown", { applied });
    }
  }

  freeze(node: RunningNode, ms: number): void {
    node.freeze();
    this.#nodes.world.time.clock().after(ms, () => node.thaw());
  }

  /** Until everybody sees everybody, and nothing is under way any more. */
  async calm(): Promise<void> {
    for (const node of this.#cut) this.#nodes.heal(node);
    if (this.#nodes.alive.length === 0) await this.#nodes.join();
    await this.#nodes.world.advance(20_000);
  }

  sleep(longestMs: number): Promise<void> {
    const { time, chance } = this.#nodes.world;
    return new Promise((resolve) => time.clock().after(chance.int(1, longestMs), resolve));
  }
}

async function live(seed: number): Promise<{ readonly nodes: Nodes; readonly storm: Storm }> {
  const nodes = await Nodes.start(3, {
    seed,
    node: { limits: { letterSweepMs: 1000, actorsBesideOthers: 1 + seed % 2 }, lanes: 1 + seed % 3 },
  });
  const { world } = nodes;
  const storm = new Storm(nodes);
  let isOver = false;
  const readers = IDS.map((id) => storm.follow(id, () => isOver));
  const clients = Array.from({ length: 4 }, async () => {
    for (let wishes = 0; wishes < 12; wishes++) {
      await storm.pursue(storm.wish());
      await storm.sleep(400);
    }
  });
  for (let misfortunes = world.chance.int(2, 8); misfortunes > 0; misfortunes--) {
    await world.advance(world.chance.int(0, 1500));
    await storm.suffer();
  }
  await storm.calm();
  await world.until(Promise.all(clients));
  await world.advance(10_000);
  isOver = true;
  await world.until(Promise.all(readers));
  await world.advance(10_000);
  return { nodes, storm };
}

describe("nodes that die, leave, join and lose sight of each other", () => {
  it(`have every acknowledged effect once, and every reader all of it, ${SEEDS} times (I1, I2, I3, I4)`, async () => {
    for (let seed = 1; seed <= SEEDS; seed++) {
      const { nodes, storm } = await live(seed);
      const { world } = nodes;
      try {
        const [node] = nodes.alive;
        if (node === undefined) throw new Error("Cannot check: nobody is left");
        await expectJournalsToHold(world, node);
        expect(storm.answers.size).toBe(48);
        for (const [{ to, key, command, trace }, answer] of storm.answers) {
          expect({ to, key, ok: answer.ok }).toEqual({ to, key, ok: true });
          if (trace !== undefined) expect([key, await world.timesNoted(...trace)]).toEqual([key, 1]);
          const again = await world.until(node.ask(to, command, { key }));
          expect({ ...again, replayed: true }).toEqual({ ...answer, replayed: true });
        }
        for (const [reader, id] of storm.readers) {
          const { total, version } = await world.until(node.read(id));
          expect({ id, breaches: reader.breaches }).toEqual({ id, breaches: [] });
          expect({ id, total: reader.total, version: reader.version }).toEqual({ id, total, version });
        }
        for (const id of IDS) nodes.ownerOf(id);
        for (const each of nodes.alive) expect(each.actors.health.reasons).toEqual([]);
        expect(await world.letters()).toEqual([]);
      } catch (cause) {
        throw new Error(`Cannot pass seed ${seed}`, { cause });
      }
      for (const node of nodes.alive) node.crash();
    }
  });
});
