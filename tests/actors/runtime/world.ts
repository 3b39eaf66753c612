import { everyPartition, partitionOf } from "../../../actors/runtime/address.ts";
import type { Activity } from "../../../actors/runtime/activity.ts";
import type { EventRow, LetterRow } from "../../../actors/runtime/ports.ts";
import type { Address } from "../../../machines/decision.ts";
import { MemoryStore } from "../../../src/store/memory_store.ts";
import { type Chance, seeded } from "../../machines/seeded.ts";
import { type NodeOptions, type RunningNode, startNode } from "./node.ts";
import { addressOf } from "./tally_kind.ts";
import { VirtualTime } from "./virtual_time.ts";

export interface WorldOptions {
  readonly partitions?: number;
  readonly seed?: number;
}

/** A database that outlives its processes, a time that moves when it is told to, and chance that repeats itself. */
export class World {
  readonly time = new VirtualTime();
  readonly store: MemoryStore;
  readonly chance: Chance;
  readonly #partitions: number;
  #made = 0;

  constructor({ partitions = 64, seed = 1 }: WorldOptions = {}) {
    this.#partitions = partitions;
    this.store = new MemoryStore({ now: () => this.time.now, partitions });
    this.chance = seeded(seed);
  }

  get now(): number {
    return this.time.now;
  }

  /** Starts a process on the store; it takes every partition. */
  start(options: NodeOptions = {}): Promise<RunningNode> {
    return this.until(startNode(this, options));
  }

  advance(ms: number): Promise<void> {
    return this.time.advance(ms);
  }

  /** Moves time on until the promise is settled; a minute at most. */
  async until<Result>(promise: Promise<Result>): Promise<Result> {
    let isPending = true;
    const done = (): void => {
      isPending = false;
    };
    promise.then(done, done);
    await this.advance(0);
    for (const deadline = this.now + 60_000; isPending; await this.advance(1)) {
      if (this.now > deadline) throw new Error("Cannot wait any longer: nothing came in a minute");
    }
    return promise;
  }

  /** Text that nobody has had before. */
  unique(length: number): string {
    return (this.#made++).toString(32).padStart(length, "0");
  }

  partitionOf(id: string): number {
    return partitionOf(addressOf(id), this.#partitions);
  }

  /** Ids of tallies that share a partition, the first being `id`. */
  neighbours(id: string, count: number): string[] {
    return this.#idsWhere(id, { count, isGood: (other) => this.partitionOf(other) === this.partitionOf(id) });
  }

  /** Ids of tallies that share no partition with `id` nor with each other. */
  strangers(id: string, count: number): string[] {
    const seen = new Set([this.partitionOf(id)]);
    return this.#idsWhere(id, {
      count: count + 1,
      isGood: (other) => !seen.has(this.partitionOf(other)) && seen.add(this.partitionOf(other)).size > 0,
    }).slice(1);
  }

  /** All letters that wait in the store. */
  letters(): Promise<readonly LetterRow[]> {
    const partitions = everyPartition(this.#partitions);
    return this.store.letters(partitions, { dueBefore: Infinity, limit: Infinity });
  }

  /** Every partition's journal. */
  journals(): Promise<readonly (readonly EventRow[])[]> {
    const partitions = everyPartition(this.#partitions);
    return Promise.all(partitions.map((id) => this.store.journal(id, { after: 0, limit: Infinity })));
  }

  /** How often that word was noted by that tally, ever. */
  async timesNoted(id: string, word: string): Promise<number> {
    const events = await this.eventsOf(addressOf(id));
    return events.filter(({ dataJson }) => dataJson === JSON.stringify({ word })).length;
  }

  eventsOf(address: Address): Promise<readonly EventRow[]> {
    return this.store.events([{ address, after: 0, upTo: Infinity }], Infinity);
  }

  #idsWhere(
    first: string,
    { count, isGood }: { readonly count: number; readonly isGood: (id: string) => boolean },
  ): string[] {
    const ids = [first];
    for (let n = 0; ids.length < count; n++) {
      const id = `${first}-${n}`;
      if (isGood(id)) ids.push(id);
    }
    return ids;
  }
}

/** An activity made of one function; one attempt and a second's patience unless told otherwise. */
export function activity(run: Activity["run"], options: Partial<Omit<Activity, "run">> = {}): Activity {
  return {
    timeoutMs: 1000,
    attempts: 1,
    run,
    gaveUp: () => ({ type: "heard", word: "gave up" }),
    ...options,
  };
}
