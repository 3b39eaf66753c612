import { describe, it } from "@std/testing/bdd";
import { expect } from "@std/expect";
import type { SnapshotRow } from "../../../actors/runtime/ports.ts";
import { viewOf } from "./node.ts";
import type { StoreCall } from "./store_link.ts";
import { add, addAndTell, addressOf, heard, hearLater, pass, type Tally, tallyKind } from "./tally_kind.ts";
import { World } from "./world.ts";

const KILOBYTE = "x".repeat(1000);

/** Sees the snapshots that a node writes. */
function snapshotsInto(rows: SnapshotRow[]): { readonly onCall: (call: StoreCall) => void } {
  return {
    onCall: ({ moment, batch }) => {
      if (moment === "after" && batch !== undefined) rows.push(...batch.snapshots);
    },
  };
}

describe("passivation (ACT-9)", () => {
  it("keeps 500 of 20,000 actors in memory, and forgets nothing", async () => {
    const world = new World();
    const node = await world.start({ limits: { residents: 500 } });
    let most = 0;
    const deadline = world.now + 50_000;
    for (let wave = 0; wave < 80; wave++) {
      const ids = Array.from({ length: 250 }, (_, n) => `t${wave * 250 + n}`);
      await Promise.all(ids.map((id) => node.ask(id, add(1), { key: "first" })));
      most = Math.max(most, node.actors.gauges().residents);
    }
    await node.ask("t7", hearLater("wake up", { at: deadline }));
    await world.advance(0);
    expect(most).toBeLessThanOrEqual(500);
    expect(node.depth).toBe(0);

    for (const id of ["t0", "t9999", "t19999"]) {
      expect(await node.ask(id, add(1), { key: "first" })).toMatchObject({ ok: true, replayed: true });
      expect(viewOf(await node.ask(id, add(1)))).toMatchObject({ total: 2, version: 2 });
    }
    await world.advance(60_000);
    expect(await node.read("t7")).toMatchObject({ total: 1, words: ["wake up"] });
  });

  it("lets units that reach two actors end however crowded it is", async () => {
    const world = new World({ partitions: 1 });
    const node = await world.start({ limits: { residents: 10 }, wireMs: 3 });
    const asked = Array.from({ length: 300 }, (_, n) => node.ask(`a${n}`, addAndTell(1, `b${n}`)));
    await world.until(Promise.all(asked));
    expect(viewOf(await world.until(node.ask("b17", add(1))))).toMatchObject({ total: 2 });
    await world.advance(100);
    expect(node.actors.gauges().residents).toBeLessThanOrEqual(10);
  });

  it("lets no unit load out of memory what another waits for", async () => {
    const world = new World({ partitions: 1 });
    let loads = 0;
    const node = await world.start({
      limits: { residents: 10, batch: 4 },
      wireMs: 3,
      onCall: ({ verb, moment }) => {
        if (verb === "load" && moment === "before") loads++;
      },
    });
    const asked = Array.from(
      { length: 100 },
      (_, n) => node.ask(`a${n}`, pass(`b${n}`, pass(`c${n}`, pass(`d${n}`, add(1))))),
    );
    await world.until(Promise.all(asked));
    expect(loads).toBeLessThan(400);
    expect(await world.until(node.read("d7"))).toMatchObject({ total: 1 });
    for (let n = 0; n < 20; n++) await world.until(node.ask("e", add(1)));
    expect(node.actors.gauges().residents).toBeLessThanOrEqual(10);
  });

  it("does not lose a word of what comes while a snapshot is on its way", async () => {
    const world = new World({ seed: 5 });
    const node = await world.start({ limits: { residents: 3 }, wireMs: 5 });
    const ids = Array.from({ length: 12 }, (_, n) => `t${n}`);
    const asked: Promise<unknown>[] = [];
    for (let n = 0; n < 600; n++) {
      asked.push(node.ask(world.chance.pick(ids), add(1)));
      if (world.chance.happens(40)) await world.advance(2);
    }
    await world.until(Promise.all(asked));
    const reads = await world.until(Promise.all(ids.map((id) => node.read(id))));
    expect(reads.reduce((sum, { total }) => sum + total, 0)).toBe(600);
    expect(reads.every(({ total, version }) => total === version)).toBe(true);
  });

  it("lets go of whom nobody has used lately", async () => {
    const world = new World();
    const loads: string[] = [];
    const node = await world.start({
      limits: { residents: 10 },
      onCall: ({ verb, moment }) => {
        if (verb === "load" && moment === "before") loads.push(verb);
      },
    });
    await node.ask("busy", add(1));
    for (let n = 0; n < 100; n++) {
      await node.ask(`t${n}`, add(1));
      await node.ask("busy", add(1));
    }
    expect(loads.length).toBe(101);
  });
});

