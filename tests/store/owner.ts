import type { Address, Command, Principal } from "../../machines/decision.ts";
import { NOTHING_WRITTEN } from "../../actors/runtime/open_batch.ts";
import type {
  Batch,
  EventRow,
  LetterRow,
  OutcomeRow,
  PartitionEpoch,
  SnapshotRow,
  Store,
  TakenPartition,
} from "../../actors/runtime/ports.ts";

export const noon = Date.UTC(2026, 5, 1, 12);
export const shopper: Principal = { sub: "gst_a", roles: ["customer"], stores: [] };
export const ping: Command = { type: "ping" };

let made = 0;

/** A name that no other test uses. */
export function fresh(prefix: string): string {
  made += 1;
  return `${prefix}_${made}`;
}

export function freshAddress(kind = "cart"): Address {
  return `${kind}/${fresh("id")}`;
}

/** Whoever holds one partition in a test: makes rows that follow what it committed. */
export class Owner {
  readonly #store: Store;
  readonly #taken: TakenPartition;
  readonly #versions = new Map<Address, number>();
  #position: number;

  private constructor(store: Store, taken: TakenPartition) {
    this.#store = store;
    this.#taken = taken;
    this.#position = taken.position;
  }

  static async of(store: Store, partition: number, name = "node-a"): Promise<Owner> {
    const [taken] = await store.take([partition], name);
    if (taken === undefined) throw new Error(`Cannot take partition ${partition}: somebody was quicker`);
    return new Owner(store, taken);
  }

  get taken(): TakenPartition {
    return this.#taken;
  }

  get partition(): number {
    return this.#taken.id;
  }

  get fence(): PartitionEpoch {
    return { id: this.#taken.id, epoch: this.#taken.epoch };
  }

  /** The next event of this address. `more` may make it wrong. */
  event(address: Address, more: Partial<EventRow> = {}): EventRow {
    this.#position += 1;
    const version = (this.#versions.get(address) ?? 0) + 1;
    this.#versions.set(address, version);
    return {
      partition: this.partition,
      position: this.#position,
      address,
      version,
      type: "line_added",
      dataJson: `{"sku":"MUG","note":"a \\"quoted\\" ünïcode 😀 \\\\u0000"}`,
      commandId: fresh("command"),
      correlationId: fresh("correlation"),
      occurredAt: noon + this.#position,
      ...more,
    };
  }

  outcome(address: Address, more: Partial<OutcomeRow> = {}): OutcomeRow {
    return { address, commandId: fresh("command"), fingerprint: "f1", outcomeJson: `{"ok":true}`, ...more };
  }

  letter(to: Address, more: Partial<LetterRow> = {}): LetterRow {
    return {
      id: fresh("letter"),
      from: "cart/sender",
      to,
      toPartition: this.partition,
      command: ping,
      principal: shopper,
      correlationId: "correlation",
      deliverAt: noon,
      attempts: 0,
      ...more,
    };
  }

  snapshot(address: Address, version: number, context: unknown = { lines: [] }): SnapshotRow {
    return { address, version, schemaVersion: 1, state: { value: { open: "idle" }, context } };
  }

  batch(rows: Partial<Batch>): Batch {
    return { ...NOTHING_WRITTEN, fences: [this.fence], ...rows };
  }

  async commit(rows: Partial<Batch>): Promise<void> {
    await this.#store.commit(this.batch(rows));
  }

  /** Ids of the letters that wait in its partition, the oldest first. */
  async lettersDue(dueBefore = noon + 1): Promise<readonly string[]> {
    const letters = await this.#store.letters([this.partition], { dueBefore, limit: 100 });
    return letters.map(({ id }) => id);
  }

  async journal(): Promise<readonly EventRow[]> {
    return await this.#store.journal(this.partition, { after: 0, limit: 1000 });
  }
}
