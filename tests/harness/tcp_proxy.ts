import { TcpPipe } from "./tcp_pipe.ts";
import { TcpValve } from "./tcp_valve.ts";

export interface TcpProxyOptions {
  /** Where connections go on to, on 127.0.0.1. */
  readonly toPort: number;
}

export interface CutOptions {
  /**
   * `silence`: connections stay open and nothing gets through, as behind a pulled cable; what is under way arrives
   * after `heal`. `reset`: connections are closed, and new ones at once too.
   */
  readonly by?: "silence" | "reset";
}

/** A link that tests can disturb: passes connections on to a server. Everything is closed when disposed. */
export class TcpProxy implements AsyncDisposable {
  readonly #listener: Deno.TcpListener;
  readonly #options: TcpProxyOptions;
  readonly #valve = new TcpValve();
  readonly #pipes = new Set<TcpPipe>();
  readonly #accepting: Promise<void>;
  #refuses = false;

  constructor(options: TcpProxyOptions) {
    this.#options = options;
    this.#listener = Deno.listen({ hostname: "127.0.0.1", port: 0 });
    this.#accepting = this.#accept();
  }

  get port(): number {
    return this.#listener.addr.port;
  }

  /** Connections that are open. */
  get connections(): number {
    return this.#pipes.size;
  }

  /** Whether nothing gets through: cut, or frozen by `freezeAfterBytes`. */
  get isCut(): boolean {
    return this.#refuses || this.#valve.isShut;
  }

  cut({ by = "silence" }: CutOptions = {}): void {
    if (by === "silence") return this.#valve.shut();
    this.#refuses = true;
    for (const pipe of this.#pipes) pipe.close();
  }

  /** Everything gets through again, without delay. */
  heal(): void {
    this.#refuses = false;
    this.#valve.open();
  }

  /** Whatever is read from now on arrives so much later, each way. */
  delay(ms: number): void {
    this.#valve.delayMs = ms;
  }

  /** Lets so many more bytes through towards the server, or from it, then falls silent in the middle of them. */
  freezeAfterBytes(bytes: number, { towards = "server" }: { readonly towards?: "server" | "client" } = {}): void {
    this.#valve.shutAfter(bytes, towards);
  }

  /**
   * Falls silent inside the next bytes towards the server in which `placeIn` finds a place: those before it get through.
   * It sees the bytes as they were read, at most 16 KiB at once.
   */
  freezeIn(placeIn: (bytes: Uint8Array) => number | undefined): void {
    this.#valve.shutIn(placeIn);
  }

  async [Symbol.asyncDispose](): Promise<void> {
    this.#listener.close();
    this.cut({ by: "reset" });
    await this.#accepting;
    await Promise.all([...this.#pipes].map((pipe) => pipe.closed));
  }

  async #accept(): Promise<void> {
    try {
      for await (const client of this.#listener) this.#open(client);
    } catch (error) {
      // Closed while a connection was coming in.
      if (!(error instanceof Deno.errors.BadResource || error instanceof Deno.errors.Interrupted)) throw error;
    }
  }

  #open(client: Deno.TcpConn): void {
    if (this.#refuses) return client.close();
    const pipe = new TcpPipe(client, { toPort: this.#options.toPort, valve: this.#valve });
    this.#pipes.add(pipe);
    pipe.closed.then(() => this.#pipes.delete(pipe));
  }
}