describe("a snapshot", () => {
  it("is written at most once a second, however busy the actor is", async () => {
    const world = new World();
    const rows: SnapshotRow[] = [];
    const node = await world.start(snapshotsInto(rows));
    for (let n = 0; n < 500; n++) {
      await node.ask("a", heard(KILOBYTE));
      await world.advance(10);
    }
    expect(rows.length).toBeGreaterThan(1);
    expect(rows.length).toBeLessThanOrEqual(5);
  });

  it("is not written while the events since do not outweigh it", async () => {
    const world = new World();
    const former = await world.start();
    for (let n = 0; n < 30; n++) {
      await former.ask("a", heard(KILOBYTE));
      await world.advance(1000);
    }
    await former.close();
    const rows: SnapshotRow[] = [];
    const node = await world.start(snapshotsInto(rows));
    const [stored] = await world.store.load([addressOf("a")], { commandIds: 0 });
    const since = stored?.events.length ?? 0;
    for (let n = since; n < 15; n++) {
      await node.ask("a", heard(KILOBYTE));
      await world.advance(2000);
    }
    expect(since).toBeLessThan(15);
    expect(rows).toEqual([]);
    for (let n = 0; n < 10; n++) await node.ask("a", heard(KILOBYTE));
    await world.advance(2000);
    expect(rows.length).toBe(1);
  });

  it("of a small state is written again soon after a burst", async () => {
    const world = new World();
    const rows: SnapshotRow[] = [];
    const node = await world.start(snapshotsInto(rows));
    for (let burst = 0; burst < 3; burst++) {
      await Promise.all(Array.from({ length: 3000 }, () => node.ask("a", add(1))));
      await world.advance(1000);
    }
    await world.advance(1000);
    const { version } = await node.read("a");
    for (let n = 0; n < 400; n++) await node.ask("a", add(1));
    await world.advance(2000);
    await node.ask("a", add(1));
    expect(rows.at(-1)?.version).toBeGreaterThan(version);
  });

  it("of another schema is not believed: the journal is read from its beginning", async () => {
    const world = new World();
    const former = await world.start({ limits: { residents: 1 } });
    for (const id of ["a", "b", "c", "d"]) for (let n = 0; n < 5; n++) await former.ask(id, add(n));
    await former.close();
    const [stored] = await world.store.load([addressOf("a")], { commandIds: 0 });
    expect(stored?.snapshot).toMatchObject({ version: 5, schemaVersion: 1 });

    const renewed = {
      ...tallyKind,
      schemaVersion: 2,
      thaw: (): Tally => {
        throw new Error("Cannot read the old schema");
      },
    };
    const node = await world.start({ kinds: [renewed] });
    expect(await node.read("a")).toMatchObject({ total: 10, turns: 5, version: 5 });
    expect(viewOf(await node.ask("a", add(1)))).toMatchObject({ total: 11, version: 6 });
  });

  it("replaces one of an older schema at the same version", async () => {
    const world = new World();
    const crowded = { limits: { residents: 1 } };
    const former = await world.start(crowded);
    for (const id of ["a", "b", "c"]) await former.ask(id, add(1));
    await former.close();
    const renewed = { ...tallyKind, schemaVersion: 2 };
    const node = await world.start({ ...crowded, kinds: [renewed] });
    for (const id of ["a", "b", "c", "d", "e"]) await node.read(id);
    for (const id of ["d", "e", "f"]) await node.ask(id, add(1));
    const [stored] = await world.store.load([addressOf("a")], { commandIds: 0 });
    expect(stored?.snapshot).toMatchObject({ version: 1, schemaVersion: 2 });
  });

  it("may be refused, and nothing is lost", async () => {
    const world = new World();
    let refused = 0;
    const node = await world.start({
      limits: { residents: 1 },
      onCall: ({ moment, batch }) => {
        if (moment === "after" || batch === undefined || batch.snapshots.length === 0 || refused === 3) return;
        world.store.failNextCommit("constraint");
        refused++;
      },
    });
    for (const id of ["a", "b", "c", "a", "b", "c", "a", "b", "c"]) await node.ask(id, add(1));
    expect(refused).toBe(3);
    expect(await node.read("a")).toMatchObject({ total: 3, version: 3 });
    expect(await world.store.deadLetters({ limit: 5 })).toEqual([]);
  });
});
