/** A source of chance that gives the same for the same seed. */
export interface Chance {
  /** A whole number from `low` to `high`, both included. */
  int(low: number, high: number): number;
  pick<Item>(items: readonly Item[]): Item;
  /** True in `percent` of all cases. */
  happens(percent: number): boolean;
}

/** Mulberry32. */
export function seeded(seed: number): Chance {
  let state = seed >>> 0;
  const next = (): number => {
    state = (state + 0x6d2b79f5) >>> 0;
    let mixed = Math.imul(state ^ (state >>> 15), state | 1);
    mixed ^= mixed + Math.imul(mixed ^ (mixed >>> 7), mixed | 61);
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 2 ** 32;
  };
  const int = (low: number, high: number): number => low + Math.floor(next() * (high - low + 1));
  return {
    int,
    pick: (items) => {
      const item = items[int(0, items.length - 1)];
      if (item === undefined) throw new Error("Cannot pick from nothing");
      return item;
    },
    happens: (percent) => next() * 100 < percent,
  };
}

/** Runs `check` for many seeds and names the one that fails. */
export function forSeeds(count: number, check: (chance: Chance) => void): void {
  for (let seed = 1; seed <= count; seed++) {
    try {
      check(seeded(seed));
    } catch (cause) {
      throw new Error(`Cannot pass seed ${seed}`, { cause });
    }
  }
}
