import { describe, it } from "@std/testing/bdd";
import { expect } from "@std/expect";
import type { Answer } from "../../../actors/runtime/actors.ts";
import type { NodeOptions, RunningNode } from "./node.ts";
import { expectFollowersToHold, expectJournalsToHold } from "./journal_check.ts";
import { add, addAndTell, doNothing, heard, hearLater, pass, type TallyCommand, tell } from "./tally_kind.ts";
import { World } from "./world.ts";

const SEEDS = 300;
const IDS = ["a", "b", "c", "d", "e"];

interface Wish {
  readonly to: string;
  readonly command: TallyCommand;
  readonly key: string;
  /** What it writes down, where. */
  readonly traces: readonly (readonly [id: string, word: string])[];
}

/** Clients that ask until they are answered, of a node that fails, dies and comes back. */
class Shop {
  readonly answers = new Map<Wish, Answer>();
  readonly #world: World;
  readonly #options: NodeOptions;
  #node: RunningNode;

  constructor(world: World, { options, node }: { readonly options: NodeOptions; readonly node: RunningNode }) {
    this.#world = world;
    this.#options = options;
    this.#node = node;
  }

  static async open(world: World): Promise<Shop> {
    const { chance } = world;
    const limits = {
      batch: chance.int(1, 8),
      residents: chance.int(1, 6),
      commandIdsPerActor: chance.int(1, 8),
      actorsBesideOthers: chance.int(1, 3),
      letterSweepMs: 200,
      letterHorizonMs: 400,
      askTimeoutMs: 500,
    };
    const options = { limits, lanes: chance.int(1, 3), wireMs: chance.int(0, 6) };
    return new Shop(world, { options, node: await world.start(options) });
  }

  get node(): RunningNode {
    return this.#node;
  }

  wish(): Wish {
    const { chance, now } = this.#world;
    const [to, other] = [chance.pick(IDS), chance.pick(IDS)];
    const key = this.#world.unique(6);
    const [here, there] = [`${key}!`, `${key}?`];
    return chance.pick<Wish>([
      { to, key, command: add(chance.int(-9, 9)), traces: [] },
      { to, key, command: addAndTell(chance.int(0, 9), other), traces: [] },
      { to, key, command: heard(here), traces: [[to, here]] },
      { to, key, command: tell(other, here), traces: to === other ? [] : [[to, here], [other, here]] },
      { to, key, command: pass(other, tell(to, there)), traces: to === other ? [] : [[other, there], [to, there]] },
      { to, key, command: hearLater(there, { at: now + chance.int(0, 900), key }), traces: [[to, there]] },
    ]);
  }

  async pursue(wish: Wish): Promise<void> {
    const { to, command, key } = wish;
    for (;;) {
      const node = this.#node;
      const asked = node.ask(to, command, { key }).catch(() => undefined);
      const answer = await Promise.race([asked, node.died.then(() => undefined)]);
      if (answer !== undefined) this.answers.set(wish, answer);
      if (answer !== undefined) return;
      await this.sleep(30);
    }
  }

  /** Something goes wrong. */
  async suffer(): Promise<void> {
    const { store, chance } = this.#world;
    switch (chance.int(1, 8)) {
      case 1:
        this.#node.crash();
        this.#node = await this.#world.start(this.#options);
        return;
      case 2:
        return store.failNextCommit("fenced", { partitions: [this.#world.partitionOf(chance.pick(IDS))] });
      case 3:
        await store.take([this.#world.partitionOf(chance.pick(IDS))], "thief");
        return;
      case 4:
        return store.failNextCommit("constraint");
      case 5:
        return store.failNextCommit("retryable");
      case 6:
        return store.failNext(chance.pick(["load", "outcomes", "letters", "epochs"]), "unknown");
      default:
        return store.failNextCommit("unknown", { applied: chance.happens(50) });
    }
  }

  /** Until nothing more goes wrong: what was planned may not have happened yet, nor been noticed. */
  async recover(): Promise<void> {
    for (;;) {
      await this.#world.advance(6000);
      const asked = IDS.flatMap((id) => [this.#node.read(id), this.#node.ask(id, doNothing)]);
      const answers = await this.#world.until(Promise.allSettled(asked));
      if (answers.every(({ status }) => status === "fulfilled")) return;
    }
  }

  sleep(longestMs: number): Promise<void> {
    const { time, chance } = this.#world;
    return new Promise((resolve) => time.clock().after(chance.int(1, longestMs), resolve));
  }
}

async function live(world: World): Promise<Shop> {
  const shop = await Shop.open(world);
  const clients = Array.from({ length: 4 }, async () => {
    for (let wishes = world.chance.int(3, 8); wishes > 0; wishes--) {
      const wish = shop.wish();
      const twins = world.chance.happens(20) ? [wish, wish] : [wish];
      await Promise.all(twins.map((twin) => shop.pursue(twin)));
      await shop.sleep(20);
    }
  });
  for (let misfortunes = world.chance.int(0, 6); misfortunes > 0; misfortunes--) {
    await world.advance(world.chance.int(0, 40));
    await shop.suffer();
  }
  await world.until(Promise.all(clients));
  await shop.recover();
  await world.advance(6000);
  return shop;
}

/** Every trace of a wish is there once, or lies with what killed it in the dead letters. */
async function expectTraces(world: World, shop: Shop): Promise<void> {
  const dead = JSON.stringify(await world.store.deadLetters({ limit: Infinity }));
  for (const [{ traces, to, key }, answer] of shop.answers) {
    for (const [index, [id, word]] of traces.entries()) {
      const times = await world.timesNoted(id, word);
      const isExcused = times === 0 && (dead.includes(word) || !answer.ok);
      if (!isExcused) expect({ key, to, id, word, index, times }).toEqual({ key, to, id, word, index, times: 1 });
    }
  }
}

describe("a node that fails, dies and comes back", () => {
  it(`has every acknowledged effect once and its states from its journal, ${SEEDS} times (I1, I3)`, async () => {
    for (let seed = 1; seed <= SEEDS; seed++) {
      const world = new World({ seed, partitions: [1, 2, 64][seed % 3] ?? 1 });
      const shop = await live(world);
      try {
        expectFollowersToHold(shop.node);
        await expectJournalsToHold(world, shop.node);
        await expectTraces(world, shop);
        for (const [{ to, command, key }, answer] of shop.answers) {
          const again = await world.until(shop.node.ask(to, command, { key }));
          expect({ ...again, replayed: true }).toEqual({ ...answer, replayed: true });
        }
        expect(await world.letters()).toEqual([]);
        expect(shop.node.depth).toBe(0);
        expect(shop.node.actors.health.ready).toBe(true);
      } catch (cause) {
        throw new Error(`Cannot pass seed ${seed}`, { cause });
      }
      shop.node.crash();
    }
  });
});
