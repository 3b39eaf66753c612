import type { Address } from "../../machines/decision.ts";
import type { StoreFailure } from "../../actors/runtime/errors.ts";
import type { DeadLetterRow } from "../../actors/runtime/dead_letter.ts";
import type {
  Batch,
  CommandKey,
  EventRow,
  Identity,
  JournalRange,
  LetterRow,
  LetterSuspicion,
  LoadedActor,
  OutcomeRow,
  PartitionEpoch,
  PartitionOwner,
  PersonalRow,
  Store,
  TakenPartition,
} from "../../actors/runtime/ports.ts";
import { commitToMemory } from "./memory_commit.ts";
import type { StoreVerb } from "./memory_failures.ts";
import { MemoryFailures } from "./memory_failures.ts";
import { eventsInMemory, lettersInMemory, loadFromMemory } from "./memory_reads.ts";
import type { MemoryTables } from "./memory_tables.ts";
import { emptyTables, findOutcome, putLetter, suspectInMemory } from "./memory_tables.ts";

export interface MemoryStoreOptions {
  /** Epoch milliseconds. */
  readonly now: () => number;
  /** 64 when absent. */
  readonly partitions?: number;
}

/**
 * A `Store` that keeps its rows in this process, for rehearsals, tests and simulations: the same fences, keys and
 * failures as the real one, and failures on demand. It outlives the runtimes that use it, as a database outlives a killed
 * process.
 */
export class MemoryStore implements Store {
  readonly identity: Identity;
  readonly #tables: MemoryTables;
  readonly #failures = new MemoryFailures();
  readonly #now: () => number;

  constructor({ now, partitions = 64 }: MemoryStoreOptions) {
    this.identity = { incarnation: "memory", secret: "5e".repeat(32), partitions };
    this.#tables = emptyTables(partitions);
    this.#now = now;
  }

  /**
   * The next commit, or the next that writes to one of `partitions`, fails so; `applied`: only after it was written, as when
   * the connection breaks before the answer.
   */
  failNextCommit(
    failure: StoreFailure,
    { applied = false, partitions = [] }: { readonly applied?: boolean; readonly partitions?: readonly number[] } = {},
  ): void {
    this.#failures.plan("commit", { failure, applied, partitions });
  }

  /** The next call of that verb fails so, and does nothing; `applied`: only its answer is lost. */
  failNext(
    verb: StoreVerb,
    failure: StoreFailure,
    { applied = false }: { readonly applied?: boolean } = {},
  ): void {
    this.#failures.plan(verb, { failure, applied, partitions: [] });
  }

  /** Calls of that verb wait until the returned function is called. */
  hold(verb: StoreVerb): () => void {
    return this.#failures.hold(verb);
  }

  take(partitions: readonly number[], owner: string): Promise<readonly TakenPartition[]> {
    return this.#failures.through("take", () => partitions.map((id) => this.#takeOne(id, owner)));
  }

