import type { EventRow } from "../../actors/runtime/ports.ts";

/** Events held for all partitions together; past it a partition's are dropped, to be read from the journal. */
const LIMIT = 20_000;

/** Events of this node's own commits, kept until they are projected, so that they need not be read back. */
export class News {
  readonly #byPartition = new Map<number, EventRow[]>();
  #count = 0;

  add(event: EventRow): void {
    const { partition, position } = event;
    const known = this.#byPartition.get(partition);
    if (known !== undefined && known.at(-1)?.position === position - 1 && this.#count < LIMIT) known.push(event);
    else {
      this.drop(partition);
      this.#byPartition.set(partition, [event]);
    }
    this.#count++;
  }

  /** Takes what follows a position, at most `limit`; undefined when only the journal knows what comes next. */
  take(
    partition: number,
    { after, limit }: { readonly after: number; readonly limit: number },
  ): EventRow[] | undefined {
    const known = this.#byPartition.get(partition);
    const first = known?.at(0)?.position;
    if (known === undefined || first === undefined || first > after + 1) return undefined;

    const taken = known.filter(({ position }) => position > after).slice(0, limit);
    this.drop(partition);
    const end = taken.at(-1)?.position ?? after;
    for (const event of known) if (event.position > end) this.add(event);
    return taken;
  }

  drop(partition: number): void {
    this.#count -= this.#byPartition.get(partition)?.length ?? 0;
    this.#byPartition.delete(partition);
  }
}
