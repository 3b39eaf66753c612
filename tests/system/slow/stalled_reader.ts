import { z } from "zod";
import { EventStreamParser } from "../client/event_stream_parser.ts";
import type { FeedListener } from "../client/feed_listener.ts";
import { messagesIn } from "./socket_frames.ts";

const First = z.object({ cursor: z.string(), state: z.unknown().optional(), reason: z.string().optional() });
const Away = z.object({ code: z.string(), afterMs: z.number() });
const Message = z.object({ type: z.string(), cursor: z.string().optional(), data: z.unknown().optional() });
const OUTCOMES = z.enum(["resumed", "snapshot", "reset"]);

/** A close frame of six bytes: 4008 and the word. */
const CLOSED_AS_SLOW = [0x88, 6, 4008 >> 8, 4008 & 255, ...new TextEncoder().encode("slow")];

/** A connection that was opened and is not read: what was said to it waits in the kernel, as far as it has room. */
export abstract class StalledReader {
  readonly #connection: Deno.TcpConn;

  constructor(connection: Deno.TcpConn) {
    this.#connection = connection;
  }

  /** Reads all there is, to the end of the connection, and tells the listener. */
  async catchUp(listener: FeedListener): Promise<void> {
    const parts: Uint8Array<ArrayBuffer>[] = [];
    const buffer = new Uint8Array(1 << 20);
    for (;;) {
      // Bytes that a reset took along are bytes that this reader never had.
      const read = await this.#connection.read(buffer).catch(() => null);
      if (read === null) break;
      parts.push(buffer.slice(0, read));
      if (this.isFarewell(endOf(parts))) break;
    }
    this.close();
    this.tell(afterHeaders(new Uint8Array(await new Blob(parts).arrayBuffer())), listener);
    listener.ended();
  }

  close(): void {
    try {
      this.#connection.close();
    } catch {
      // Closed already.
    }
  }

  /** Whether nothing follows these bytes, though the connection is still open. */
  protected isFarewell(_bytes: Uint8Array): boolean {
    return false;
  }

  protected abstract tell(bytes: Uint8Array, listener: FeedListener): void;
}

export class StalledEventStream extends StalledReader {
  static async open(port: number, token: string): Promise<StalledReader> {
    // By the older protocol, so that the stream comes as it is, not in chunks.
    const head = ["GET /sse/storefront HTTP/1.0", "host: shop.test", `authorization: Bearer ${token}`, "\r\n"];
    return new StalledEventStream(await opened(port, head));
  }

  protected override tell(bytes: Uint8Array, listener: FeedListener): void {
    const parser = new EventStreamParser({
      event: ({ type, data, id }) => {
        const json: unknown = JSON.parse(data);
        if (type === "message") listener.frame(id, json);
        else if (type === "reconnect") listener.sentAway(Away.parse(json).code, 0);
        else listener.opened({ outcome: OUTCOMES.parse(type), ...First.parse(json) });
      },
      moved: (id) => listener.frame(id, undefined),
      comment: () => {},
      retry: () => {},
    });
    parser.push(bytes);
  }
}

export class StalledSocket extends StalledReader {
  static async open(port: number, token: string): Promise<StalledReader> {
    const head = [
      "GET /ws HTTP/1.1",
      "host: shop.test",
      "connection: upgrade",
      "upgrade: websocket",
      "sec-websocket-version: 13",
      "sec-websocket-key: dGhlIHNhbXBsZSBub25jZQ==",
      `authorization: Bearer ${token}`,
      "\r\n",
    ];
    const connection = await opened(port, head);
    const text = new TextEncoder().encode('{"type":"subscribe","channel":"customer"}');
    // Masked with zeros, which changes nothing.
    await connection.write(new Uint8Array([0x81, 0x80 | text.length, 0, 0, 0, 0, ...text]));
    return new StalledSocket(connection);
  }

  /** A close frame at the end: the server now waits for ours. */
  protected override isFarewell(bytes: Uint8Array): boolean {
    return CLOSED_AS_SLOW.every((byte, at) => bytes.at(at - CLOSED_AS_SLOW.length) === byte);
  }

  protected override tell(bytes: Uint8Array, listener: FeedListener): void {
    for (const text of messagesIn(bytes)) {
      const { type, cursor = "", data } = Message.parse(JSON.parse(text));
      if (type === "event") listener.frame(cursor, data);
      else if (type === "reconnect") listener.sentAway(Away.parse(JSON.parse(text)).code, 0);
      else if (type !== "reply") listener.opened({ outcome: OUTCOMES.parse(type), ...First.parse(data) });
    }
  }
}

/** The last bytes, however they were cut. */
function endOf(parts: readonly Uint8Array[]): Uint8Array {
  return new Uint8Array(parts.slice(-CLOSED_AS_SLOW.length).flatMap((part) => [...part.slice(-CLOSED_AS_SLOW.length)]));
}

async function opened(port: number, head: readonly string[]): Promise<Deno.TcpConn> {
  const connection = await Deno.connect({ hostname: "127.0.0.1", port });
  await connection.write(new TextEncoder().encode(head.join("\r\n")));
  return connection;
}

function afterHeaders(bytes: Uint8Array): Uint8Array {
  const end = new TextDecoder("latin1").decode(bytes.subarray(0, 4096)).indexOf("\r\n\r\n");
  if (end === -1) throw new Error("Cannot read an answer: no end of its headers");
  return bytes.subarray(end + 4);
}
