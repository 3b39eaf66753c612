import type { Clock } from "../../actors/runtime/ports.ts";

export interface WithinOptions {
  readonly clock: Clock;
  readonly timeoutMs: number;
  /** What is thrown when time is up. What comes later is ignored. */
  late(): Error;
}

/** What `doing` resolves to, if it does so in time. */
export function within<Result>(doing: Promise<Result>, { clock, timeoutMs, late }: WithinOptions): Promise<Result> {
  return new Promise((resolve, reject) => {
    const cancel = clock.after(timeoutMs, () => reject(late()));
    doing.then(
      (result) => {
        cancel();
        resolve(result);
      },
      (error) => {
        cancel();
        reject(error);
      },
    );
  });
}
