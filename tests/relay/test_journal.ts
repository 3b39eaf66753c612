import type { EventRow, Identity } from "../../actors/runtime/ports.ts";
import type { Address } from "../../machines/decision.ts";

export const PARTITIONS = 4;
const DAY_MS = 86_400_000;

/** A journal in memory whose actors have as many events as wanted. Odd customers' events are among them. */
export class TestJournal {
  readonly identity: Identity = { incarnation: "test", secret: "5e".repeat(32), partitions: PARTITIONS };
  readonly #partitions = Array.from({ length: PARTITIONS }, (): EventRow[] => []);
  readonly #versions = new Map<Address, number>();
  /** Reads that fail from now on. */
  failures = 0;
  reads = 0;

  /** Something happened to a stock item or, unseen by others, to a customer. */
  commit(address: Address, { partition, at }: { readonly partition: number; readonly at: number }): EventRow {
    const rows = this.rows(partition);
    const version = (this.#versions.get(address) ?? 0) + 1;
    this.#versions.set(address, version);
    const isStock = address.startsWith("stock/");
    const row: EventRow = {
      partition,
      position: rows.length + 1,
      address,
      version,
      type: isStock ? "received" : "cart_opened",
      dataJson: isStock ? `{"quantity":1,"reason":"delivery","available":${version}}` : `{"cartId":"crt"}`,
      commandId: "c",
      correlationId: "corr",
      occurredAt: at,
    };
    rows.push(row);
    return row;
  }

  rows(partition: number): EventRow[] {
    const rows = this.#partitions[partition];
    if (rows === undefined) throw new Error(`Cannot find partition ${partition}`);
    return rows;
  }

  /** What services are to be told, by entity. */
  get published(): ReadonlyMap<Address, number> {
    return new Map([...this.#versions].filter(([address]) => address.startsWith("stock/")));
  }

  journal(
    partition: number,
    { after, limit }: { readonly after: number; readonly limit: number },
  ): Promise<EventRow[]> {
    this.reads++;
    if (this.failures > 0) {
      this.failures--;
      return Promise.reject(new Error("the database is away"));
    }
    return Promise.resolve(this.rows(partition).slice(after, after + limit));
  }

  /** The position after which a partition's events are younger. */
  positionBefore(partition: number, since: number): number {
    return this.rows(partition).findLast(({ occurredAt }) => occurredAt < since)?.position ?? 0;
  }
}

export { DAY_MS };
