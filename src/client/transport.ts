import type { FeedMessage } from "./feed_message.ts";

/** What a transport reports, synchronously and in order; nothing after `closed`. */
export interface TransportEvents {
  /** The line is open; the first message is on its way. */
  connected(): void;
  message(message: FeedMessage): void;
  /** A sign of life without a message. */
  heard(): void;
  /** `afterMs`: the server said when to come back. */
  closed(end: { readonly afterMs?: number }): void;
}

/** One line to the shop. */
export interface Transport {
  /** Asks for a sign of life; `heard` or a message must follow if the line still works. */
  probe(): void;
  /** Ends it; nothing is reported any more. */
  close(): void;
}

/** Opens a line that goes on after that cursor, or begins with a snapshot. */
export type OpenTransport = (after: string | undefined, on: TransportEvents) => Transport;

/** What a plain question to the shop came to. */
export type Reachability = "reachable" | "unreachable" | "signed_out";
