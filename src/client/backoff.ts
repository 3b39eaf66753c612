const FIRST_MS = 400;
const LONGEST_MS = 8000;
const AFTER_DROP_MS = 250;

/**
 * How long to wait before the next try, in milliseconds: doubling with each failure in a row, and never the same for two
 * browsers, so that a server which comes back is not met by all of them at once.
 */
export function backoffMs(failures: number, random: () => number): number {
  if (failures === 0) return Math.round(AFTER_DROP_MS * random());
  const longest = Math.min(LONGEST_MS, FIRST_MS * 2 ** (failures - 1));
  return Math.round(longest / 2 + random() * longest / 2);
}
