import { everyPartition } from "../runtime/address.ts";
import { pause } from "../runtime/pause.ts";
import type { Clock, Log, PartitionOwner, Store } from "../runtime/ports.ts";
import type { RunningActors } from "../runtime/running_actors.ts";
import type { Membership } from "./membership.ts";
import { wantedOwner } from "./rendezvous.ts";

/** Whoever has lost a partition without noticing, having committed nothing since, finds out after this. */
const VERIFY_MS = 2000;
/** So long does a partition that was given up keep the next one from being given up, when nobody takes it. */
const TAKEN_MS = 200;
/** Between two that are given up the new owner gets to whoever waited: so many times as long as the first one took. */
const RESTS = 3;
const REST_AT_MOST_MS = 50;
const DRAIN_MS = 10_000;
const DRAIN_POLL_MS = 50;

export interface MoverOptions {
  readonly node: string;
  readonly runtime: Pick<RunningActors, "claim" | "release" | "verify" | "owns" | "partitions">;
  readonly store: Pick<Store, "owners" | "release" | "raiseJournal" | "identity">;
  readonly membership: Membership;
  /** The version of the journal that this node writes, and the newest that it can read. */
  readonly journal: number;
  readonly clock: Clock;
  readonly log: Log;
  /** Begins to serve partitions that are here now. */
  readonly arrived: (partitions: readonly number[]) => void;
  /** Resolves when somebody has taken that partition: true; or when so many milliseconds have passed. */
  readonly taken: (partition: number, atMostMs: number) => Promise<boolean>;
  /** Everything that should be here is here. */
  readonly settled: () => void;
  /** Ends to serve partitions that were given up. */
  readonly left: (partitions: readonly number[]) => void;
}

/**
 * Brings every partition to the node that should own it: gives up what another wants, one after the other so that each
 * pauses for a moment only, and takes what is wanted here once it was released or its owner is gone.
 */
export class Mover {
  readonly #options: MoverOptions;
  #moving: Promise<void> | undefined;
  #isNews = false;
  #verifiedAt = -Infinity;
  /** Versions of the journal by partition, as they were stored last. */
  #journals: ReadonlyMap<number, number> = new Map();

  constructor(options: MoverOptions) {
    this.#options = options;
  }

  /** Something has changed. Never rejects; one move at a time, another after it when there was news meanwhile. */
  move(): Promise<void> {
    this.#isNews = true;
    this.#moving ??= this.#moveAll().finally(() => this.#moving = undefined);
    return this.#moving;
  }

  /** Others may have taken what this node believes to have. */
  doubt(): void {
    this.#verifiedAt = -Infinity;
    this.move();
  }

  /** Gives everything up; resolves when nothing is left here, nobody is there to take it, or it takes too long. */
  async drain(): Promise<void> {
    const { runtime, clock, membership } = this.#options;
    let isTooLate = false;
    const { promise: tooLate, resolve } = Promise.withResolvers<void>();
    const cancel = clock.after(DRAIN_MS, () => {
      isTooLate = true;
      resolve();
    });
    while (!isTooLate) {
      await Promise.race([this.move(), tooLate]);
      const isAlone = membership.peers === undefined || membership.peers.length === 0;
      if (isAlone || runtime.partitions.length === 0) break;
      await pause(clock, DRAIN_POLL_MS);
    }
    cancel();
  }

  async #moveAll(): Promise<void> {
    for (let hasMore = false; this.#isNews || hasMore;) {
      this.#isNews = false;
      try {
        hasMore = await this.#giveUpOne();
        await this.#verify();
        await this.#take();
      } catch (error) {
        hasMore = false;
        this.#options.log.warn("move_failed", { error: String(error) });
      }
    }
  }

  /** True when it has given one up: there may be more. What is to be taken waits for one of them at most. */
  async #giveUpOne(): Promise<boolean> {
    const { runtime, left, taken, clock } = this.#options;
    const partition = runtime.partitions.find((id) => this.#isForAnother(id));
    if (partition === undefined) return false;
    const startedAt = clock.now();
    try {
      await runtime.release([partition]);
    } finally {
      // Whatever is stored of it: its actors are not here any more.
      left([partition]);
    }
    // Given up all at once, most would wait while the first are taken. What others have taken long ago nobody takes now.
    if (!await taken(partition, TAKEN_MS)) {
      await this.#verify({ now: true });
      return true;
    }
    const restMs = Math.min(RESTS * (clock.now() - startedAt), REST_AT_MOST_MS);
    await pause(clock, restMs);
    return true;
  }

  #isForAnother(partition: number): boolean {
    const wanted = this.#wanted(partition);
    return wanted !== undefined && wanted !== this.#options.node;
  }

  async #verify({ now = false }: { readonly now?: boolean } = {}): Promise<void> {
    const { runtime, clock } = this.#options;
    if (!now && clock.now() - this.#verifiedAt < VERIFY_MS) return;
    const owners = await this.#owners();
    await runtime.verify(owners);
    await this.#disclaim(owners);
    this.#verifiedAt = clock.now();
  }

  /** Of a claim whose answer was lost nobody here knows, and nobody else would take what it took. */
  async #disclaim(owners: readonly PartitionOwner[]): Promise<void> {
    const { runtime, store, node, left } = this.#options;
    const unknown = owners.filter(({ id, owner }) => owner === node && !runtime.owns(id) && this.#wanted(id) !== node);
    if (unknown.length === 0) return;
    await store.release(unknown, node);
    left(unknown.map(({ id }) => id));
  }

  async #take(): Promise<void> {
    const { runtime, store, node, journal, arrived, settled, membership } = this.#options;
    if (membership.peers === undefined) return;
    const missing = new Set(
      everyPartition(store.identity.partitions)
        .filter((partition) => !runtime.owns(partition) && this.#wanted(partition) === node),
    );
    if (missing.size === 0) return settled();
    const free = (await this.#owners()).filter((partition) => missing.has(partition.id) && this.#isFree(partition));
    if (free.length === 0) return;
    const older = free.filter((partition) => partition.journal < journal).map(({ id }) => id);
    // Before anything is written there that an older node cannot read.
    if (older.length > 0) await store.raiseJournal(older, journal);
    const taken = await runtime.claim(free.map(({ id }) => id));
    if (taken.length > 0) arrived(taken);
    if (taken.length === missing.size) settled();
  }

  async #owners(): Promise<readonly PartitionOwner[]> {
    const owners = await this.#options.store.owners();
    this.#journals = new Map(owners.map(({ id, journal }): [number, number] => [id, journal]));
    return owners;
  }

  #isFree({ owner, journal }: PartitionOwner): boolean {
    const { membership, node } = this.#options;
    if (journal > this.#options.journal) return false;
    return owner === undefined || owner === node || membership.isGone(owner);
  }

  /** Undefined: not known now, so that everything stays as it is; or that there is nobody, and nothing need move. */
  #wanted(partition: number): string | undefined {
    const { peers } = this.#options.membership;
    const written = this.#journals.get(partition) ?? 0;
    const readers = (peers ?? []).filter(({ journal }) => journal >= written);
    return wantedOwner(partition, readers.map(({ node }) => node));
  }
}
