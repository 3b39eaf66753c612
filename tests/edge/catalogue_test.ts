import { describe, it } from "@std/testing/bdd";
import { expect } from "@std/expect";
import type { Cache } from "../../src/cache/cache.ts";
import { MemoryCache } from "../../src/cache/memory_cache.ts";
import { ActorCatalogue } from "../../src/edge/catalogue.ts";
import { ManualClock } from "./manual_clock.ts";
import { actorError, ScriptedActors } from "./scripted_actors.ts";
import { mug } from "./shop_ids.ts";

interface Shelf {
  readonly catalogue: ActorCatalogue;
  readonly actors: ScriptedActors;
  readonly clock: ManualClock;
  readonly cache: Cache;
  readonly asked: boolean[];
  /** Another node's, with the same actors and the same cache. */
  anothers(): ActorCatalogue;
}

const TTL_MS = 5000;

function shelf({ items = 100 } = {}): Shelf {
  const actors = new ScriptedActors();
  const clock = new ManualClock();
  const cache = new MemoryCache({ clock, entries: 100, bytes: 1_000_000, allowances: 1 });
  const asked: boolean[] = [];
  const metrics = { catalogueAsked: (hit: boolean) => void asked.push(hit) };
  const anothers = (): ActorCatalogue => new ActorCatalogue({ actors, cache, clock, metrics, items, ttlMs: TTL_MS });
  actors.show("product/MUG", mug());
  return { actors, clock, cache, asked, catalogue: anothers(), anothers };
}

describe("the catalogue", () => {
  it("asks a product's actor once, and counts how often it did not have to", async () => {
    const { catalogue, actors, asked } = shelf();
    for (let look = 0; look < 3; look++) {
      expect(await catalogue.find("MUG")).toMatchObject({ unitMinor: 450, stocked: true });
    }
    expect(actors.reads.length).toBe(1);
    expect(asked).toEqual([false, true, true]);
  });

  it("asks once for all who look at the same time", async () => {
    const { catalogue, actors } = shelf();
    await Promise.all(Array.from({ length: 50 }, () => catalogue.find("MUG")));
    expect(actors.reads.length).toBe(1);
  });

  it("asks again when a product has changed, and after a while", async () => {
    const { catalogue, actors, clock } = shelf();
    await catalogue.find("MUG");
    actors.show("product/MUG", mug(500));
    catalogue.invalidate("MUG");
    expect((await catalogue.find("MUG"))?.unitMinor).toBe(500);
    actors.show("product/MUG", mug(600));
    expect((await catalogue.find("MUG"))?.unitMinor).toBe(500);
    clock.advance(5000);
    expect((await catalogue.find("MUG"))?.unitMinor).toBe(600);
  });

  it("does not remember what it read before a change that came meanwhile", async () => {
    const { catalogue, actors } = shelf();
    const { promise, resolve } = Promise.withResolvers<void>();
    actors.readingFirst = () => promise;
    const early = catalogue.find("MUG");
    catalogue.invalidate("MUG");
    resolve();
    await early;
    await catalogue.find("MUG");
    expect(actors.reads.length).toBe(2);
  });

  it("has nothing that is withdrawn, missing, or not even a name", async () => {
    const { catalogue, actors } = shelf();
    actors.show("product/OLD", mug(1, { status: "withdrawn" }));
    for (const sku of ["OLD", "NONE", "a/b", ""]) expect(await catalogue.find(sku)).toBeUndefined();
    expect(await catalogue.find("NONE")).toBeUndefined();
    expect(actors.reads.map(({ address }) => address)).toEqual(["product/OLD", "product/NONE"]);
  });

  it("does not remember that an actor could not be asked", async () => {
    const { catalogue, actors } = shelf();
    actors.readingFirst = () => Promise.reject(actorError("unavailable"));
    await expect(catalogue.find("MUG")).rejects.toMatchObject({ code: "unavailable" });
    actors.readingFirst = () => Promise.resolve();
    expect(await catalogue.find("MUG")).toBeDefined();
  });

  it("remembers no more than it may", async () => {
    const { catalogue, asked } = shelf({ items: 2 });
    for (const sku of ["MUG", "A", "B", "MUG"]) await catalogue.find(sku);
    expect(asked).toEqual([false, false, false, false]);
  });
});