  #takeOne(id: number, owner: string): TakenPartition {
    const partition = this.#partition(id);
    const bereftOf = partition.owner === owner ? undefined : partition.owner;
    partition.epoch += 1;
    partition.attempts += bereftOf === undefined ? 0 : 1;
    partition.owner = owner;
    const { epoch, attempts, events } = partition;
    const taken = { id, epoch, attempts, position: events.length, lastOccurredAt: events.at(-1)?.occurredAt ?? 0 };
    return bereftOf === undefined ? taken : { ...taken, bereftOf };
  }

  release(partitions: readonly PartitionEpoch[], owner: string): Promise<void> {
    return this.#failures.through("release", () => {
      for (const { id, epoch } of partitions) {
        const partition = this.#partition(id);
        if (partition.epoch !== epoch || partition.owner !== owner) continue;
        partition.owner = undefined;
        partition.attempts = 0;
      }
    });
  }

  calm(partitions: readonly PartitionEpoch[], owner: string): Promise<void> {
    return this.#failures.through("calm", () => {
      for (const { id, epoch } of partitions) {
        const partition = this.#partition(id);
        if (partition.epoch === epoch && partition.owner === owner) partition.attempts = 0;
      }
    });
  }

  owners(): Promise<readonly PartitionOwner[]> {
    return this.#failures.through("owners", () =>
      this.#tables.partitions.map(({ epoch, owner, journal }, id) => ({
        id,
        epoch,
        journal,
        ...(owner !== undefined && { owner }),
      })));
  }

  raiseJournal(partitions: readonly number[], version: number): Promise<void> {
    return this.#failures.through("raiseJournal", () => {
      for (const partition of partitions.map((id) => this.#partition(id))) {
        partition.journal = Math.max(partition.journal, version);
      }
    });
  }

  epochs(partitions: readonly number[]): Promise<readonly PartitionEpoch[]> {
    return this.#failures.through("epochs", () => partitions.map((id) => ({ id, epoch: this.#partition(id).epoch })));
  }

  commit(batch: Batch): Promise<void> {
    const fenced = batch.fences.map(({ id }) => id);
    return this.#failures.through("commit", () => commitToMemory(this.#tables, batch, this.#now()), fenced);
  }

  load(addresses: readonly Address[], options: { readonly commandIds: number }): Promise<readonly LoadedActor[]> {
    return this.#failures.through(
      "load",
      () => addresses.map((address) => loadFromMemory(this.#tables, address, options.commandIds)),
    );
  }

  outcomes(keys: readonly CommandKey[]): Promise<readonly OutcomeRow[]> {
    return this.#failures.through("outcomes", () =>
      keys.flatMap((key) => {
        const found = findOutcome(this.#tables, key);
        if (found === undefined) return [];
        const { address, commandId, fingerprint, outcomeJson } = found;
        return [{ address, commandId, fingerprint, outcomeJson }];
      }));
  }

  letters(
    partitions: readonly number[],
    options: { readonly dueBefore: number; readonly limit: number },
  ): Promise<readonly LetterRow[]> {
    return this.#failures.through("letters", () => lettersInMemory(this.#tables, partitions, options));
  }

  events(ranges: readonly JournalRange[], limit: number): Promise<readonly EventRow[]> {
    return this.#failures.through("events", () => eventsInMemory(this.#tables, ranges, limit));
  }

  journal(
    partition: number,
    options: { readonly after: number; readonly limit: number },
  ): Promise<readonly EventRow[]> {
    const { after, limit } = options;
    return this.#failures.through("journal", () => this.#partition(partition).events.slice(after, after + limit));
  }

  alias(publicId: string): Promise<Address | undefined> {
    return this.#failures.through("alias", () => this.#tables.aliases.get(publicId));
  }

  personal(ids: readonly string[]): Promise<readonly PersonalRow[]> {
    return this.#failures.through("personal", () => ids.flatMap((id) => this.#tables.personal.get(id) ?? []));
  }

  postpone(letterId: string, options: { readonly attempts: number; readonly deliverAt: number }): Promise<void> {
    const { attempts, deliverAt } = options;
    return this.#failures.through("postpone", () => {
      const letter = this.#tables.letters.get(letterId);
      if (letter !== undefined) this.#tables.letters.set(letterId, { ...letter, attempts, deliverAt });
    });
  }

  suspect(letterId: string | undefined, suspicion: LetterSuspicion): Promise<void> {
    return this.#failures.through("suspect", () => suspectInMemory(this.#tables, letterId, suspicion));
  }

  deadLetters(options: { readonly after?: string; readonly limit: number }): Promise<readonly DeadLetterRow[]> {
    const { after = "", limit } = options;
    return this.#failures.through("deadLetters", () =>
      [...this.#tables.deadLetters.values()]
        .filter(({ id }) => id > after)
        .sort((one, other) => one.id < other.id ? -1 : 1)
        .slice(0, limit));
  }

  takeDeadLetter(id: string, what: "discard" | "retry"): Promise<DeadLetterRow | undefined> {
    return this.#failures.through("takeDeadLetter", () => {
      const dead = this.#tables.deadLetters.get(id);
      if (dead === undefined) return undefined;
      this.#tables.deadLetters.delete(id);
      if (what === "retry") putLetter(this.#tables, revived(dead, this.#now()));
      return dead;
    });
  }

  forgetOutcomes({ before, limit }: { readonly before: number; readonly limit: number }): Promise<number> {
    return this.#failures.through("forgetOutcomes", () => {
      const old = [...this.#tables.outcomes.values()]
        .flatMap((known) => [...known.values()])
        .filter(({ decidedAt }) => decidedAt < before)
        .slice(0, limit);
      for (const { address, commandId } of old) this.#tables.outcomes.get(address)?.delete(commandId);
      return old.length;
    });
  }

  now(): Promise<number> {
    return this.#failures.through("now", () => this.#now());
  }

  #partition(id: number): MemoryTables["partitions"][number] {
    const partition = this.#tables.partitions[id];
    if (partition === undefined) throw new RangeError(`Cannot find partition "${id}": out of range`);
    return partition;
  }
}

function revived(dead: DeadLetterRow, now: number): LetterRow {
  const { id, address, partition, command, principal, correlationId } = dead;
  return {
    id,
    from: address,
    to: address,
    toPartition: partition,
    command,
    principal,
    correlationId,
    deliverAt: now,
    attempts: 0,
  };
}
