import type { Address } from "../../machines/decision.ts";
import type { OrderEvent } from "../../machines/order/messages.ts";
import type { ProductEvent } from "../../machines/product/messages.ts";
import type { StockEvent } from "../../machines/stock/messages.ts";
import type { EventRow, Identity } from "../../actors/runtime/ports.ts";
import { partitionOf } from "../../actors/runtime/address.ts";

type ShopEvent = ProductEvent | StockEvent | OrderEvent;

export const PARTITIONS = 64;

/** A journal in memory: what a projector reads of a store. */
export class FakeJournal {
  readonly identity: Identity = { incarnation: "test", secret: "5e".repeat(32), partitions: PARTITIONS };
  readonly #partitions = new Map<number, EventRow[]>();
  readonly #versions = new Map<Address, number>();
  /** Reads that fail from now on. */
  failures = 0;
  reads = 0;

  /** Something happened to an actor; `at` in epoch milliseconds. */
  add(address: Address, fact: ShopEvent, at = Date.UTC(2026, 0, 2, 12)): EventRow {
    const partition = partitionOf(address, PARTITIONS);
    const events = this.#partitions.get(partition) ?? [];
    this.#partitions.set(partition, events);
    const version = (this.#versions.get(address) ?? 0) + 1;
    this.#versions.set(address, version);
    const { type, ...data } = fact;
    const row: EventRow = {
      partition,
      position: events.length + 1,
      address,
      version,
      type,
      dataJson: JSON.stringify(data),
      commandId: `test:${events.length}`,
      correlationId: "test",
      occurredAt: at,
    };
    events.push(row);
    return row;
  }

  journal(
    partition: number,
    { after, limit }: { readonly after: number; readonly limit: number },
  ): Promise<EventRow[]> {
    this.reads += 1;
    if (this.failures > 0) {
      this.failures -= 1;
      return Promise.reject(new Error("the database is away"));
    }
    return Promise.resolve((this.#partitions.get(partition) ?? []).slice(after, after + limit));
  }
}
