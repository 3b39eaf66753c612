import { describe, it } from "@std/testing/bdd";
import { expect } from "@std/expect";
import type { ReadAnswer } from "../../actors/runtime/actors.ts";
import type { Keeping } from "../../src/cache/cache.ts";
import { MemoryCache } from "../../src/cache/memory_cache.ts";
import { ActorCatalogue } from "../../src/edge/catalogue.ts";
import { type Chance, seeded } from "../machines/seeded.ts";
import { ManualClock } from "./manual_clock.ts";
import { mug } from "./shop_ids.ts";

const SEEDS = 300;
const STEPS = 120;
const TTL_MS = 5000;

/** A cache whose writes arrive late, in any order, or never. */
class TroubledCache extends MemoryCache {
  readonly #chance: Chance;
  #onTheirWay: (() => Promise<void>)[] = [];

  constructor(clock: ManualClock, chance: Chance) {
    super({ clock, entries: 100, bytes: 1_000_000, allowances: 1 });
    this.#chance = chance;
  }

  override set(key: string, json: string, keeping: Keeping): Promise<void> {
    this.#onTheirWay.push(() => super.set(key, json, keeping));
    return Promise.resolve();
  }

  override outdate(key: string, before: Required<Keeping>): Promise<void> {
    this.#onTheirWay.push(() => super.outdate(key, before));
    return Promise.resolve();
  }

  async arrive(): Promise<void> {
    await this.#pick()?.();
  }

  lose(): void {
    this.#pick();
  }

  #pick(): (() => Promise<void>) | undefined {
    if (this.#onTheirWay.length === 0) return undefined;
    const [picked] = this.#onTheirWay.splice(this.#chance.int(0, this.#onTheirWay.length - 1), 1);
    return picked;
  }
}

interface Price {
  readonly minor: number;
  readonly since: number;
}

/** Some nodes, one product whose actor lives on the first of them, and a cache that cannot be relied on. */
class Shops {
  readonly clock = new ManualClock();
  readonly cache: TroubledCache;
  readonly nodes: readonly ActorCatalogue[];
  looks = 0;
  readonly #prices: Price[] = [{ minor: 100, since: this.clock.now() }];
  readonly #chance: Chance;
  #reading: (() => void)[] = [];

  constructor(chance: Chance) {
    this.#chance = chance;
    this.cache = new TroubledCache(this.clock, chance);
    const { clock, cache } = this;
    const metrics = { catalogueAsked: () => {} };
    const actors = { read: () => this.#read() };
    const options = { actors, cache, clock, metrics, items: 100, ttlMs: TTL_MS };
    this.nodes = [0, 1, 2].map(() => new ActorCatalogue(options));
  }

  get version(): number {
    return this.#prices.length;
  }

  change(): void {
    this.#prices.push({ minor: 100 + this.version, since: this.clock.now() });
    this.nodes[0]?.invalidate("MUG", this.version);
  }

  /** The actor decides when it is asked; its answer takes as long as it takes. */
  #read(): Promise<ReadAnswer> {
    const answer = { view: mug(this.#prices.at(-1)?.minor), version: this.version, cursor: "1.a" };
    return new Promise((resolve) => this.#reading.push(() => resolve(answer)));
  }

  answer(): void {
    if (this.#reading.length === 0) return;
    for (const resolve of this.#reading.splice(this.#chance.int(0, this.#reading.length - 1), 1)) resolve();
  }

  answerAll(): void {
    for (const resolve of this.#reading.splice(0)) resolve();
  }

  async look(): Promise<void> {
    const at = this.#chance.int(0, this.nodes.length - 1);
    const askedAt = this.clock.now();
    const { version } = this;
    const item = await this.nodes[at]?.find("MUG");
    const seen = this.#prices.findIndex(({ minor }) => minor === item?.unitMinor);
    // The node where it is changed knows at once, the others in time.
    const endedAt = this.#prices[seen + 1]?.since ?? Infinity;
    const isGood = at === 0 ? seen + 1 >= version : endedAt >= askedAt - TTL_MS;
    this.looks++;
    if (!isGood) throw new Error(`Node ${at} asked at ${askedAt} and saw a price that ended at ${endedAt}`);
  }
}

async function live(seed: number): Promise<number> {
  const chance = seeded(seed);
  const shops = new Shops(chance);
  const looks: Promise<void>[] = [];
  const steps: readonly (() => void | Promise<void>)[] = [
    () => void looks.push(shops.look()),
    () => void looks.push(shops.look()),
    () => shops.change(),
    () => shops.clock.advance(chance.int(0, 2500)),
    () => shops.answer(),
    () => shops.answer(),
    () => shops.cache.arrive(),
    () => shops.cache.arrive(),
    () => shops.cache.lose(),
  ];
  for (let step = 0; step < STEPS; step++) {
    await chance.pick(steps)();
    for (let turn = 0; turn < 20; turn++) await Promise.resolve();
  }
  for (let turn = 0; turn < 40; turn++) {
    shops.answerAll();
    await Promise.resolve();
  }
  await Promise.all(looks);
  return shops.looks;
}

describe("a price that is found", () => {
  it(`was right no longer ago than promised, whatever the cache does with what it is told: ${SEEDS} seeds`, async () => {
    let looks = 0;
    for (let seed = 1; seed <= SEEDS; seed++) {
      await expect(live(seed).then((count) => looks += count)).resolves.toBeGreaterThan(0);
    }
    expect(looks).toBeGreaterThan(SEEDS * 10);
  });
});
