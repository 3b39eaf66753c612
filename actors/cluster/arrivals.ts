import type { Clock } from "../runtime/ports.ts";

/** A moment that may come; whoever does not wait for it any more says so. */
export interface Arrival {
  readonly happened: Promise<void>;
  ignore(): void;
}

/** Lets calls wait for the node that takes their partition over. */
export class Arrivals {
  readonly #clock: Clock;
  readonly #waiting = new Map<number, Set<() => void>>();

  constructor(clock: Clock) {
    this.#clock = clock;
  }

  /** When somebody next says that they have that partition. */
  next(partition: number): Arrival {
    const waiting = this.#waiting.get(partition) ?? new Set();
    this.#waiting.set(partition, waiting);
    const { promise, resolve } = Promise.withResolvers<void>();
    waiting.add(resolve);
    return { happened: promise, ignore: () => waiting.delete(resolve) };
  }

  /** Resolves then: true; or when `atMostMs` have passed. */
  async wait(partition: number, atMostMs: number): Promise<boolean> {
    const arrival = this.next(partition);
    const timeout = Promise.withResolvers<false>();
    const cancel = this.#clock.after(atMostMs, () => timeout.resolve(false));
    const hasArrived = await Promise.race([arrival.happened.then(() => true), timeout.promise]);
    cancel();
    arrival.ignore();
    return hasArrived;
  }

  arrived(partitions: readonly number[]): void {
    for (const partition of partitions) {
      const waiting = [...this.#waiting.get(partition) ?? []];
      this.#waiting.delete(partition);
      for (const arrived of waiting) arrived();
    }
  }
}
