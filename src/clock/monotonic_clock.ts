import type { Clock } from "../../actors/runtime/ports.ts";

/**
 * The database's time as this process tells it: what the database said once, plus a monotonic offset. A wall clock that
 * is set wrong, or set back, changes nothing here.
 */
export function monotonicClock(databaseNow: number, readAt: number = performance.now()): Clock {
  const offset = databaseNow - readAt;
  return {
    now: () => offset + performance.now(),
    after: (delayMs, task) => {
      const timer = setTimeout(task, delayMs);
      return () => clearTimeout(timer);
    },
  };
}
