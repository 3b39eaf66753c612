import type { Random } from "../../../actors/runtime/ports.ts";

/** Before this nobody comes back from a drain: the next process must have a chance to listen. */
const FIRST_MS = 1000;

/** When a client that is sent away alone comes back: soon, but not all of them in the same moment. */
export function comeBackSoon(random: Random): number {
  return Math.round(500 + random() * 1500);
}

/** When a client comes back to something that is not there at all. */
export function comeBackLater(random: Random): number {
  return Math.round(30_000 + random() * 30_000);
}

/**
 * When the `index`th of `count` clients comes back from a drain: evenly spread, so that of ten or more no second sees
 * more than a tenth.
 */
export function comeBackSpread(
  index: number,
  { count, spreadMs }: { readonly count: number; readonly spreadMs: number },
): number {
  return Math.round(FIRST_MS + index * spreadMs / count);
}
