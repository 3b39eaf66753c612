import { describe, it } from "@std/testing/bdd";
import { expect } from "@std/expect";
import type { Activity } from "../../../actors/runtime/activity.ts";
import type { Kind } from "../../../actors/runtime/kind.ts";
import { type NodeOptions, type RunningNode, viewOf } from "./node.ts";
import {
  askOutside,
  heard,
  hearLater,
  type Tally,
  type TallyCommand,
  type TallyEvent,
  tallyKind,
  tell,
} from "./tally_kind.ts";
import { activity, World } from "./world.ts";

const MINUTE = 60_000;

/** A row of processes on one store, each started when the one before has died. */
class Line {
  readonly world = new World();
  deaths = 0;
  #crash: () => void = () => {};
  readonly #kind: Kind<Tally, TallyCommand, TallyEvent> = {
    ...tallyKind,
    decide: (tally, command, turn) => {
      if (command.type === "heard" && command.word === "poison") this.kill();
      return tallyKind.decide(tally, command, turn);
    },
  };

  /** Starts the next process; undefined when it has died before its start was over. */
  async start(options: NodeOptions = {}): Promise<RunningNode | undefined> {
    const died = Promise.withResolvers<undefined>();
    const starting = this.world.start({
      ...options,
      kinds: [this.#kind],
      onCall: (call, crash) => {
        this.#crash = () => {
          crash();
          died.resolve(undefined);
        };
        options.onCall?.(call, crash);
      },
    });
    return await this.world.until(Promise.race([starting, died.promise]));
  }

  async living(options: NodeOptions = {}): Promise<RunningNode> {
    const node = await this.start(options);
    if (node === undefined) throw new Error("it did not survive its start");
    return node;
  }

  kill(): void {
    this.deaths++;
    this.#crash();
  }

  /** How many owners of that tally's partition have died in a row, by one more that takes it. */
  async counted(id: string): Promise<number | undefined> {
    const [taken] = await this.world.store.take([this.world.partitionOf(id)], "counter");
    return taken === undefined ? undefined : taken.attempts - 1;
  }
}

/** Never tells its result; `kills` decides whether it ends the process. */
function endless(runs: string[], kills: () => void = () => {}): Activity {
  return activity((_, { idempotencyKey }) => {
    runs.push(idempotencyKey);
    kills();
    return new Promise(() => {});
  }, { timeoutMs: MINUTE });
}

describe("a letter that ends its owner's process whenever it is handled (two deaths)", () => {
  it("is parked when two have died of it alone, and every other letter is delivered", async () => {
    const line = new Line();
    const { world } = line;
    const node = await line.living();
    const at = world.now + 1000;
    const innocents = world.neighbours("a", 9).slice(1);
    for (const id of innocents.slice(0, 4)) await node.ask(id, hearLater("hello", { at }));
    await node.ask("a", hearLater("poison", { at }));
    for (const id of innocents.slice(4)) await node.ask(id, hearLater("hello", { at }));
    await world.advance(1000);
    expect(line.deaths).toBe(1);

    const deathsAfterStart: number[] = [];
    for (let restarts = 0; restarts < 5; restarts++) {
      await line.start();
      await world.advance(10_000);
      deathsAfterStart.push(line.deaths);
    }
    expect(deathsAfterStart).toEqual([2, 3, 4, 4, 4]);
    expect(await world.store.deadLetters({ limit: 5 })).toMatchObject([
      { address: "tally/a", command: heard("poison"), error: expect.stringContaining("in hand at two owners' deaths") },
    ]);
    for (const id of innocents) expect(await world.timesNoted(id, "hello")).toBe(1);
    expect(await world.letters()).toEqual([]);
  });

  it("may be tried again by hand, and is parked again", async () => {
    const line = new Line();
    const { world } = line;
    const node = await line.living();
    await node.ask("a", hearLater("poison", { at: world.now + 1000 }));
    await world.advance(1000);
    while (line.deaths < 4) await line.start();
    await line.living();
    await world.advance(1000);
    const [dead] = await world.store.deadLetters({ limit: 1 });
    await world.store.takeDeadLetter(dead?.id ?? "", "retry");
    await world.advance(10_000);
    expect(line.deaths).toBe(5);
    for (let restarts = 0; restarts < 4; restarts++) {
      await line.start();
      await world.advance(10_000);
    }
    expect(line.deaths).toBeLessThanOrEqual(8);
    expect(await world.store.deadLetters({ limit: 5 })).toHaveLength(1);
  });

  it("is parked when it is an activity; retried by hand, its actor hears that it was given up", async () => {
    const line = new Line();
    const { world } = line;
    const runs: string[] = [];
    const activities = { bank: endless(runs, () => line.kill()) };
    const node = await line.living({ activities });
    node.ask("a", askOutside("bank")).catch(() => {});
    await world.advance(1000);
    for (let restarts = 0; restarts < 6; restarts++) {
      await line.start({ activities });
      await world.advance(10_000);
    }
    expect([line.deaths, runs.length]).toEqual([6, 6]);
    const [dead] = await world.store.deadLetters({ limit: 5 });
    expect(dead).toMatchObject({ address: "tally/a", command: heard("gave up") });
    await world.store.takeDeadLetter(dead?.id ?? "", "retry");
    await world.advance(10_000);
    expect(await world.timesNoted("a", "gave up")).toBe(1);
    expect(runs.length).toBe(6);
  });
});

