import { describe, it } from "@std/testing/bdd";
import { expect } from "@std/expect";
import { TcpProxy } from "../harness/tcp_proxy.ts";
import { until } from "../harness/until.ts";

/** A server that says everything back. */
class Echo implements AsyncDisposable {
  readonly #listener = Deno.listen({ hostname: "127.0.0.1", port: 0 });
  readonly #serving = this.#serve();
  received = 0;

  get port(): number {
    return this.#listener.addr.port;
  }

  async [Symbol.asyncDispose](): Promise<void> {
    this.#listener.close();
    await this.#serving;
  }

  async #serve(): Promise<void> {
    const counting = (): TransformStream<Uint8Array, Uint8Array> =>
      new TransformStream({
        transform: (chunk, controller) => {
          this.received += chunk.length;
          controller.enqueue(chunk);
        },
      });
    for await (const connection of this.#listener) {
      connection.readable.pipeThrough(counting()).pipeTo(connection.writable).catch(() => {});
    }
  }
}

/** A client that counts what it hears. */
class Caller implements Disposable {
  heard = "";
  hasEnded = false;
  readonly #connection: Deno.TcpConn;

  private constructor(connection: Deno.TcpConn) {
    this.#connection = connection;
    this.#listen();
  }

  static async connect(port: number): Promise<Caller> {
    return new Caller(await Deno.connect({ hostname: "127.0.0.1", port }));
  }

  async say(text: string): Promise<void> {
    await this.#connection.write(new TextEncoder().encode(text));
  }

  async hang(): Promise<void> {
    await this.#connection.closeWrite();
  }

  async hears(text: string): Promise<void> {
    await until(() => this.heard === text, { what: () => `"${text}"; heard "${this.heard}"` });
  }

  [Symbol.dispose](): void {
    this.#connection.close();
  }

  async #listen(): Promise<void> {
    const buffer = new Uint8Array(65_536);
    try {
      for (let size = await this.#connection.read(buffer); size !== null; size = await this.#connection.read(buffer)) {
        this.heard += new TextDecoder().decode(buffer.subarray(0, size));
      }
    } catch {
      // Cut off.
    }
    this.hasEnded = true;
  }
}

describe("a link between two processes", () => {
  it("passes everything on, in order, and ends when either side does", async () => {
    await using echo = new Echo();
    await using link = new TcpProxy({ toPort: echo.port });
    using caller = await Caller.connect(link.port);
    const words = Array.from({ length: 500 }, (_, index) => `${index},`.repeat(50));
    for (const word of words) await caller.say(word);
    await caller.hears(words.join(""));
    await caller.hang();
    await until(() => caller.hasEnded && link.connections === 0, { what: () => "the end" });
  });

  it("that is cut falls silent with its connections open, and delivers late when healed", async () => {
    await using echo = new Echo();
    await using link = new TcpProxy({ toPort: echo.port });
    using caller = await Caller.connect(link.port);
    await caller.say("before ");
    await caller.hears("before ");
    link.cut();
    await caller.say("meanwhile ");
    using late = await Caller.connect(link.port);
    await late.say("late");
    link.heal();
    await caller.hears("before meanwhile ");
    await late.hears("late");
    expect(caller.hasEnded).toBe(false);
  });

  it("holds back no more than its bound, however much is written", async () => {
    await using echo = new Echo();
    await using link = new TcpProxy({ toPort: echo.port });
    using connection = await Deno.connect({ hostname: "127.0.0.1", port: link.port });
    link.cut();
    const bytes = new Uint8Array(64_000_000);
    let written = 0;
    const writing = (async () => {
      while (written < bytes.length) written += await connection.write(bytes.subarray(written));
    })().catch(() => {});
    let seen = -1;
    await until(() => {
      const stands = seen === written;
      seen = written;
      return stands && written > 0;
    }, { what: () => "the writer to be held up" });
    expect(written).toBeLessThan(32_000_000);
    link.cut({ by: "reset" });
    await writing;
  });

  it("that is reset closes what is open and what comes, until it is healed", async () => {
    await using echo = new Echo();
    await using link = new TcpProxy({ toPort: echo.port });
    using caller = await Caller.connect(link.port);
    await caller.say("hello");
    await caller.hears("hello");
    link.cut({ by: "reset" });
    await until(() => caller.hasEnded, { what: () => "the connection to end" });
    using refused = await Caller.connect(link.port);
    await until(() => refused.hasEnded, { what: () => "the next one to end" });
    link.heal();
    using again = await Caller.connect(link.port);
    await again.say("again");
    await again.hears("again");
  });

  it("freezes in the middle of what is said", async () => {
    await using echo = new Echo();
    await using link = new TcpProxy({ toPort: echo.port });
    using caller = await Caller.connect(link.port);
    link.freezeAfterBytes(3);
    await caller.say("commit");
    await until(() => link.isCut && echo.received === 3, { what: () => `3 bytes; ${echo.received} came` });
    expect(caller.heard).toBe("");
    link.heal();
    await caller.hears("commit");
    link.freezeAfterBytes(2, { towards: "client" });
    await caller.say("answer");
    await caller.hears("commitan");
    await until(() => echo.received === 12, { what: () => "the server to have heard it all" });
    expect(link.isCut).toBe(true);
  });

  it("freezes inside the words that it is told to wait for", async () => {
    await using echo = new Echo();
    await using link = new TcpProxy({ toPort: echo.port });
    using caller = await Caller.connect(link.port);
    link.freezeIn((bytes) => new TextDecoder().decode(bytes).startsWith("commit") ? 4 : undefined);
    await caller.say("begin");
    await caller.hears("begin");
    await caller.say("commit");
    await until(() => link.isCut && echo.received === 9, { what: () => `9 bytes; ${echo.received} came` });
    link.heal();
    await caller.hears("begincommit");
    await caller.say("commit");
    await caller.hears("begincommitcommit");
  });

  it("takes its time when told to", async () => {
    await using echo = new Echo();
    await using link = new TcpProxy({ toPort: echo.port });
    using caller = await Caller.connect(link.port);
    link.delay(150);
    const begunAt = performance.now();
    await caller.say("slow");
    await caller.hears("slow");
    expect(performance.now() - begunAt).toBeGreaterThan(290);
  });

  it("ends quietly where nobody listens", async () => {
    const nobody = Deno.listen({ hostname: "127.0.0.1", port: 0 });
    const { port } = nobody.addr;
    nobody.close();
    await using link = new TcpProxy({ toPort: port });
    using caller = await Caller.connect(link.port);
    await until(() => caller.hasEnded, { what: () => "the end" });
  });
});
