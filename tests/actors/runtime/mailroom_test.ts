import { describe, it } from "@std/testing/bdd";
import { expect } from "@std/expect";
import { MailQueue } from "../../../actors/runtime/mail.ts";
import { add, addressOf } from "./tally_kind.ts";
import { World } from "./world.ts";

describe("a mailbox (ACT-6)", () => {
  it("refuses what is past an actor's limit at the door; other actors take theirs in", async () => {
    const world = new World();
    const node = await world.start({ limits: { mailboxPerActor: 3 } });
    const release = world.store.hold("load");
    const waiting = [1, 2, 3].map((amount) => node.ask("a", add(amount)));
    await expect(node.ask("a", add(4))).rejects.toMatchObject({ code: "mailbox_full" });
    await expect(node.read("a")).rejects.toMatchObject({ code: "mailbox_full" });
    const other = node.ask("b", add(1));
    expect(node.depth).toBe(4);
    release();
    expect(await other).toMatchObject({ ok: true });
    await Promise.all(waiting);
    expect(await node.read("a")).toMatchObject({ total: 6 });
    expect(node.depth).toBe(0);
  });

  it("refuses what is past the node's limit, whoever it is for, and keeps nothing of it", async () => {
    const world = new World();
    const node = await world.start({ limits: { mailboxPerNode: 5 } });
    const release = world.store.hold("load");
    const waiting = ["a", "b", "c", "d", "e"].map((id) => node.ask(id, add(1)));
    for (let n = 0; n < 100; n++) {
      await expect(node.ask(`x${n}`, add(1))).rejects.toMatchObject({ code: "mailbox_full" });
    }
    expect(node.depth).toBe(5);
    expect(node.actors.gauges().residents).toBe(5);
    release();
    await Promise.all(waiting);
    expect(node.depth).toBe(0);
    expect(await node.ask("x1", add(1))).toMatchObject({ ok: true });
  });

  it("is counted exactly while all kinds of mail come and go", async () => {
    const world = new World({ seed: 3 });
    const node = await world.start({ wireMs: 10, limits: { commandIdsPerActor: 3, askTimeoutMs: 400 } });
    for (let n = 0; n < 20; n++) {
      const failure = world.chance.pick(["unknown", "constraint", "retryable"] as const);
      world.store.failNextCommit(failure, { applied: failure === "unknown" && world.chance.happens(50) });
    }
    const all: Promise<unknown>[] = [];
    for (let n = 0; n < 300; n++) {
      const id = world.chance.pick(["a", "b", "c"]);
      const amount = world.chance.int(-5, 10);
      all.push(
        world.chance.happens(20) ? node.read(id) : node.ask(id, add(amount), { key: `${world.chance.int(0, 99)}` }),
      );
      if (world.chance.happens(30)) await world.advance(3);
    }
    await world.until(Promise.allSettled(all));
    await world.advance(10_000);
    expect(node.depth).toBe(0);
  });
});

describe("an ask that nobody answers in time", () => {
  it("is told that its outcome is unknown; what was not decided by then never is", async () => {
    const world = new World();
    const node = await world.start();
    const release = world.store.hold("load");
    const asked = node.ask("a", add(1), { timeoutMs: 500 });
    const refused = expect(asked).rejects.toMatchObject({ code: "outcome_unknown" });
    await world.advance(1000);
    await refused;
    release();
    await world.advance(1000);
    expect(await world.eventsOf(addressOf("a"))).toEqual([]);
    expect(node.depth).toBe(0);
  });

  it("is applied once when it is asked again", async () => {
    const world = new World();
    const node = await world.start();
    await node.ask("a", add(1));
    const release = world.store.hold("commit");
    const first = node.ask("a", add(10), { key: "k", timeoutMs: 500 });
    const refused = expect(first).rejects.toMatchObject({ code: "outcome_unknown" });
    await world.advance(1000);
    await refused;
    const again = node.ask("a", add(10), { key: "k" });
    release();
    expect(await again).toMatchObject({ ok: true, version: 2, replayed: true });
    expect(await node.read("a")).toMatchObject({ total: 11 });
  });

  it("was never done when it is a read", async () => {
    const world = new World();
    const node = await world.start();
    world.store.hold("load");
    const refused = expect(node.read("a")).rejects.toMatchObject({ code: "unavailable" });
    await world.advance(11_000);
    await refused;
  });

  it("waits ten seconds when nothing else is said", async () => {
    const world = new World();
    const node = await world.start();
    world.store.hold("load");
    let isSettled = false;
    const asked = node.ask("a", add(1)).catch(() => isSettled = true);
    await world.advance(9900);
    expect(isSettled).toBe(false);
    await world.advance(500);
    await asked;
    expect(isSettled).toBe(true);
  });
});

describe("a queue of mail that is never empty", () => {
  it("keeps no more than what is in it", () => {
    const queue = new MailQueue();
    const mail = {
      what: "read",
      to: addressOf("a"),
      expiresAt: 0,
      settled: false,
      fail: () => {},
      serve: () => {},
    } as const;
    queue.push(mail);
    for (let n = 0; n < 10_000; n++) {
      queue.push(mail);
      queue.shift();
    }
    expect(queue.length).toBe(1);
    expect(queue.capacity).toBeLessThan(3000);
  });
});
