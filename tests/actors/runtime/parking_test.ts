import { describe, it } from "@std/testing/bdd";
import { expect } from "@std/expect";
import { PERSONAL_DEAD_LETTERS } from "../../../actors/runtime/dead_letter.ts";
import type { Kind } from "../../../actors/runtime/kind.ts";
import { viewOf } from "./node.ts";
import {
  add,
  addressOf,
  explode,
  heard,
  hearLater,
  pass,
  type Tally,
  type TallyCommand,
  type TallyEvent,
  tallyKind,
} from "./tally_kind.ts";
import { World } from "./world.ts";

describe("a message that keeps failing (ACT-7)", () => {
  it("dies after five attempts, with its error and the actor's version", async () => {
    const world = new World();
    const node = await world.start();
    await node.ask("a", add(1));
    await expect(world.until(node.ask("a", explode()))).rejects.toMatchObject({ code: "message_failed" });
    expect(node.logged("turn_failed")).toBe(5);
    expect(await world.store.deadLetters({ limit: 5 })).toMatchObject([
      { address: "tally/a", command: { type: "explode" }, error: "Error: boom", actorVersion: 1, attempts: 5 },
    ]);
    expect(node.counts.deadLettered).toBe(1);
    expect(node.depth).toBe(0);
  });

  it("lets the next ones flow", async () => {
    const world = new World();
    const node = await world.start();
    const failing = node.ask("a", explode());
    const others = [1, 2, 3].map((amount) => node.ask("a", add(amount)));
    expect((await Promise.all(others)).map((answer) => viewOf(answer).total)).toEqual([1, 3, 6]);
    await expect(world.until(failing)).rejects.toMatchObject({ code: "message_failed" });
    expect(await node.read("a")).toMatchObject({ total: 6, turns: 3 });
  });

  it("has its effect once when it stops failing in time", async () => {
    const world = new World();
    const node = await world.start();
    const answer = await world.until(node.ask("a", explode(world.now + 50), { key: "k" }));
    expect(viewOf(answer)).toMatchObject({ words: ["survived"] });
    expect(await node.ask("a", explode(world.now - 1), { key: "k" })).toMatchObject({
      reason: "idempotency_key_reused",
    });
    expect(await world.store.deadLetters({ limit: 5 })).toEqual([]);
    expect(node.depth).toBe(0);
  });

  it("dies when it is a letter, and when it is a deadline", async () => {
    const world = new World();
    const [b = ""] = world.strangers("a", 1);
    const node = await world.start();
    await node.ask("a", pass(b, explode()));
    await node.ask("a", hearLater("boom", { at: world.now + 1000 }));
    await world.advance(10_000);
    expect((await world.store.deadLetters({ limit: 5 })).map(({ address, attempts }) => [address, attempts])).toEqual([
      [addressOf(b), 5],
      ["tally/a", 5],
    ]);
    expect(await world.letters()).toEqual([]);
    expect(await node.ask(b, add(1))).toMatchObject({ ok: true, version: 1 });
  });

  it("has its attempts counted across crashes when it is a letter", async () => {
    const world = new World();
    const [b = ""] = world.strangers("a", 1);
    const former = await world.start();
    await former.ask("a", pass(b, explode()));
    await world.advance(30);
    expect(await world.letters()).toMatchObject([{ attempts: 2 }]);
    former.crash();
    const node = await world.start();
    await world.advance(5000);
    expect(node.logged("turn_failed")).toBe(3);
    expect(await world.store.deadLetters({ limit: 5 })).toMatchObject([{ attempts: 5 }]);
  });

  it("can be tried again once it is mended, or thrown away", async () => {
    const world = new World();
    const node = await world.start();
    const until = world.now + 60_000;
    for (const id of ["a", "b"]) {
      await expect(world.until(node.ask(id, explode(until)))).rejects.toMatchObject({ code: "message_failed" });
    }
    const [first, second] = await world.store.deadLetters({ limit: 5 });
    await world.advance(60_000);
    await world.store.takeDeadLetter(first?.id ?? "", "retry");
    await world.store.takeDeadLetter(second?.id ?? "", "discard");
    await world.advance(10_000);
    expect(await node.read("a")).toMatchObject({ words: ["survived"] });
    expect(await node.read("b")).toMatchObject({ words: [] });
    expect(await world.store.deadLetters({ limit: 5 })).toEqual([]);
  });

  it("is its sender's to send again when it was an ask with personal rows, which are not kept", async () => {
    const world = new World();
    const node = await world.start();
    const until = world.now + 60_000;
    const asking = { key: "k", personal: [{ id: "per_1", customerId: "a", data: { city: "Bath" } }] };
    await expect(world.until(node.ask("a", explode(until), asking))).rejects.toMatchObject({ code: "message_failed" });
    const [dead] = await world.store.deadLetters({ limit: 5 });
    expect(dead?.id.startsWith(PERSONAL_DEAD_LETTERS)).toBe(true);
    expect(JSON.stringify(dead)).not.toContain("Bath");
    await world.advance(60_000);
    await node.ask("a", explode(until), asking);
    expect(await world.store.personal(["per_1"])).toEqual(asking.personal);
  });

  it("may be decided anew under its id when it was an ask", async () => {
    const world = new World();
    const node = await world.start();
    const until = world.now + 60_000;
    const first = world.until(node.ask("a", explode(until), { key: "k" }));
    await expect(first).rejects.toMatchObject({ code: "message_failed" });
    await world.advance(60_000);
    expect(await node.ask("a", explode(until), { key: "k" })).toMatchObject({ ok: true, replayed: false });
  });

  it("is told to its caller once, who may have stopped waiting before", async () => {
    const world = new World();
    const node = await world.start();
    const asked = node.ask("a", explode(world.now + 200), { timeoutMs: 100, key: "k" });
    const refused = expect(asked).rejects.toMatchObject({ code: "outcome_unknown" });
    await world.advance(5000);
    await refused;
    expect(await node.read("a")).toMatchObject({ version: 0 });
    expect(node.depth).toBe(0);
  });
});

