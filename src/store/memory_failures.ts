import type { StoreFailure } from "../../actors/runtime/errors.ts";
import { StoreError } from "../../actors/runtime/errors.ts";
import type { Store } from "../../actors/runtime/ports.ts";

export type StoreVerb = Exclude<keyof Store, "identity">;

interface PlannedFailure {
  readonly failure: StoreFailure;
  readonly applied: boolean;
  readonly partitions: readonly number[];
}

/** What a test has planned to go wrong: failures by verb, in order, and a gate that holds calls back. */
export class MemoryFailures {
  readonly #planned = new Map<StoreVerb, PlannedFailure[]>();
  readonly #gates = new Map<StoreVerb, PromiseWithResolvers<void>>();

  plan(verb: StoreVerb, failure: PlannedFailure): void {
    this.#planned.set(verb, [...this.#planned.get(verb) ?? [], failure]);
  }

  hold(verb: StoreVerb): () => void {
    const gate = Promise.withResolvers<void>();
    this.#gates.set(verb, gate);
    return () => {
      if (this.#gates.get(verb) === gate) this.#gates.delete(verb);
      gate.resolve();
    };
  }

  /**
   * Runs `work` as the plan says: held back, failing before it, or failing after it was applied. A failure of certain
   * partitions waits for a call that uses one of them.
   */
  async through<Result>(verb: StoreVerb, work: () => Result, partitions: readonly number[] = []): Promise<Result> {
    await this.#gates.get(verb)?.promise;
    const plan = this.#planned.get(verb) ?? [];
    const next = plan.findIndex((failure) =>
      failure.partitions.length === 0 || failure.partitions.some((id) => partitions.includes(id))
    );
    const [planned] = next < 0 ? [] : plan.splice(next, 1);
    if (planned === undefined) return work();
    if (planned.applied) work();
    throw new StoreError(planned.failure, `Cannot ${verb}: planned failure`, planned.partitions);
  }
}
