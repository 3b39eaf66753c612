/** One event of a fake feed; without data a fact that only counts. */
export interface FakeEvent {
  readonly cursor: string;
  readonly data?: Readonly<Record<string, unknown>>;
}

export type FakeOpening =
  | { readonly type: "resumed"; readonly cursor: string; readonly missed: readonly FakeEvent[] }
  | { readonly type: "snapshot" | "reset"; readonly cursor: string; readonly state: unknown };

/** A feed with contiguous cursors, as contract.md promises them. */
export class FakeFeed {
  readonly #events: FakeEvent[] = [];
  readonly #listeners = new Set<(event: FakeEvent) => void>();
  readonly #tag: string;
  readonly #state: () => unknown;

  constructor(tag: string, state: () => unknown) {
    this.#tag = tag;
    this.#state = state;
  }

  get cursor(): string {
    return `${this.#events.length}.${this.#tag}`;
  }

  append(data?: Readonly<Record<string, unknown>>): void {
    const event = { cursor: `${this.#events.length + 1}.${this.#tag}`, ...(data !== undefined && { data }) };
    this.#events.push(event);
    for (const listener of this.#listeners) listener(event);
  }

  open(after: string | undefined): FakeOpening {
    if (after === undefined || after === "") return { type: "snapshot", cursor: this.cursor, state: this.#state() };
    const version = Number(after.split(".")[0]);
    const isMine = after === `${version}.${this.#tag}` && version <= this.#events.length;
    if (!isMine) return { type: "reset", cursor: this.cursor, state: this.#state() };
    return { type: "resumed", cursor: after, missed: this.#events.slice(version) };
  }

  subscribe(listener: (event: FakeEvent) => void): () => void {
    this.#listeners.add(listener);
    return () => this.#listeners.delete(listener);
  }
}
