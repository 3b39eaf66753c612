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

  /** Runs `work` as the plan says: held back, failing before it, or failing after it was applied. */
  async through<Result>(verb: StoreVerb, work: () => Result): Promise<Result> {
    await this.#gates.get(verb)?.promise;
    const planned = this.#planned.get(verb)?.shift();
    if (planned === undefined) return work();
    if (planned.applied) work();
    throw new StoreError(planned.failure, `Cannot ${verb}: planned failure`, planned.partitions);
  }
}
