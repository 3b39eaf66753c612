import { expect } from "@std/expect";
import { everyPartition } from "../../actors/runtime/address.ts";
import type { EventRow } from "../../actors/runtime/ports.ts";
import type { Address } from "../../machines/decision.ts";
import { eventIdOf, isPublished } from "../../src/events/outgoing_event.ts";
import { Relay } from "../../src/relay/relay.ts";
import type { RelayLimits } from "../../src/relay/relay_limits.ts";
import { type VirtualClock, VirtualTime } from "../actors/runtime/virtual_time.ts";
import { type Chance, seeded } from "../machines/seeded.ts";
import { silentLog } from "../store/silent_log.ts";
import { PARTITIONS, TestJournal } from "./test_journal.ts";
import { TestProgress } from "./test_progress.ts";
import { type Stored, takenIn, TestStream } from "./test_stream.ts";

export const ALL = everyPartition(PARTITIONS);
const ENTITIES = 12;

export interface Node {
  readonly relay: Relay;
  readonly clock: VirtualClock;
  readonly counted: { published: number; failed: number };
}

/** A journal, a stream and the relays between them, in a time that only moves when a test moves it. */
export class RelayWorld {
  readonly time = new VirtualTime();
  readonly journal = new TestJournal();
  readonly progress = new TestProgress(this.journal);
  readonly chance: Chance;
  readonly stream: TestStream;

  constructor(seed = 1) {
    this.chance = seeded(seed);
    this.stream = new TestStream(this.chance);
    this.progress.onMark = ({ partition, position }) => this.#mustHold(partition, position);
  }

  start(partitions: readonly number[] = ALL, limits: Partial<RelayLimits> = {}): Node {
    const clock = this.time.clock();
    const counted = { published: 0, failed: 0 };
    const relay = new Relay({
      store: this.journal,
      progress: this.progress,
      publisher: this.stream.publisher(clock),
      clock,
      random: () => this.chance.int(0, 999) / 1000,
      log: silentLog,
      metrics: { published: () => counted.published++, failed: () => counted.failed++ },
      limits,
    });
    relay.own(partitions);
    return { relay, clock, counted };
  }

  /** kill -9: nothing of it happens any more. */
  kill({ clock }: Node): void {
    clock.stop();
  }

  /** Some entities change; the nodes hear of it, as after a commit. */
  commit(count: number, ...nodes: readonly Node[]): readonly EventRow[] {
    const rows = Array.from({ length: count }, () => this.#change());
    for (const { relay } of nodes) relay.wake(rows);
    return rows;
  }

  /** One entity changes. */
  change(address: Address, partition = 0): EventRow {
    return this.journal.commit(address, { partition, at: this.time.now });
  }

  /** Moves the time until nothing is left to publish. */
  async catchUp({ relay }: Node): Promise<void> {
    for (let steps = 0; relay.lag > 0 || !relay.isPublishing || steps < 2; steps++) {
      if (steps > 5_000) throw new Error(`Cannot catch up: ${relay.lag} events are left`);
      await this.time.advance(200);
    }
    await this.time.advance(1_000);
  }

  /** Every consumer that drops what it has seen gets every event of every entity, in order. */
  mustBeToldWhole(told: Iterable<Stored> = this.stream.told): void {
    const taken = takenIn(told);
    for (const [address, versions] of this.journal.published) {
      expect([address, taken.get(address)]).toEqual([
        address,
        Array.from({ length: versions }, (_, version) => version + 1),
      ]);
    }
  }

  /** The stream holds every event since then. */
  mustHoldSince(since: number): void {
    const missing = ALL.flatMap((partition) => this.journal.rows(partition))
      .filter((row) => isPublished(row) && row.occurredAt >= since)
      .filter((row) => !this.stream.has(eventIdOf("test", row)));
    expect(missing).toEqual([]);
  }

  #change(): EventRow {
    const entity = this.chance.int(0, ENTITIES - 1);
    const kind = this.chance.happens(25) ? "customer" : "stock";
    return this.change(`${kind}/e${entity}`, entity % PARTITIONS);
  }

  /** A position promises that all before it was stored once. */
  #mustHold(partition: number, position: number): void {
    const told = new Set(this.stream.told.map(({ eventId }) => eventId));
    const missing = this.journal.rows(partition).slice(0, position)
      .filter((row) => isPublished(row) && !told.has(eventIdOf("test", row)));
    expect(missing).toEqual([]);
  }
}
