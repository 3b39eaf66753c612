export type Towards = "server" | "client";

/** What all connections of a link go through: open or shut, and how slow. */
export class TcpValve {
  delayMs = 0;
  #opened: PromiseWithResolvers<void> | undefined;
  #left: { bytes: number; readonly towards: Towards } | undefined;
  #placeIn: ((parcel: Uint8Array) => number | undefined) | undefined;

  get isShut(): boolean {
    return this.#opened !== undefined;
  }

  shut(): void {
    this.#opened ??= Promise.withResolvers();
  }

  shutAfter(bytes: number, towards: Towards): void {
    this.#left = { bytes, towards };
    if (bytes === 0) this.shut();
  }

  /** Shuts inside the next parcel towards the server in which `placeIn` finds a place. */
  shutIn(placeIn: (parcel: Uint8Array) => number | undefined): void {
    this.#placeIn = placeIn;
  }

  open(): void {
    this.delayMs = 0;
    this.#left = undefined;
    this.#placeIn = undefined;
    this.#opened?.resolve();
    this.#opened = undefined;
  }

  /** Told of every parcel before its bytes ask to pass. */
  inspect(parcel: Uint8Array, towards: Towards): void {
    if (towards !== "server" || this.#opened !== undefined) return;
    const place = this.#placeIn?.(parcel);
    if (place === undefined) return;
    this.#placeIn = undefined;
    this.shutAfter(place, towards);
  }

  /** Resolves once so many of these bytes may pass; the others have to ask again. `given` resolves when nobody waits. */
  async pass(wanted: number, { towards, given }: Passing): Promise<number> {
    while (this.#opened !== undefined) {
      const gone = await Promise.race([this.#opened.promise, given]);
      if (gone === "given up") return 0;
    }
    if (this.#left?.towards !== towards) return wanted;
    const passed = Math.min(wanted, this.#left.bytes);
    this.#left.bytes -= passed;
    if (this.#left.bytes === 0) this.shut();
    return passed;
  }
}

export interface Passing {
  readonly towards: Towards;
  readonly given: Promise<"given up">;
}
