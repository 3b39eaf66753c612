import { describe, it } from "@std/testing/bdd";
import { expect } from "@std/expect";
import { Loading } from "../../../actors/runtime/loading.ts";
import { Resident } from "../../../actors/runtime/resident.ts";
import { add, addressOf, tallyKind } from "./tally_kind.ts";
import { settled } from "./virtual_time.ts";
import { World } from "./world.ts";

async function absentTally(): Promise<{ world: World; resident: Resident; loaded: number[]; loading: Loading }> {
  const world = new World();
  const node = await world.start();
  for (let n = 0; n < 3; n++) await node.ask("a", add(1));
  const loaded: number[] = [];
  const loading = new Loading({
    store: world.store,
    clock: world.time.clock(),
    log: { info: () => {}, warn: () => {}, error: () => {} },
    commandIds: 2,
    onLoaded: ({ version }) => loaded.push(version),
  });
  return { world, resident: new Resident(addressOf("a"), "a", tallyKind, 0), loaded, loading };
}

describe("an actor that is loaded", () => {
  it("has its state, and the newest command ids", async () => {
    const { resident, loaded, loading } = await absentTally();
    loading.load(resident);
    await settled();
    expect(loaded).toEqual([3]);
    expect(resident).toMatchObject({ phase: "ready", version: 3, state: { total: 3 }, seenAll: false });
    expect(resident.seen.size).toBe(2);
  });

  it("does not take in what was asked before it was forgotten", async () => {
    const { world, resident, loaded, loading } = await absentTally();
    const release = world.store.hold("load");
    loading.load(resident);
    await settled();
    resident.forget();
    release();
    await settled();
    expect(loaded).toEqual([]);
    expect(resident.phase).toBe("absent");
  });

  it("is not loaded over by an answer that comes second", async () => {
    const { resident, loaded, loading } = await absentTally();
    loading.load(resident);
    await Promise.resolve();
    loading.load(resident);
    await settled();
    expect(loaded).toEqual([3]);
  });
});
