import { describe, it } from "@std/testing/bdd";
import { expect } from "@std/expect";
import { ActorCatalogue } from "../../src/edge/catalogue.ts";
import { ManualClock } from "./manual_clock.ts";
import { actorError, ScriptedActors } from "./scripted_actors.ts";
import { mug } from "./shop_ids.ts";

interface Shelf {
  readonly catalogue: ActorCatalogue;
  readonly actors: ScriptedActors;
  readonly clock: ManualClock;
  readonly asked: boolean[];
}

function shelf({ items = 100 } = {}): Shelf {
  const actors = new ScriptedActors();
  const clock = new ManualClock();
  const asked: boolean[] = [];
  const metrics = { catalogueAsked: (hit: boolean) => void asked.push(hit) };
  actors.show("product/MUG", mug());
  return { actors, clock, asked, catalogue: new ActorCatalogue({ actors, clock, metrics, items, ttlMs: 5000 }) };
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
    const { catalogue, actors } = shelf({ items: 2 });
    for (const sku of ["MUG", "A", "B", "MUG"]) await catalogue.find(sku);
    expect(actors.reads.length).toBe(4);
  });
});
