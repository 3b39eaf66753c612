/** The way to a server on this machine, as long as a test wants it. */
export class LongRoad implements AsyncDisposable {
  /** How much longer answers take. */
  delayMs = 0;
  connections = 0;
  readonly #listener = Deno.listen({ hostname: "127.0.0.1", port: 0 });
  readonly #open = new Set<Deno.TcpConn>();
  readonly #accepting: Promise<void>;

  constructor(port: number) {
    this.#accepting = this.#accept(port);
  }

  get url(): string {
    return `redis://127.0.0.1:${this.#listener.addr.port}`;
  }

  async [Symbol.asyncDispose](): Promise<void> {
    this.#listener.close();
    for (const connection of this.#open) this.#end(connection);
    await this.#accepting;
  }

  async #accept(port: number): Promise<void> {
    for await (const client of this.#listener) {
      this.connections++;
      const server = await Deno.connect({ hostname: "127.0.0.1", port });
      this.#open.add(client).add(server);
      void this.#carry(client, { to: server, delayed: false });
      void this.#carry(server, { to: client, delayed: true });
    }
  }

  async #carry(
    from: Deno.TcpConn,
    { to, delayed }: { readonly to: Deno.TcpConn; readonly delayed: boolean },
  ): Promise<void> {
    try {
      for await (const chunk of from.readable) {
        if (delayed && this.delayMs > 0) await new Promise((resolve) => setTimeout(resolve, this.delayMs));
        await to.write(chunk);
      }
    } catch {
      // One end has gone: so does the other.
    } finally {
      this.#end(from);
      this.#end(to);
    }
  }

  #end(connection: Deno.TcpConn): void {
    if (!this.#open.delete(connection)) return;
    try {
      connection.close();
    } catch (error) {
      if (!(error instanceof Deno.errors.BadResource)) throw error;
    }
  }
}
