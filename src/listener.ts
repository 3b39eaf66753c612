import type { Clock, Log } from "../actors/runtime/ports.ts";
import { problemOf, problemResponse } from "./edge/problem.ts";
import { PeerIsDead } from "./edge/streams/dead_peers.ts";

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
    const onError = (error: unknown): Response => this.#failed(error);
    const server = Deno.serve({ hostname: host, port, onListen: () => {}, onError }, handler);
    server.finished.catch((error) => this.#again(error));
    return server;
  }

  /** Asked for an answer also when a body failed whose head is out; then the answer goes nowhere. */
  #failed(error: unknown): Response {
    if (!(error instanceof PeerIsDead)) this.#options.log.error("response_failed", { error });
    return problemResponse(problemOf(error));
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
