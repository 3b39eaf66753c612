import type { DatabaseClock } from "../../actors/runtime/ports.ts";

/**
 * The database's time as this process tells it: the latest of what the database has said, plus a monotonic offset. A wall
 * clock that is set wrong, or set back, changes nothing here.
 */
export function monotonicClock(databaseNow: number, readAt: number = performance.now()): DatabaseClock {
  let offset = databaseNow - readAt;
  return {
    now: () => offset + performance.now(),
    after: (delayMs, task) => {
      const timer = setTimeout(task, delayMs);
      return () => clearTimeout(timer);
    },
    catchUp: (shown) => {
      offset = Math.max(offset, shown - performance.now());
    },
  };
}
