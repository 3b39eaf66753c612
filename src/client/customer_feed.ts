import { type CustomerFeed, type CustomerFrame, fold } from "../../machines/customer/fold.ts";
import { readCustomerFeed, readCustomerFrame } from "./customer_shape.ts";
import type { FeedMessage } from "./feed_message.ts";

const REMEMBERED = 256;

/** What a part of the page wants to know of the customer's feed. */
export interface FeedReader {
  /** Begins anew from a state: what was built up from frames has to be fetched again. */
  readonly opened?: (feed: CustomerFeed) => void;
  readonly frame?: (frame: CustomerFrame, feed: CustomerFeed) => void;
  /** An event of a kind that is not folded. */
  readonly other?: (data: unknown) => void;
}

/** The customer's feed as this tab has folded it, with the place it has reached. */
export class FoldedFeed {
  readonly #readers = new Set<FeedReader>();
  /** Cursors already behind me; they are opaque, so order cannot be read from them. */
  readonly #seen = new Set<string>();
  #cursor: string | undefined;
  #feed: CustomerFeed | undefined;

  get cursor(): string | undefined {
    return this.#cursor;
  }

  get feed(): CustomerFeed | undefined {
    return this.#feed;
  }

  subscribe(reader: FeedReader): void {
    this.#readers.add(reader);
  }

  hasSeen(cursor: string): boolean {
    return this.#seen.has(cursor);
  }

  apply(message: FeedMessage): void {
    if (message.type === "resumed" || this.hasSeen(message.cursor)) return;
    this.#reach(message.cursor);
    if (message.type !== "event") return this.#begin(readCustomerFeed(message.state));

    if (message.data === undefined || this.#feed === undefined) return;
    const frame = readCustomerFrame(message.data);
    if (frame !== undefined) this.#feed = fold(this.#feed, frame);
    for (const reader of this.#readers) {
      if (frame === undefined) reader.other?.(message.data);
      else reader.frame?.(frame, this.#feed);
    }
  }

  #begin(feed: CustomerFeed): void {
    this.#feed = feed;
    for (const reader of this.#readers) reader.opened?.(feed);
  }

  #reach(cursor: string): void {
    this.#cursor = cursor;
    this.#seen.add(cursor);
    const [oldest] = this.#seen;
    if (this.#seen.size > REMEMBERED && oldest !== undefined) this.#seen.delete(oldest);
  }
}
