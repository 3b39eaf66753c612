import type { Clock, Log } from "../actors/runtime/ports.ts";

export interface ListenerOptions {
  readonly host: string;
  /** 0: any that is free. */
  readonly port: number;
  readonly handler: Deno.ServeHandler<Deno.NetAddr>;
  readonly clock: Clock;
  readonly log: Log;
}

const RETRY_MS = 200;

/**
 * Serves HTTP at an address until it is shut down. `Deno.serve` stops listening for good, and ends the process, when
 * there are no descriptors left for one more connection; those that are open it goes on serving. So this listens again,
 * as soon as it can.
 */
export class Listener {
  readonly port: number;
  readonly #options: ListenerOptions;
  #server: Deno.HttpServer<Deno.NetAddr>;
  #isClosed = false;

  /** Throws as `Deno.serve` does when the address cannot be had. */
  constructor(options: ListenerOptions) {
    this.#options = options;
    this.#server = this.#listen(options.port);
    this.port = this.#server.addr.port;
  }

  /** Takes no new connections; resolves when the requests under way are answered. */
  async shutdown(): Promise<void> {
    this.#isClosed = true;
    await this.#server.shutdown();
  }

  #listen(port: number): Deno.HttpServer<Deno.NetAddr> {
    const { host, handler } = this.#options;
    const server = Deno.serve({ hostname: host, port, onListen: () => {} }, handler);
    server.finished.catch((error) => this.#again(error));
    return server;
  }

  #again(error: unknown): void {
    if (this.#isClosed) return;
    const { clock, log } = this.#options;
    log.warn("listening_again", { error: String(error) });
    clock.after(RETRY_MS, () => {
      if (this.#isClosed) return;
      try {
        this.#server = this.#listen(this.port);
      } catch (again) {
        this.#again(again);
      }
    });
  }
}
