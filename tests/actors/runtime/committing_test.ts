import { describe, it } from "@std/testing/bdd";
import { expect } from "@std/expect";
import { add, addAndTell, explode, name } from "./tally_kind.ts";
import { World } from "./world.ts";

describe("a database that cannot write", () => {
  it("is tried again; readiness is off meanwhile", async () => {
    const world = new World();
    const node = await world.start();
    for (let n = 0; n < 4; n++) world.store.failNextCommit("retryable");
    const asked = node.ask("a", add(1));
    await world.advance(200);
    expect(node.actors.health.reasons).toEqual(["the database cannot write"]);
    await world.advance(1000);
    expect(await asked).toMatchObject({ ok: true, replayed: false });
    expect(node.actors.health.ready).toBe(true);
    expect(await node.read("a")).toMatchObject({ total: 1, turns: 1 });
  });

  it("is known to write again whatever it then says of the batch", async () => {
    const world = new World();
    const node = await world.start();
    await node.ask("z", name("taken"));
    world.store.failNextCommit("retryable");
    await expect(world.until(node.ask("a", name("taken")))).rejects.toMatchObject({ code: "message_failed" });
    expect(node.actors.health.ready).toBe(true);
  });

  it("tells the truth to whoever stops waiting, and does it once", async () => {
    const world = new World();
    const node = await world.start();
    const release = world.store.hold("commit");
    const asked = node.ask("a", add(1), { key: "k", timeoutMs: 1000 });
    const refused = expect(asked).rejects.toMatchObject({ code: "outcome_unknown" });
    await world.advance(2000);
    await refused;
    release();
    expect(await node.ask("a", add(1), { key: "k" })).toMatchObject({ ok: true, replayed: true });
    expect(await node.read("a")).toMatchObject({ total: 1 });
  });
});

describe("a database that cannot be asked", () => {
  it("is asked again for actors, and for outcomes", async () => {
    const world = new World();
    const node = await world.start({ limits: { commandIdsPerActor: 1 } });
    for (let n = 0; n < 3; n++) world.store.failNext("load", "unknown");
    const first = await world.until(node.ask("a", add(1), { key: "k" }));
    await node.ask("a", add(1));
    for (let n = 0; n < 3; n++) world.store.failNext("outcomes", "retryable");
    expect(await world.until(node.ask("a", add(1), { key: "k" }))).toEqual({ ...first, replayed: true });
  });

  it("delays a defect's burial, and loses nothing", async () => {
    const world = new World();
    const node = await world.start();
    const asked = node.ask("a", explode());
    const failed = expect(asked).rejects.toMatchObject({ code: "message_failed" });
    world.store.failNext("postpone", "unknown");
    await world.advance(5000);
    await failed;
    expect((await world.store.deadLetters({ limit: 5 })).length).toBe(1);
    expect(await node.ask("a", addAndTell(1, "b"))).toMatchObject({ ok: true });
  });
});
