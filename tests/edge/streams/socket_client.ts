import { until } from "../../harness/until.ts";

export type SocketMessage = Readonly<Record<string, unknown>> & { readonly type: string };

export interface SocketOptions {
  readonly protocols?: readonly string[];
  readonly headers?: Readonly<Record<string, string>>;
}

/** A client of `GET /ws` that keeps what it is told. */
export class SocketClient {
  readonly messages: SocketMessage[] = [];
  readonly #socket: WebSocket;
  #next = 0;
  #closed: { readonly code: number; readonly reason: string } | undefined;

  private constructor(socket: WebSocket) {
    this.#socket = socket;
    socket.onmessage = ({ data }) => void this.messages.push(JSON.parse(data));
    socket.onclose = ({ code, reason }) => {
      this.#closed = { code, reason };
    };
  }

  static async open(url: string, { protocols = [], headers = {} }: SocketOptions = {}): Promise<SocketClient> {
    const socket = new WebSocket(url, { protocols: [...protocols], headers: { ...headers } });
    const client = new SocketClient(socket);
    await until(() => socket.readyState !== WebSocket.CONNECTING, { what: () => "the socket to open" });
    return client;
  }

  get isOpen(): boolean {
    return this.#socket.readyState === WebSocket.OPEN;
  }

  get protocol(): string {
    return this.#socket.protocol;
  }

  say(message: unknown): void {
    this.#socket.send(typeof message === "string" ? message : JSON.stringify(message));
  }

  sendBytes(bytes: Uint8Array<ArrayBuffer>): void {
    this.#socket.send(bytes);
  }

  /** The next message that has not been asked for yet. */
  async next(): Promise<SocketMessage> {
    const index = this.#next++;
    await until(() => this.messages.length > index, { what: () => `message ${index}` });
    const message = this.messages[index];
    if (message === undefined) throw new Error(`Cannot read message ${index}: there is none`);
    return message;
  }

  async untilClosed(): Promise<{ readonly code: number; readonly reason: string }> {
    await until(() => this.#closed !== undefined, { what: () => "the socket to close" });
    return this.#closed ?? { code: 0, reason: "" };
  }

  async [Symbol.asyncDispose](): Promise<void> {
    this.#socket.close();
    await this.untilClosed();
  }
}
