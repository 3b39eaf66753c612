import type { TcpValve, Towards } from "./tcp_valve.ts";

export interface TcpPipeOptions {
  readonly toPort: number;
  readonly valve: TcpValve;
}

interface Parcel {
  readonly bytes: Uint8Array;
  readonly dueAt: number;
}

const READ_BYTES = 16_384;
/** How much one direction of a connection may hold back; its reader waits beyond that, and so does who writes to it. */
const HELD_BYTES = 262_144;

/** One connection of a link: its two ends, and what is on its way between them. */
export class TcpPipe {
  /** Resolves when both ends are closed. */
  readonly closed: Promise<void>;
  readonly #client: Deno.TcpConn;
  readonly #valve: TcpValve;
  readonly #givenUp = Promise.withResolvers<"given up">();
  readonly #sleepers = new Set<() => void>();
  #server: Deno.TcpConn | undefined;
  #isClosed = false;

  constructor(client: Deno.TcpConn, { toPort, valve }: TcpPipeOptions) {
    this.#client = client;
    this.#valve = valve;
    this.closed = this.#run(toPort).finally(() => this.close());
  }

  close(): void {
    if (this.#isClosed) return;
    this.#isClosed = true;
    this.#givenUp.resolve("given up");
    for (const wake of this.#sleepers) wake();
    for (const end of [this.#client, this.#server]) closeQuietly(end);
  }

  async #run(port: number): Promise<void> {
    // Whoever connects while the link is shut is connected when it opens.
    await this.#valve.pass(0, { towards: "server", given: this.#givenUp.promise });
    if (this.#isClosed) return;
    try {
      const server = await Deno.connect({ hostname: "127.0.0.1", port });
      this.#server = server;
      if (this.#isClosed) return closeQuietly(server);
      for (const end of [this.#client, server]) end.setNoDelay(true);
      await Promise.all([
        this.#pump(this.#client, server, "server"),
        this.#pump(server, this.#client, "client"),
      ]);
    } catch {
      // No server, or an end that is gone: the other end learns it by a close.
    }
  }

  async #pump(from: Deno.TcpConn, to: Deno.TcpConn, towards: Towards): Promise<void> {
    const parcels = new Parcels();
    const reading = this.#read(from, parcels);
    // Awaited below; until then its failure is the queue's end.
    reading.catch(() => {});
    for (let parcel = await parcels.next(); parcel !== undefined; parcel = await parcels.next()) {
      await this.#untilDue(parcel.dueAt);
      this.#valve.inspect(parcel.bytes, towards);
      await this.#forward(parcel.bytes, { to, towards });
      if (this.#isClosed) return;
    }
    await this.#valve.pass(0, { towards, given: this.#givenUp.promise });
    await reading;
    await to.closeWrite();
  }

  async #read(from: Deno.TcpConn, parcels: Parcels): Promise<void> {
    const buffer = new Uint8Array(READ_BYTES);
    try {
      for (let size = await from.read(buffer); size !== null; size = await from.read(buffer)) {
        parcels.add({ bytes: buffer.slice(0, size), dueAt: performance.now() + this.#valve.delayMs });
        if (parcels.bytes >= HELD_BYTES) await Promise.race([parcels.untilBelow(HELD_BYTES), this.#givenUp.promise]);
        if (this.#isClosed) return;
      }
    } finally {
      parcels.end();
    }
  }

  async #forward(bytes: Uint8Array, { to, towards }: { to: Deno.TcpConn; towards: Towards }): Promise<void> {
    for (let rest = bytes; rest.length > 0;) {
      const passed = await this.#valve.pass(rest.length, { towards, given: this.#givenUp.promise });
      if (this.#isClosed) return;
      for (let written = 0; written < passed;) written += await to.write(rest.subarray(written, passed));
      rest = rest.subarray(passed);
    }
  }

  async #untilDue(dueAt: number): Promise<void> {
    const waitMs = dueAt - performance.now();
    if (waitMs <= 0) return;
    const { promise, resolve } = Promise.withResolvers<void>();
    const timer = setTimeout(resolve, waitMs);
    // Not a race with `#givenUp`: it would remember every parcel for as long as the connection lives.
    this.#sleepers.add(resolve);
    await promise;
    this.#sleepers.delete(resolve);
    clearTimeout(timer);
  }
}

/** What one direction holds, oldest first. */
class Parcels {
  readonly #parcels: Parcel[] = [];
  bytes = 0;
  #ended = false;
  #changed = Promise.withResolvers<void>();

  add(parcel: Parcel): void {
    this.#parcels.push(parcel);
    this.bytes += parcel.bytes.length;
    this.#change();
  }

  end(): void {
    this.#ended = true;
    this.#change();
  }

  /** Undefined after the last one. */
  async next(): Promise<Parcel | undefined> {
    while (this.#parcels.length === 0 && !this.#ended) await this.#changed.promise;
    const parcel = this.#parcels.shift();
    if (parcel === undefined) return undefined;
    this.bytes -= parcel.bytes.length;
    this.#change();
    return parcel;
  }

  async untilBelow(bytes: number): Promise<void> {
    while (this.bytes >= bytes) await this.#changed.promise;
  }

  #change(): void {
    this.#changed.resolve();
    this.#changed = Promise.withResolvers();
  }
}

function closeQuietly(end: Deno.TcpConn | undefined): void {
  try {
    end?.close();
  } catch {
    // Closed already.
  }
}
