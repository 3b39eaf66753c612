import { z } from "zod";
import { EventStreamParser } from "./event_stream_parser.ts";
import type { FeedListener, Line } from "./feed_listener.ts";

export interface EventStreamOptions {
  readonly token?: string;
  readonly cursor?: string;
  readonly headers?: Readonly<Record<string, string>>;
  readonly listener: FeedListener;
}

const First = z.object({ cursor: z.string(), state: z.unknown().optional(), reason: z.string().optional() });
const Away = z.object({ afterMs: z.number(), code: z.string() });

/** One event stream on a raw request, read as a browser reads it. */
export class EventStreamLine implements Line {
  comments = 0;
  retryMs: number | undefined;
  readonly #abort = new AbortController();
  readonly #listener: FeedListener;
  #reader: ReadableStreamDefaultReader<Uint8Array> | undefined;
  #read: Promise<void> = Promise.resolve();

  private constructor(listener: FeedListener) {
    this.#listener = listener;
  }

  /** Rejects when the answer is none of a stream. */
  static async open(url: string, { token, cursor, headers, listener }: EventStreamOptions): Promise<EventStreamLine> {
    const line = new EventStreamLine(listener);
    const response = await fetch(url, {
      headers: {
        accept: "text/event-stream",
        ...(token === undefined ? {} : { authorization: `Bearer ${token}` }),
        ...(cursor === undefined ? {} : { "last-event-id": cursor }),
        ...headers,
      },
      signal: line.#abort.signal,
    });
    if (response.status !== 200 || response.headers.get("content-type") !== "text/event-stream") {
      throw new Error(`Cannot read ${url} as a stream: ${response.status} ${await response.text()}`);
    }
    line.#read = line.#listen(response.body, cursor);
    return line;
  }

  async close(): Promise<void> {
    // An abort alone is sometimes not noticed before the next bytes.
    await this.#reader?.cancel().catch(() => {});
    this.#abort.abort();
    await this.#read;
  }

  async #listen(body: Response["body"], cursor: string | undefined): Promise<void> {
    const parser = new EventStreamParser({
      event: (event) => this.#dispatch(event),
      moved: (id) => this.#listener.frame(id, undefined),
      comment: () => this.comments++,
      retry: (ms) => this.retryMs = ms,
    }, cursor);
    this.#reader = body?.getReader();
    try {
      for (let read = await this.#reader?.read(); read?.value !== undefined; read = await this.#reader?.read()) {
        parser.push(read.value);
      }
    } catch (error) {
      // Cut off is an end like any other; what a listener throws is not.
      if (!(error instanceof TypeError || error instanceof DOMException)) throw error;
    } finally {
      this.#listener.ended();
    }
  }

  #dispatch({ type, data, id }: { readonly type: string; readonly data: string; readonly id: string }): void {
    const json: unknown = JSON.parse(data);
    switch (type) {
      case "message":
        return this.#listener.frame(id, json);
      case "resumed":
      case "snapshot":
      case "reset": {
        const first = First.parse(json);
        if (first.cursor !== id) throw new Error(`A first frame says ${first.cursor} at ${id}`);
        return this.#listener.opened({ outcome: type, ...first });
      }
      case "reconnect": {
        const { afterMs, code } = Away.parse(json);
        return this.#listener.sentAway(code, afterMs);
      }
      default:
        throw new Error(`An event of type "${type}" is in no contract`);
    }
  }
}