describe("an innocent letter (two deaths)", () => {
  it("is not parked for being in hand at two deaths: a slow activity ends", async () => {
    const line = new Line();
    const { world } = line;
    const runs: string[] = [];
    const node = await line.living({ activities: { bank: endless(runs) } });
    await node.ask("a", askOutside("bank"));
    await world.advance(1000);
    line.kill();
    await line.living({ activities: { bank: endless(runs) } });
    await world.advance(1000);
    line.kill();
    const answered = activity((_, { idempotencyKey }) => {
      runs.push(idempotencyKey);
      return Promise.resolve(heard("approved"));
    });
    await line.living({ activities: { bank: answered } });
    await world.advance(10_000);
    expect(runs.length).toBe(3);
    expect(new Set(runs).size).toBe(1);
    expect(await world.timesNoted("a", "approved")).toBe(1);
    expect(await world.store.deadLetters({ limit: 5 })).toEqual([]);
  });

  it("is not blamed when its owner has ended properly with it in hand", async () => {
    const line = new Line();
    const { world } = line;
    const runs: string[] = [];
    const activities = { bank: endless(runs) };
    await (await line.living({ activities })).ask("a", askOutside("bank"));
    line.kill();
    await line.living({ activities });
    line.kill();
    const suspicious = await line.living({ activities });
    await world.advance(20);
    expect(await world.letters()).toMatchObject([{ suspicion: { deaths: 0 } }]);
    await world.until(suspicious.close());

    for (let lives = 0; lives < 6; lives++) {
      await line.living({ activities });
      await world.advance(20);
      line.kill();
    }
    expect(await world.store.deadLetters({ limit: 5 })).toEqual([]);
    await line.living({ activities });
    await world.advance(1000);
    expect(await world.store.deadLetters({ limit: 5 })).toHaveLength(1);
  });

  it("is not parked when it was slow at any number of deaths, nor holds the others up for long", async () => {
    const line = new Line();
    const { world } = line;
    const runs: string[] = [];
    const activities = { bank: endless(runs) };
    const ids = Array.from({ length: 30 }, (_, n) => `t${n}`);
    const node = await line.living({ activities });
    await Promise.all(ids.map((id) => node.ask(id, askOutside("bank"))));
    for (let lives = 0; lives < 8; lives++) {
      line.kill();
      runs.length = 0;
      await line.living({ activities });
      await world.advance(15_000);
    }
    expect(new Set(runs).size).toBe(30);
    expect(await world.store.deadLetters({ limit: 5 })).toEqual([]);
  });

  it("does not wait behind one under suspicion when it is new", async () => {
    const line = new Line();
    const { world } = line;
    const activities = { bank: endless([]) };
    await (await line.living({ activities })).ask("a", askOutside("bank"));
    for (let kills = 0; kills < 2; kills++) {
      line.kill();
      await line.living({ activities });
    }
    const [stranger = ""] = world.strangers("a", 1);
    const node = await line.living({ activities });
    await world.advance(1);
    await world.until(node.ask(stranger, tell("a", "news")));
    await world.advance(100);
    expect(await world.timesNoted("a", "news")).toBe(1);
    expect(viewOf(await world.until(node.ask("a", heard("asked"))))).toMatchObject({ words: ["news", "asked"] });
  });

  it("is delivered though the store fails to mark it", async () => {
    const line = new Line();
    const { world } = line;
    const node = await line.living();
    const at = world.now + 10_000;
    for (const id of ["a", "b", "c"]) await node.ask(id, hearLater("hello", { at }));
    for (let kills = 0; kills < 2; kills++) {
      line.kill();
      if (kills === 0) await line.living();
    }
    await world.advance(20_000);
    world.store.failNext("suspect", "unknown");
    await line.living();
    await world.advance(20_000);
    for (const id of ["a", "b", "c"]) expect(await world.timesNoted(id, "hello")).toBe(1);
    expect(await world.letters()).toEqual([]);
  });
});

describe("deaths of a partition's owners", () => {
  it("do not add up when there was calm between them", async () => {
    const line = new Line();
    await line.living();
    for (let kills = 0; kills < 5; kills++) {
      line.kill();
      await line.living();
      await line.world.advance(10 * MINUTE);
    }
    expect(await line.counted("a")).toBe(0);
  });

  it("add up when they follow each other", async () => {
    const line = new Line();
    await line.living();
    for (let kills = 0; kills < 3; kills++) {
      line.kill();
      await line.living();
      await line.world.advance(1000);
    }
    expect(await line.counted("a")).toBe(3);
  });

  it("are not those commits that nobody knows the end of", async () => {
    const line = new Line();
    const node = await line.living();
    for (let n = 0; n < 3; n++) {
      line.world.store.failNextCommit("unknown");
      await line.world.until(node.ask("a", heard("hello")));
    }
    expect(await line.counted("a")).toBe(0);
  });
});