describe("the catalogues of several nodes", () => {
  it("ask a product's actor once among them, and count what another one knew as not remembered", async () => {
    const { catalogue, anothers, actors, asked } = shelf();
    actors.show("product/OLD", mug(1, { status: "withdrawn" }));
    for (const node of [catalogue, anothers(), anothers()]) {
      expect((await node.find("MUG"))?.unitMinor).toBe(450);
      expect(await node.find("OLD")).toBeUndefined();
    }
    expect(actors.reads.length).toBe(2);
    expect(asked).toEqual([false, false, false, false, false, false]);
  });

  it("serve what one of them knows while the product's actor cannot be asked", async () => {
    const { catalogue, anothers, actors } = shelf();
    await catalogue.find("MUG");
    actors.readingFirst = () => Promise.reject(actorError("unavailable"));
    expect((await anothers().find("MUG"))?.unitMinor).toBe(450);
  });

  it("promise one age, however many of them it went through", async () => {
    const { catalogue, anothers, actors, clock } = shelf();
    await catalogue.find("MUG");
    actors.show("product/MUG", mug(500));
    clock.advance(TTL_MS - 1);
    const another = anothers();
    expect((await another.find("MUG"))?.unitMinor).toBe(450);
    clock.advance(1);
    expect((await another.find("MUG"))?.unitMinor).toBe(500);
    expect((await catalogue.find("MUG"))?.unitMinor).toBe(500);
  });

  it("count the age from before the actor was asked", async () => {
    const { catalogue, actors, clock } = shelf();
    actors.readingFirst = () => Promise.resolve(clock.advance(TTL_MS - 1));
    await catalogue.find("MUG");
    actors.readingFirst = () => Promise.resolve();
    clock.advance(1);
    await catalogue.find("MUG");
    expect(actors.reads.length).toBe(2);
  });

  it("do not count what stayed in the cache for longer than it was to", async () => {
    const { catalogue, anothers, actors, clock, cache } = shelf();
    await catalogue.find("MUG");
    const late = await cache.get("product/MUG") ?? "";
    actors.show("product/MUG", mug(500));
    clock.advance(TTL_MS);
    await cache.set("product/MUG", late, { ttlMs: TTL_MS, version: 3 });
    expect((await anothers().find("MUG"))?.unitMinor).toBe(500);
  });

  it("forget together, and do not take back what one of them had read before a change", async () => {
    const { catalogue, anothers, actors } = shelf();
    const { promise, resolve } = Promise.withResolvers<void>();
    actors.readingFirst = () => promise;
    const early = anothers().find("MUG");
    catalogue.invalidate("MUG", 4);
    resolve();
    expect((await early)?.unitMinor).toBe(450);
    actors.readingFirst = () => Promise.resolve();
    actors.show("product/MUG", mug(500));
    actors.version = 4;
    expect((await anothers().find("MUG"))?.unitMinor).toBe(500);
    expect((await anothers().find("MUG"))?.unitMinor).toBe(500);
    expect(actors.reads.length).toBe(2);
  });

  it("believe their own node's change at once, whatever the others still share", async () => {
    const { catalogue, anothers, actors, clock } = shelf();
    await anothers().find("MUG");
    actors.show("product/MUG", mug(500));
    catalogue.invalidate("MUG");
    expect((await catalogue.find("MUG"))?.unitMinor).toBe(500);
    clock.advance(TTL_MS);
    await anothers().find("MUG");
    await catalogue.find("MUG");
    expect(actors.reads.length).toBe(3);
  });

  it("ask the actor when what is shared makes no sense", async () => {
    const { anothers, actors, cache, clock } = shelf();
    const item = { sku: "MUG", name: "Mug", unitMinor: 1, currency: "GBP", stocked: true };
    const readAt = clock.now();
    const senseless = [
      "not JSON",
      "null",
      JSON.stringify({ item }),
      JSON.stringify({ item: { ...item, unitMinor: "1" }, readAt }),
      JSON.stringify({ item: { ...item, unitMinor: -1 }, readAt }),
      JSON.stringify({ item: { ...item, sku: "GOLD" }, readAt }),
    ];
    for (const json of senseless) {
      await cache.set("product/MUG", json, { ttlMs: TTL_MS, version: 9 });
      expect([json, (await anothers().find("MUG"))?.unitMinor]).toEqual([json, 450]);
    }
    expect(actors.reads.length).toBe(senseless.length);
  });
});
