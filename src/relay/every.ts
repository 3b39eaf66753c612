import type { Clock } from "../../actors/runtime/ports.ts";

export interface EveryOptions {
  readonly clock: Clock;
  readonly restMs: number;
}

/**
 * Does something again and again, each time so long after the last one ended. `work` must not reject. Disposing waits for
 * what is under way.
 */
export function every({ clock, restMs }: EveryOptions, work: () => Promise<void>): AsyncDisposable {
  let isClosed = false;
  let cancel: () => void = () => {};
  let working: Promise<void> = Promise.resolve();

  function rest(): void {
    if (isClosed) return;
    cancel = clock.after(restMs, () => {
      working = work().finally(rest);
    });
  }
  rest();
  return {
    async [Symbol.asyncDispose](): Promise<void> {
      isClosed = true;
      cancel();
      await working;
    },
  };
}
