import { z } from "zod";
import type { FeedListener, Line } from "./feed_listener.ts";

export interface SocketOptions {
  readonly token?: string;
  readonly protocols?: readonly string[];
  readonly headers?: Readonly<Record<string, string>>;
}

const Place = { channel: z.string(), cursor: z.string() };
const FirstData = z.object({ cursor: z.string(), state: z.unknown().optional(), reason: z.string().optional() });

const ServerMessage = z.discriminatedUnion("type", [
  z.object({ type: z.enum(["resumed", "snapshot", "reset"]), ...Place, data: FirstData }),
  z.object({ type: z.literal("event"), ...Place, data: z.unknown().optional() }),
  z.object({
    type: z.literal("reply"),
    ref: z.union([z.string(), z.number()]).nullable(),
    ok: z.boolean(),
    result: z.unknown().optional(),
    error: z.looseObject({ code: z.string(), status: z.int() }).optional(),
    commandId: z.string().optional(),
  }),
  z.object({ type: z.literal("refresh_needed"), expiresAt: z.string() }),
  z.object({ type: z.literal("reconnect"), afterMs: z.number(), code: z.string() }),
  z.object({ type: z.literal("pong") }),
]);

export type Reply = Extract<z.infer<typeof ServerMessage>, { type: "reply" }>;

interface Waiting {
  readonly resolve: (reply: Reply) => void;
  readonly reject: (error: Error) => void;
}

/** One WebSocket: many feeds, and commands. */
export class SocketLine implements Line {
  pongs = 0;
  /** What it was told by `reconnect`, as far as no feed was there to hear it. */
  sentAway: string | undefined;
  /** Replies that nobody waits for. */
  readonly unasked: Reply[] = [];
  readonly closed: Promise<{ readonly code: number; readonly reason: string }>;
  readonly #socket: WebSocket;
  readonly #feeds = new Map<string, FeedListener>();
  readonly #waiting = new Map<string | number, Waiting>();
  #refs = 0;

  private constructor(socket: WebSocket) {
    this.#socket = socket;
    const { promise, resolve } = Promise.withResolvers<{ readonly code: number; readonly reason: string }>();
    this.closed = promise;
    socket.onmessage = ({ data }) => this.#hear(data);
    socket.onclose = ({ code, reason }) => {
      for (const { reject } of this.#waiting.values()) reject(new Error("Cannot wait for a reply: closed"));
      for (const feed of this.#feeds.values()) feed.ended();
      resolve({ code, reason });
    };
  }

  /** `url` begins with `http`. Rejects when there is no socket to be had. */
  static async open(url: string, { token, protocols = [], headers = {} }: SocketOptions = {}): Promise<SocketLine> {
    const offered = token === undefined ? [...protocols] : [...protocols, `bearer.${token}`];
    const socket = new WebSocket(url.replace(/^http/, "ws"), { protocols: offered, headers: { ...headers } });
    const line = new SocketLine(socket);
    const opened = Promise.withResolvers<void>();
    socket.onopen = () => opened.resolve();
    socket.onerror = () => opened.reject(new Error(`Cannot open a socket at ${url.split("?")[0]}`));
    await opened.promise;
    return line;
  }

  get protocol(): string {
    return this.#socket.protocol;
  }

  /** What the other side has not taken yet. */
  get bufferedAmount(): number {
    return this.#socket.bufferedAmount;
  }

  async subscribe(channel: string, listener: FeedListener, cursor?: string): Promise<Reply> {
    this.#feeds.set(channel, listener);
    return await this.ask({ type: "subscribe", channel, ...(cursor === undefined ? {} : { after: cursor }) });
  }

  command(name: string, params: unknown, idempotencyKey?: string): Promise<Reply> {
    return this.ask({ type: "command", name, params, ...(idempotencyKey === undefined ? {} : { idempotencyKey }) });
  }

  /** Sends a message with a `ref` of its own; resolves with the reply to it. */
  ask(message: Readonly<Record<string, unknown>>): Promise<Reply> {
    const ref = ++this.#refs;
    const { promise, resolve, reject } = Promise.withResolvers<Reply>();
    this.#waiting.set(ref, { resolve, reject });
    this.say({ ...message, ref });
    return promise;
  }

  say(message: unknown): void {
    this.#socket.send(typeof message === "string" ? message : JSON.stringify(message));
  }

  sendBytes(bytes: Uint8Array<ArrayBuffer>): void {
    this.#socket.send(bytes);
  }

  async close(): Promise<void> {
    this.#socket.close();
    await this.closed;
  }

  #hear(data: unknown): void {
    const message = ServerMessage.parse(JSON.parse(String(data)));
    switch (message.type) {
      case "resumed":
      case "snapshot":
      case "reset":
        if (message.data.cursor !== message.cursor) throw new Error(`Two cursors in one message: ${data}`);
        return this.#feeds.get(message.channel)?.opened({ outcome: message.type, ...message.data });
      case "event":
        return this.#feeds.get(message.channel)?.frame(message.cursor, message.data);
      case "reply":
        return this.#answered(message);
      case "reconnect":
        this.sentAway = message.code;
        for (const feed of this.#feeds.values()) feed.sentAway(message.code, message.afterMs);
        return;
      case "pong":
        this.pongs++;
        return;
      case "refresh_needed":
        return;
    }
  }

  #answered(reply: Reply): void {
    const waiting = reply.ref === null ? undefined : this.#waiting.get(reply.ref);
    if (reply.ref !== null) this.#waiting.delete(reply.ref);
    if (waiting === undefined) this.unasked.push(reply);
    else waiting.resolve(reply);
  }
}