/** A tally whose binding has a defect that shows at the word. */
function broken(part: Partial<Kind<Tally, TallyCommand, TallyEvent>>): Kind {
  return { ...tallyKind, name: "broken", ...part };
}

function boomAt(tally: Tally): void {
  if (tally.words.includes("bomb")) throw new Error("boom");
}

describe("a defect in a kind's binding", () => {
  it("in its view undoes the unit alone", async () => {
    const world = new World();
    const view: Kind<Tally>["view"] = (tally, place) => {
      boomAt(tally);
      return tallyKind.view(tally, place);
    };
    const node = await world.start({ kinds: [tallyKind, broken({ view })] });
    const [failed, other] = await Promise.allSettled([
      world.until(node.ask("broken/a", heard("bomb"))),
      node.ask("broken/b", add(1)),
      node.ask("a", add(1)),
    ]);
    expect(failed).toMatchObject({ status: "rejected", reason: { code: "message_failed" } });
    expect(other).toMatchObject({ status: "fulfilled", value: { ok: true } });
    expect(await node.read("broken/a")).toMatchObject({ version: 0 });
  });

  it("in what it lets do fails the message alone", async () => {
    const world = new World();
    const mayCommand = (): boolean => {
      throw new Error("boom");
    };
    const node = await world.start({ kinds: [tallyKind, broken({ mayCommand })] });
    const [failed, other] = await Promise.allSettled([
      world.until(node.ask("broken/a", add(1))),
      node.ask("a", add(1)),
    ]);
    expect(failed).toMatchObject({ status: "rejected", reason: { code: "message_failed" } });
    expect(other).toMatchObject({ status: "fulfilled" });
  });

  it("in what it shows fails the read alone", async () => {
    const world = new World();
    const mayRead = (tally: Tally): boolean => {
      boomAt(tally);
      return true;
    };
    const node = await world.start({ kinds: [tallyKind, broken({ mayRead })] });
    await node.ask("broken/a", heard("bomb"));
    const [failed, other, third] = await Promise.allSettled([
      node.read("broken/a"),
      node.read("broken/b"),
      node.ask("a", add(1)),
    ]);
    expect(failed).toMatchObject({ status: "rejected", reason: { code: "message_failed" } });
    expect(other).toMatchObject({ status: "fulfilled" });
    expect(third).toMatchObject({ status: "fulfilled" });
    expect(node.depth).toBe(0);
  });

  it("in reading its own state fails that actor's messages alone", async () => {
    const world = new World();
    const evolve: Kind<Tally, TallyCommand, TallyEvent>["evolve"] = (tally, event) => {
      if (event.type === "noted" && event.word === "bomb") throw new Error("boom");
      return tallyKind.evolve(tally, event);
    };
    const former = await world.start({ kinds: [tallyKind, broken({})] });
    await former.ask("broken/a", heard("bomb"));
    await former.close();
    const node = await world.start({ kinds: [tallyKind, broken({ evolve })] });
    const [failed, other] = await Promise.allSettled([
      world.until(node.ask("broken/a", add(1))),
      node.ask("broken/b", add(1)),
    ]);
    expect(failed).toMatchObject({ status: "rejected" });
    expect(other).toMatchObject({ status: "fulfilled" });
    expect(await node.ask("a", add(1))).toMatchObject({ ok: true });
  });
});
