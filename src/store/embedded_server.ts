import type { DataDirectory } from "./data_directory.ts";
import type { EmbeddedOrder } from "./embedded_messages.ts";
import { EmbeddedNews } from "./embedded_messages.ts";

/** One life of the embedded database: a worker and its socket. */
export class EmbeddedServer implements AsyncDisposable {
  /** Settles when the database has broken, with the reason. */
  readonly broken: Promise<string>;
  readonly #worker = new Worker(new URL("./embedded_worker.ts", import.meta.url), { type: "module" });
  readonly #channel = new MessageChannel();
  readonly #ready = Promise.withResolvers<void>();
  readonly #broken = Promise.withResolvers<string>();
  readonly #closed = Promise.withResolvers<void>();

  private constructor() {
    this.broken = this.#broken.promise;
    this.broken.then((reason) => this.#ready.reject(new Error(`Cannot open the embedded database: ${reason}`)));
    this.#channel.port1.onmessage = ({ data }) => this.#hear(EmbeddedNews.parse(data));
    this.#worker.onerror = (event) => {
      event.preventDefault();
      this.#broken.resolve(event.message);
    };
  }

  static async start({ database, unfinished, socket }: DataDirectory): Promise<EmbeddedServer> {
    // Left by a life that was cut off.
    await Deno.remove(socket).catch((error: unknown) => {
      if (!(error instanceof Deno.errors.NotFound)) throw error;
    });
    const server = new EmbeddedServer();
    const order: EmbeddedOrder = { type: "open", database, unfinished, socket };
    server.#worker.postMessage(order, [server.#channel.port2]);
    try {
      await server.#ready.promise;
      return server;
    } catch (error) {
      server.terminate();
      throw error;
    }
  }

  /** Closes the database properly. */
  async [Symbol.asyncDispose](): Promise<void> {
    const order: EmbeddedOrder = { type: "close" };
    this.#channel.port1.postMessage(order);
    await Promise.race([this.#closed.promise, this.broken]);
    this.terminate();
  }

  /** Declares it broken. */
  condemn(reason: string): void {
    this.#broken.resolve(reason);
  }

  /** Ends it where it stands, connections and all. */
  terminate(): void {
    this.#channel.port1.close();
    this.#worker.terminate();
  }

  #hear(news: EmbeddedNews): void {
    switch (news.type) {
      case "ready":
        return this.#ready.resolve();
      case "broken":
        return this.#broken.resolve(news.reason);
      case "closed":
        return this.#closed.resolve();
    }
  }
}
