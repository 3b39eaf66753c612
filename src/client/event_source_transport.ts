import { type FeedMessage, readStreamEvent, readStreamOpening, readStreamReconnect } from "./feed_message.ts";
import type { OpenTransport } from "./transport.ts";

/** What is needed of an `EventSource`. */
export interface StreamSource {
  onopen: ((event: Event) => void) | null;
  onmessage: ((message: MessageEvent) => void) | null;
  onerror: ((event: Event) => void) | null;
  addEventListener(type: string, listen: (message: MessageEvent) => void): void;
  close(): void;
}

interface EventSourceOptions {
  readonly url: string;
  /** What has happened after that cursor, by a plain request. */
  readonly changes: (after: string) => Promise<readonly FeedMessage[]>;
  readonly open?: (url: string) => StreamSource;
}

/**
 * The native `EventSource`. It hides the comments that keep the line alive, so a probe asks over a plain request: what
 * happened that the line did not bring shows that the line is dead.
 */
export function eventSourceTransport({ url, changes, open = openSource }: EventSourceOptions): OpenTransport {
  return (after, on) => {
    const source = open(after === undefined ? url : `${url}?after=${encodeURIComponent(after)}`);
    let cursor = after;

    const deliver = (message: FeedMessage): void => {
      if (message.type !== "resumed") cursor = message.cursor;
      on.message(message);
    };
    const end = (how: { readonly afterMs?: number }): void => {
      source.close();
      on.closed(how);
    };
    source.onopen = () => on.connected();
    for (const type of ["resumed", "snapshot", "reset"] as const) {
      source.addEventListener(type, ({ data }) => deliver(readStreamOpening(type, String(data))));
    }
    source.onmessage = ({ lastEventId, data }: MessageEvent<unknown>) =>
      deliver(readStreamEvent(lastEventId, String(data)));
    source.addEventListener("reconnect", ({ data }) => end(readStreamReconnect(String(data))));
    source.onerror = () => end({});

    async function probe(): Promise<void> {
      if (cursor === undefined) return;
      const asked = cursor;
      // Whoever asked for a sign of life gets none when this fails.
      const missed = await changes(asked).catch(() => undefined);
      if (missed === undefined) return;
      if (cursor !== asked) return on.heard();
      if (missed.some(isVisible)) return end({});
      // The browser keeps bare ids to itself.
      for (const message of missed.slice(1)) deliver(message);
      on.heard();
    }
    return { probe: () => void probe(), close: () => source.close() };
  };
}

function openSource(url: string): StreamSource {
  return new EventSource(url);
}

function isVisible(message: FeedMessage): boolean {
  return message.type === "event" ? message.data !== undefined : message.type !== "resumed";
}
