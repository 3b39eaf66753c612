/** A binary heap of items by the time they are due. */
export class DueQueue<Item> {
  readonly #heap: { readonly at: number; readonly item: Item }[] = [];

  get nextAt(): number | undefined {
    return this.#heap[0]?.at;
  }

  get size(): number {
    return this.#heap.length;
  }

  push(at: number, item: Item): void {
    const heap = this.#heap;
    const entry = { at, item };
    let index = heap.push(entry) - 1;
    while (index > 0) {
      const parentIndex = (index - 1) >> 1;
      const parent = heap[parentIndex];
      if (parent === undefined || parent.at <= at) break;
      heap[index] = parent;
      index = parentIndex;
    }
    heap[index] = entry;
  }

  /** Takes the earliest item that is due by `now`. */
  popDue(now: number): Item | undefined {
    const heap = this.#heap;
    const top = heap[0];
    if (top === undefined || top.at > now) return undefined;

    const last = heap.pop();
    if (last !== undefined && last !== top) this.#sink(last);
    return top.item;
  }

  #sink(entry: { readonly at: number; readonly item: Item }): void {
    const heap = this.#heap;
    let index = 0;
    for (;;) {
      const left = heap[2 * index + 1];
      const right = heap[2 * index + 2];
      if (left === undefined) break;
      const takeRight = right !== undefined && right.at < left.at;
      const child = takeRight ? right : left;
      if (child.at >= entry.at) break;
      heap[index] = child;
      index = 2 * index + (takeRight ? 2 : 1);
    }
    heap[index] = entry;
  }
}
