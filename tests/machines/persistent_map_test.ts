import { describe, it } from "@std/testing/bdd";
import { expect } from "@std/expect";
import {
  emptyMap,
  entriesOf,
  get,
  has,
  mapOf,
  type PersistentMap,
  put,
  remove,
} from "../../machines/persistent_map.ts";
import { seeded } from "./seeded.ts";

const KEYS = Array.from({ length: 10_000 }, (_, index) => `ord_${(index * 7_919).toString(36).padStart(26, "a")}`);
const many = mapOf(KEYS.map((key, index) => [key, index]));

describe("a persistent map", () => {
  it("is empty at first", () => {
    expect(emptyMap().size).toBe(0);
    expect(get(emptyMap(), "mug")).toBeUndefined();
    expect([...entriesOf(emptyMap())]).toEqual([]);
  });

  it("holds what was put, the last under each key", () => {
    const map = put(put(put<number>(emptyMap(), { key: "mug", value: 1 }), { key: "lamp", value: 2 }), {
      key: "mug",
      value: 3,
    });
    expect(map.size).toBe(2);
    expect([get(map, "mug"), get(map, "lamp"), get(map, "tray")]).toEqual([3, 2, undefined]);
    expect([has(map, "mug"), has(map, "tray")]).toEqual([true, false]);
  });

  it("holds 10,000 entries and lists each once", () => {
    expect(many.size).toBe(10_000);
    expect(KEYS.every((key, index) => get(many, key) === index)).toBe(true);
    expect([...entriesOf(many)].map(([key]) => key).sort()).toEqual(KEYS.toSorted());
  });

  it("never changes", () => {
    const before = JSON.stringify(many);
    put(many, { key: "mug", value: -1 });
    put(many, { key: KEYS[0] ?? "", value: -1 });
    remove(many, KEYS[1] ?? "");
    expect(JSON.stringify(many)).toBe(before);
  });

  it("stays itself when there is nothing to remove", () => {
    expect(remove(many, "mug")).toBe(many);
    expect(remove(emptyMap(), "mug")).toEqual(emptyMap());
  });

  it("is JSON that gives the same map again", () => {
    const read: PersistentMap<number> = JSON.parse(JSON.stringify(many));
    expect(read).toStrictEqual(many);
    expect(get(read, KEYS[4_711] ?? "")).toBe(4_711);
  });

  it("has one shape for the same entries, whatever way it was made", () => {
    const few = KEYS.slice(0, 600);
    const straight = mapOf(few.map((key) => [key, key.length]));
    const backwards = mapOf(few.toReversed().map((key) => [key, key.length]));
    const shrunk = KEYS.slice(600, 3_000).reduce<PersistentMap<number>>(
      remove,
      mapOf([...KEYS.slice(0, 3_000)].map((key) => [key, key.length])),
    );
    expect(backwards).toStrictEqual(straight);
    expect(shrunk).toStrictEqual(straight);
    expect(few.reduce<PersistentMap<number>>(remove, shrunk)).toStrictEqual(emptyMap());
  });

  it("takes any number of keys with the same hash", () => {
    let twins: readonly string[] = [""];
    while (twins.length < 128) {
      const words = twinsAfter(twins[0] ?? "");
      twins = twins.flatMap((text) => words.map((word) => text + word));
    }
    const map = mapOf(twins.map((key, index) => [key, index]));
    expect(twins.map((key) => get(map, key))).toEqual(twins.map((_, index) => index));
    expect(twins.reduce<PersistentMap<number>>(remove, map)).toStrictEqual(emptyMap());
    expect(JSON.stringify(map).match(/children/g)?.length).toBe(6);
  });

  it("does what a Map does in 20,000 random steps", () => {
    const chance = seeded(7);
    const model = new Map<string, number>();
    let map: PersistentMap<number> = emptyMap();
    for (let step = 0; step < 20_000; step++) {
      const key = KEYS[chance.int(0, 399)] ?? "";
      const isPut = chance.happens(step % 4_000 < 2_000 ? 70 : 30);
      if (isPut) model.set(key, step);
      else model.delete(key);
      map = isPut ? put(map, { key, value: step }) : remove(map, key);
      if (map.size !== model.size) throw new Error(`Step ${step}: ${map.size} entries instead of ${model.size}`);
    }
    expect(new Map(entriesOf(map))).toEqual(model);
  });

  it("shares all but the path to the entry: five nodes of 10,000 entries at most", () => {
    const before = nodesOf(many);
    const fresh = [...nodesOf(put(many, { key: "mug", value: 1 }))].filter((node) => !before.has(node));
    expect(fresh.length).toBeLessThanOrEqual(5);
  });
});

function nodesOf(map: PersistentMap<number>): ReadonlySet<unknown> {
  const nodes = new Set<unknown>([map]);
  if (!("children" in map)) return nodes;
  for (const child of map.children) if (child !== null) { for (const node of nodesOf(child)) nodes.add(node); }
  return nodes;
}

/** Two words that the map's hash (FNV-1a) cannot tell apart after this text. */
function twinsAfter(text: string): readonly string[] {
  const before = hashed(text, 0x811c9dc5);
  const words = new Map<number, string>();
  for (let index = 0;; index++) {
    const word = index.toString(36);
    const hash = hashed(word, before);
    const twin = words.get(hash);
    if (twin !== undefined) return [twin, word];
    words.set(hash, word);
  }
}

function hashed(text: string, before: number): number {
  let hash = before;
  for (let index = 0; index < text.length; index++) hash = Math.imul(hash ^ text.charCodeAt(index), 0x01000193);
  return hash;
}
