import type {
  Batch,
  CommandKey,
  Identity,
  JournalRange,
  LetterSuspicion,
  PartitionEpoch,
  Store,
} from "../../../actors/runtime/ports.ts";
import type { Address } from "../../../machines/decision.ts";

export type StoreVerb = Exclude<keyof Store, "identity">;

/** A call on its way: `before` the store sees it, or `after` it was done and before the caller knows. */
export interface StoreCall {
  readonly verb: StoreVerb;
  readonly moment: "before" | "after";
  /** What a commit writes. */
  readonly batch?: Batch;
}

export interface StoreLinkOptions {
  /** Seen at every moment of every call; may cut this link. */
  readonly onCall: (call: StoreCall) => void;
  /** Resolves when the question or the answer has crossed the wire. */
  readonly cross: (call: StoreCall) => Promise<void> | undefined;
}

/** One process's connection to the store. Cut, it is silent: what is under way never answers. */
export class StoreLink implements Store {
  readonly #store: Store;
  readonly #options: StoreLinkOptions;
  #isCut = false;

  constructor(store: Store, options: StoreLinkOptions) {
    this.#store = store;
    this.#options = options;
  }

  get identity(): Identity {
    return this.#store.identity;
  }

  cut(): void {
    this.#isCut = true;
  }

  take(partitions: readonly number[], owner: string): ReturnType<Store["take"]> {
    return this.#call("take", () => this.#store.take(partitions, owner));
  }
  release(partitions: readonly PartitionEpoch[], owner: string): ReturnType<Store["release"]> {
    return this.#call("release", () => this.#store.release(partitions, owner));
  }
  calm(partitions: readonly PartitionEpoch[], owner: string): ReturnType<Store["calm"]> {
    return this.#call("calm", () => this.#store.calm(partitions, owner));
  }
  owners(): ReturnType<Store["owners"]> {
    return this.#call("owners", () => this.#store.owners());
  }
  raiseJournal(partitions: readonly number[], version: number): ReturnType<Store["raiseJournal"]> {
    return this.#call("raiseJournal", () => this.#store.raiseJournal(partitions, version));
  }
  epochs(partitions: readonly number[]): ReturnType<Store["epochs"]> {
    return this.#call("epochs", () => this.#store.epochs(partitions));
  }
  commit(batch: Batch): ReturnType<Store["commit"]> {
    return this.#call("commit", () => this.#store.commit(batch), { batch });
  }
  load(addresses: readonly Address[], options: Parameters<Store["load"]>[1]): ReturnType<Store["load"]> {
    return this.#call("load", () => this.#store.load(addresses, options));
  }
  outcomes(keys: readonly CommandKey[]): ReturnType<Store["outcomes"]> {
    return this.#call("outcomes", () => this.#store.outcomes(keys));
  }
  letters(partitions: readonly number[], options: Parameters<Store["letters"]>[1]): ReturnType<Store["letters"]> {
    return this.#call("letters", () => this.#store.letters(partitions, options));
  }
  events(ranges: readonly JournalRange[], limit: number): ReturnType<Store["events"]> {
    return this.#call("events", () => this.#store.events(ranges, limit));
  }
  journal(partition: number, options: Parameters<Store["journal"]>[1]): ReturnType<Store["journal"]> {
    return this.#call("journal", () => this.#store.journal(partition, options));
  }
  alias(publicId: string): ReturnType<Store["alias"]> {
    return this.#call("alias", () => this.#store.alias(publicId));
  }
  personal(ids: readonly string[]): ReturnType<Store["personal"]> {
    return this.#call("personal", () => this.#store.personal(ids));
  }
  postpone(letterId: string, options: Parameters<Store["postpone"]>[1]): ReturnType<Store["postpone"]> {
    return this.#call("postpone", () => this.#store.postpone(letterId, options));
  }
  suspect(letterId: string | undefined, suspicion: LetterSuspicion): ReturnType<Store["suspect"]> {
    return this.#call("suspect", () => this.#store.suspect(letterId, suspicion));
  }
  deadLetters(options: Parameters<Store["deadLetters"]>[0]): ReturnType<Store["deadLetters"]> {
    return this.#call("deadLetters", () => this.#store.deadLetters(options));
  }
  takeDeadLetter(id: string, what: "discard" | "retry"): ReturnType<Store["takeDeadLetter"]> {
    return this.#call("takeDeadLetter", () => this.#store.takeDeadLetter(id, what));
  }
  forgetOutcomes(options: Parameters<Store["forgetOutcomes"]>[0]): ReturnType<Store["forgetOutcomes"]> {
    return this.#call("forgetOutcomes", () => this.#store.forgetOutcomes(options));
  }
  now(): ReturnType<Store["now"]> {
    return this.#call("now", () => this.#store.now());
  }

  async #call<Result>(
    verb: StoreVerb,
    work: () => Promise<Result>,
    more: Pick<StoreCall, "batch"> = {},
  ): Promise<Result> {
    const { onCall, cross } = this.#options;
    const before: StoreCall = { verb, moment: "before", ...more };
    const after: StoreCall = { ...before, moment: "after" };
    onCall(before);
    await cross(before);
    await this.#survived();
    try {
      return await work();
    } finally {
      onCall(after);
      await cross(after);
      await this.#survived();
    }
  }

  /** Never resolves once the link is cut. */
  #survived(): Promise<void> | undefined {
    return this.#isCut ? new Promise(() => {}) : undefined;
  }
}
