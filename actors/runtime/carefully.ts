import { textOf } from "./parking.ts";
import type { EventRow, Log } from "./ports.ts";

/** A listener whose defects are its own: what it throws is logged, and the next events come to it all the same. */
export function carefully(
  listener: ((events: readonly EventRow[]) => void) | undefined,
  log: Log,
): (events: readonly EventRow[]) => void {
  return (events) => {
    try {
      listener?.(events);
    } catch (error) {
      log.error("listener_failed", { events: events.length, error: textOf(error) });
    }
  };
}
