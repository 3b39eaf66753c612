import { describe, it } from "@std/testing/bdd";
import { expect } from "@std/expect";
import type { Answer } from "../../../actors/runtime/actors.ts";
import { expectJournalsToHold } from "./journal_check.ts";
import type { RunningNode } from "./node.ts";
import {
  add,
  addAndTell,
  askOutside,
  heard,
  hearLater,
  name,
  neverMind,
  type TallyCommand,
  tell,
} from "./tally_kind.ts";
import { activity, World } from "./world.ts";

const MOST_MOMENTS = 2000;

/** A life with everything in it: units, letters, deadlines, an activity, a refusal, an alias, a snapshot, a repeat. */
class Story {
  readonly world = new World();
  readonly answers: Answer[] = [];
  /** Idempotency keys that the bank has seen. */
  readonly charged = new Set<string>();
  readonly #neighbour = this.world.neighbours("a", 2)[1] ?? "";
  readonly #stranger = this.world.strangers("a", 1)[0] ?? "";
  readonly #crashAt: ReadonlySet<number>;
  #moments = 0;
  #isOver = false;
  #node: RunningNode | undefined;

  /** Dies at those moments: before or after the n-th call to the store, counted over all lives. */
  constructor(crashAt: readonly number[]) {
    this.#crashAt = new Set(crashAt);
  }

  get moments(): number {
    return this.#moments;
  }

  async run(): Promise<void> {
    const { world } = this;
    const chapters: readonly TallyCommand[] = [
      add(5),
      tell(this.#stranger, "letter"),
      addAndTell(7, this.#neighbour),
      hearLater("cancelled", { at: world.now + 3000, key: "cancelled" }),
      hearLater("early", { at: world.now + 3000, key: "replaced" }),
      hearLater("in time", { at: world.now + 4000, key: "replaced" }),
      neverMind("cancelled"),
      add(-100),
      name("alias"),
      askOutside("bank"),
      ...Array.from({ length: 5 }, () => heard("x".repeat(2000))),
    ];
    for (const [index, command] of chapters.entries()) {
      await this.#pursue("a", { command, key: `chapter ${index}` });
      await world.advance(250);
    }
    for (const other of ["p", "q", "r"]) await this.#pursue(other, { command: add(1), key: "other" });
    await world.advance(10_000);
    await this.#pursue("a", { command: add(5), key: "chapter 0" });
  }

  async expectEffects(): Promise<void> {
    const { world } = this;
    this.#isOver = true;
    const node = await this.#living();
    await world.advance(10_000);
    expect(await world.until(node.read("a"))).toMatchObject({ total: 12, turns: 2 });
    expect(await world.until(node.read(this.#neighbour))).toMatchObject({ total: 7, turns: 1 });
    for (const word of ["letter", "in time", "approved", "alias"]) expect(await world.timesNoted("a", word)).toBe(1);
    for (const word of ["cancelled", "early"]) expect(await world.timesNoted("a", word)).toBe(0);
    expect(await world.timesNoted(this.#stranger, "letter")).toBe(1);
    expect(await world.store.alias("alias")).toBe("tally/a");
    expect(this.charged.size).toBe(1);
    expect(this.answers.map(({ ok }) => ok)).toEqual(this.answers.map((_, index) => index !== 7));
    expect(this.answers.at(-1)).toEqual({ ...this.answers[0], replayed: true });
    expect(await world.letters()).toEqual([]);
    expect(await world.store.deadLetters({ limit: 5 })).toEqual([]);
    expect(node.depth).toBe(0);
    await expectJournalsToHold(world, node);
  }

  async #pursue(to: string, { command, key }: { readonly command: TallyCommand; readonly key: string }): Promise<void> {
    for (;;) {
      const node = await this.#living();
      const asked = node.ask(to, command, { key });
      const answer = await this.world.until(Promise.race([asked, node.died.then(() => undefined)]));
      if (answer !== undefined) this.answers.push(answer);
      if (answer !== undefined) return;
    }
  }

  /** The node; after its death, the next one. */
  async #living(): Promise<RunningNode> {
    while (this.#node === undefined) {
      let isDead = false;
      const died = Promise.withResolvers<undefined>();
      const starting = this.world.start({
        limits: { residents: 2, actorsBesideOthers: 1 },
        lanes: 2,
        activities: {
          bank: activity((_, { idempotencyKey }) => {
            this.charged.add(idempotencyKey);
            return Promise.resolve(heard("approved"));
          }),
        },
        onCall: (_call, crash) => {
          this.#moments++;
          if (isDead || this.#isOver || !this.#crashAt.has(this.#moments)) return;
          isDead = true;
          crash();
          this.#node = undefined;
          died.resolve(undefined);
        },
      });
      const node = await this.world.until(Promise.race([starting, died.promise]));
      if (!isDead) this.#node = node;
    }
    return this.#node;
  }
}

describe("a crash at any point of the path (ACT-4)", () => {
  it("leaves every effect there once", async () => {
    let moments = 1;
    for (let crashAt = 0; crashAt <= moments; crashAt++) {
      const story = new Story([crashAt]);
      try {
        await story.run();
        await story.expectEffects();
      } catch (cause) {
        throw new Error(`Cannot survive a crash at moment ${crashAt}`, { cause });
      }
      if (crashAt === 0) moments = story.moments;
    }
    expect(moments).toBeGreaterThan(50);
    expect(moments).toBeLessThan(MOST_MOMENTS);
  });

  it("and at another soon after it, leaves every effect there once", async () => {
    const { chance } = new World({ seed: 11 });
    for (let round = 0; round < 100; round++) {
      const first = chance.int(1, 80);
      const crashAt = [first, first + chance.int(1, 20), first + chance.int(21, 50)];
      const story = new Story(crashAt);
      try {
        await story.run();
        await story.expectEffects();
      } catch (cause) {
        throw new Error(`Cannot survive crashes at moments ${crashAt}`, { cause });
      }
    }
  });
});
