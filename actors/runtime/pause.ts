import type { Clock } from "./ports.ts";

/** Resolves after so many milliseconds of that clock. */
export function pause(clock: Clock, ms: number): Promise<void> {
  return new Promise((resolve) => void clock.after(ms, resolve));
}
