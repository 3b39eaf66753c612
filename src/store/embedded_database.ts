import type { Log } from "../../actors/runtime/ports.ts";
import type { DataDirectory } from "./data_directory.ts";
import { holdDataDirectory } from "./data_directory.ts";
import { EmbeddedServer } from "./embedded_server.ts";
import type { PostgresTarget } from "./postgres_connections.ts";

const retryMs = 1000;

/**
 * PGlite in a worker behind a private Unix socket, for this process alone. When it breaks it is started again on what
 * it left, until that works; connections see a server that was away for a while.
 *
 * Throws `StartRefused` when another process holds the directory.
 */
export async function openEmbeddedDatabase(path: string, { log }: { readonly log: Log }): Promise<EmbeddedDatabase> {
  const directory = await holdDataDirectory(path);
  try {
    return new EmbeddedDatabase(directory, await EmbeddedServer.start(directory), log);
  } catch (error) {
    await directory[Symbol.asyncDispose]();
    throw error;
  }
}

export class EmbeddedDatabase implements AsyncDisposable {
  readonly target: PostgresTarget;
  readonly #directory: DataDirectory;
  readonly #log: Log;
  readonly #closing = Promise.withResolvers<undefined>();
  readonly #watch: Promise<void>;
  #server: EmbeddedServer | undefined;

  constructor(directory: DataDirectory, server: EmbeddedServer, log: Log) {
    this.target = { socketPath: directory.socket };
    this.#directory = directory;
    this.#log = log;
    this.#server = server;
    this.#watch = this.#keepAlive();
  }

  /** Ends what it is doing, however deep, and starts it again: for a statement that never comes back. */
  restart(reason: string): void {
    this.#server?.condemn(reason);
  }

  async [Symbol.asyncDispose](): Promise<void> {
    this.#closing.resolve(undefined);
    await this.#watch;
    await this.#server?.[Symbol.asyncDispose]();
    await this.#directory[Symbol.asyncDispose]();
  }

  async #keepAlive(): Promise<void> {
    let closing = false;
    this.#closing.promise.then(() => closing = true);
    while (!closing) {
      const reason = await Promise.race([this.#server?.broken ?? this.#pause(), this.#closing.promise]);
      if (reason === undefined && this.#server !== undefined) return;
      if (reason !== undefined) this.#log.error("embedded_database_broke", { reason });
      this.#server?.terminate();
      this.#server = undefined;
      if (!closing) this.#server = await this.#startAgain();
    }
  }

  async #startAgain(): Promise<EmbeddedServer | undefined> {
    try {
      const server = await EmbeddedServer.start(this.#directory);
      this.#log.info("embedded_database_restarted");
      return server;
    } catch (error) {
      this.#log.error("embedded_database_not_restarted", { reason: String(error) });
      return undefined;
    }
  }

  #pause(): Promise<undefined> {
    return new Promise((resolve) => setTimeout(() => resolve(undefined), retryMs));
  }
}
