import { describe, it } from "@std/testing/bdd";
import { expect } from "@std/expect";
import type { Command } from "../../../machines/decision.ts";
import type { Activity, ActivityRun } from "../../../actors/runtime/activity.ts";
import { add, addressOf, askOutside, heard, hearLater, neverMind } from "./tally_kind.ts";
import { activity, World } from "./world.ts";

/** A provider that writes down what it is asked and answers when it is told to. */
class Provider {
  readonly runs: ActivityRun[] = [];
  #answers: PromiseWithResolvers<Command>[] = [];

  activity(options: Partial<Activity> = {}): Activity {
    return activity((_, run) => {
      this.runs.push(run);
      const answer = Promise.withResolvers<Command>();
      this.#answers.push(answer);
      return answer.promise;
    }, options);
  }

  answer(word: string): void {
    for (const { resolve } of this.#answers.splice(0)) resolve(heard(word));
  }

  fail(): void {
    for (const { reject } of this.#answers.splice(0)) reject(new Error("connection reset"));
  }
}

describe("an activity", () => {
  it("runs outside the unit, and its result consumes the letter", async () => {
    const world = new World();
    const provider = new Provider();
    const node = await world.start({ activities: { bank: provider.activity() } });
    expect(await node.ask("a", askOutside("bank"))).toMatchObject({ ok: true, version: 0 });
    expect((await world.letters()).length).toBe(1);
    await node.ask("a", add(1));

    provider.answer("approved");
    await world.advance(0);
    expect(await node.read("a")).toMatchObject({ total: 1, words: ["approved"] });
    expect(await world.letters()).toEqual([]);
    await world.advance(60_000);
    expect(provider.runs.length).toBe(1);
  });

  it("does not run when its unit was not committed", async () => {
    const world = new World();
    const provider = new Provider();
    const node = await world.start({ activities: { bank: provider.activity() } });
    world.store.failNextCommit("fenced", { partitions: [world.partitionOf("a")] });
    await expect(node.ask("a", askOutside("bank"))).rejects.toMatchObject({ code: "moved" });
    await world.advance(60_000);
    expect(provider.runs).toEqual([]);
  });

  it("runs again under the same key when the process dies as it runs", async () => {
    const world = new World();
    const provider = new Provider();
    const activities = { bank: provider.activity({ timeoutMs: 60_000 }) };
    const former = await world.start({ activities });
    await former.ask("a", askOutside("bank"));
    await world.advance(1000);
    former.crash();
    const node = await world.start({ activities });
    await world.advance(1000);
    expect(provider.runs.length).toBe(2);
    expect(new Set(provider.runs.map(({ idempotencyKey }) => idempotencyKey)).size).toBe(1);
    provider.answer("approved");
    await world.advance(60_000);
    expect(await world.timesNoted("a", "approved")).toBe(1);
    expect(node.depth).toBe(0);
  });

  it("is not run twice at once when a sweep brings its letter again", async () => {
    const world = new World();
    const provider = new Provider();
    const node = await world.start({ activities: { bank: provider.activity({ timeoutMs: 60_000 }) } });
    await node.ask("a", askOutside("bank"));
    await world.store.take([world.partitionOf("a")], "thief");
    await expect(node.ask("a", add(1))).rejects.toMatchObject({ code: "moved" });
    await world.advance(10_000);
    expect(provider.runs.length).toBe(1);
    provider.answer("approved");
    await world.advance(10_000);
    expect(await world.timesNoted("a", "approved")).toBe(1);
    expect(await world.letters()).toEqual([]);
  });

  it("is told to stop when it takes too long, and is tried again", async () => {
    const world = new World();
    const provider = new Provider();
    const node = await world.start({ activities: { bank: provider.activity({ timeoutMs: 500, attempts: 2 }) } });
    await node.ask("a", askOutside("bank"));
    await world.advance(499);
    expect(provider.runs.map(({ signal }) => signal.aborted)).toEqual([false]);
    await world.advance(1);
    expect(provider.runs.map(({ signal }) => signal.aborted)).toEqual([true]);
    await world.advance(300);
    expect(provider.runs.map(({ attempt }) => attempt)).toEqual([1, 2]);
    provider.answer("approved");
    await world.advance(0);
    expect(await node.read("a")).toMatchObject({ words: ["approved"] });
  });

  it("gives up after its attempts, and says so to the actor", async () => {
    const world = new World();
    let runs = 0;
    const broken = activity(() => Promise.reject(new Error(`no route ${++runs}`)), { attempts: 3 });
    const node = await world.start({ activities: { bank: broken } });
    await node.ask("a", askOutside("bank"));
    await world.advance(60_000);
    expect(runs).toBe(3);
    expect(await node.read("a")).toMatchObject({ words: ["gave up"] });
    expect(await world.letters()).toEqual([]);
  });

  it("is kept from a provider that keeps failing, until a while has passed", async () => {
    const world = new World();
    const provider = new Provider();
    const node = await world.start({ activities: { bank: provider.activity({ attempts: 20 }) } });
    for (let n = 0; n < 5; n++) await node.ask("a", askOutside("bank"));
    expect(provider.runs.length).toBe(5);
    provider.fail();
    await world.advance(1900);
    expect(provider.runs.length).toBe(5);
    await world.advance(200);
    expect(provider.runs.length).toBe(10);
    provider.answer("approved");
    await world.advance(0);
    expect(await node.read("a")).toMatchObject({ version: 5 });
  });

  it("waits for a place, and takes it as soon as there is one", async () => {
    const world = new World();
    const provider = new Provider();
    const node = await world.start({ activities: { bank: provider.activity() }, limits: { activities: 2 } });
    for (let n = 0; n < 5; n++) await node.ask("a", askOutside("bank"));
    expect(provider.runs.length).toBe(2);
    provider.answer("one");
    await world.advance(0);
    expect(provider.runs.length).toBe(4);
    provider.answer("two");
    await world.advance(0);
    provider.answer("three");
    await world.advance(0);
    expect(await node.read("a")).toMatchObject({ words: ["one", "one", "two", "two", "three"] });
  });

  it("that nobody knows is kept until somebody does", async () => {
    const world = new World();
    const former = await world.start();
    await former.ask("a", askOutside("bank"));
    await world.advance(1000);
    expect(former.logged("activity_missing")).toBe(1);
    await former.close();
    const provider = new Provider();
    const node = await world.start({ activities: { bank: provider.activity() } });
    await world.advance(0);
    provider.answer("approved");
    await world.advance(0);
    expect(await node.read("a")).toMatchObject({ words: ["approved"] });
  });

  it("that has no words for giving up is run again later", async () => {
    const world = new World();
    let runs = 0;
    const broken = activity(() => Promise.reject(new Error(`no route ${++runs}`)), {
      gaveUp: () => {
        throw new Error("a defect");
      },
    });
    const node = await world.start({ activities: { bank: broken } });
    await node.ask("a", askOutside("bank"));
    await world.advance(11_000);
    expect(runs).toBeGreaterThan(1);
    expect((await world.letters()).length).toBe(1);
    expect(await node.ask("a", add(1))).toMatchObject({ ok: true });
  });

  it("may ask for an answer that its actor no longer needs", async () => {
    const world = new World();
    const provider = new Provider();
    const node = await world.start({ activities: { bank: provider.activity() } });
    await node.ask("a", askOutside("bank"));
    world.store.failNextCommit("unknown", { applied: true });
    provider.answer("approved");
    await world.advance(10_000);
    provider.answer("approved again");
    await world.advance(10_000);
    expect(await world.timesNoted("a", "approved")).toBe(1);
    expect(await world.eventsOf(addressOf("a"))).toHaveLength(1);
    expect(await node.ask("a", neverMind())).toMatchObject({ ok: true });
  });

  it("that takes for ever holds up no deadline, however many wait, and sets off no storm of sweeps", async () => {
    const world = new World();
    let sweeps = 0;
    const node = await world.start({
      activities: { bank: activity(() => new Promise(() => {}), { timeoutMs: 10_000_000, attempts: 1 }) },
      limits: { activities: 1, lettersPerSweep: 20 },
      onCall: ({ verb, moment }) => {
        if (verb === "letters" && moment === "before") sweeps++;
      },
    });
    await node.ask("hold", hearLater("rang", { at: world.now + 15 * 60_000 }));
    for (let n = 0; n < 40; n++) await node.ask(`payer-${n}`, askOutside("bank"));
    await world.advance(10_000);
    const before = sweeps;
    await world.advance(10_000);
    expect(sweeps - before).toBeLessThanOrEqual(3);
    await world.advance(15 * 60_000);
    expect(await world.timesNoted("hold", "rang")).toBe(1);
  });

  it("leaves nothing behind in the process, however many run", async () => {
    const world = new World();
    const flaky = activity(
      (_, { attempt }) => attempt < 3 ? Promise.reject(new Error("not yet")) : Promise.resolve(heard("approved")),
      { attempts: 3 },
    );
    const node = await world.start({ activities: { bank: flaky } });
    const timers = node.timers;
    for (let n = 0; n < 10; n++) await node.ask("a", askOutside("bank"));
    await world.advance(30_000);
    expect(await node.read("a")).toMatchObject({ version: 10 });
    expect(node.timers).toBe(timers);
    expect(node.actors.gauges()).toMatchObject({ letters: 0, mailboxDepth: 0 });
  });

  it("is called off when the node closes, and runs at the next", async () => {
    const world = new World();
    const provider = new Provider();
    const activities = { bank: provider.activity({ timeoutMs: 60_000 }) };
    const former = await world.start({ activities });
    await former.ask("a", askOutside("bank"));
    await former.close();
    expect(provider.runs.map(({ signal }) => signal.aborted)).toEqual([true]);
    expect(former.timers).toBe(0);
    const node = await world.start({ activities });
    await world.advance(0);
    provider.answer("approved");
    await world.advance(0);
    expect(await node.read("a")).toMatchObject({ words: ["approved"] });
  });
});
