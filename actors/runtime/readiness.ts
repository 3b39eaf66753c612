import type { Resident } from "./resident.ts";

/** Who waits for which actor to come in. Those who wait for one that is forgotten are let go too, to look again. */
export class Readiness {
  readonly #waiters = new Map<Resident, (() => void)[]>();

  /** Resolves when each of them has come in or been forgotten. */
  async of(residents: readonly Resident[]): Promise<void> {
    await Promise.all(residents.map((resident) => {
      if (resident.isIn) return;
      return new Promise<void>((resolve) => {
        const waiters = this.#waiters.get(resident);
        if (waiters === undefined) this.#waiters.set(resident, [resolve]);
        else waiters.push(resolve);
      });
    }));
  }

  changed(resident: Resident): void {
    const waiters = this.#waiters.get(resident);
    this.#waiters.delete(resident);
    for (const wake of waiters ?? []) wake();
  }
}
