/** A connection that says what no well-behaved client would. */
export class RawClient implements Disposable {
  readonly #connection: Deno.TcpConn;
  /** The first whole answer, or whatever came before the other side closed. */
  readonly answer: Promise<string>;

  private constructor(connection: Deno.TcpConn) {
    this.#connection = connection;
    this.answer = hear(connection);
  }

  static async connect(port: number): Promise<RawClient> {
    return new RawClient(await Deno.connect({ hostname: "127.0.0.1", port }));
  }

  /** Resolves false when the other side does not listen any more. */
  async say(text: string): Promise<boolean> {
    let left = new TextEncoder().encode(text);
    try {
      while (left.length > 0) left = left.subarray(await this.#connection.write(left));
      return true;
    } catch {
      return false;
    }
  }

  [Symbol.dispose](): void {
    this.#connection.close();
  }
}

async function hear(connection: Deno.TcpConn): Promise<string> {
  const decoder = new TextDecoder();
  const buffer = new Uint8Array(65_536);
  let text = "";
  while (!isWhole(text)) {
    // A reset is an end as well.
    const length = await connection.read(buffer).catch(() => null);
    if (length === null) return text;
    text += decoder.decode(buffer.subarray(0, length), { stream: true });
  }
  return text;
}

function isWhole(text: string): boolean {
  const [head = "", ...rest] = text.split("\r\n\r\n");
  const length = /content-length: (\d+)/i.exec(head)?.[1];
  return length !== undefined && rest.join("\r\n\r\n").length >= Number(length);
}
