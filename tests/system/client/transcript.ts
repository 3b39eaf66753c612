import type { FeedListener, Opening } from "./feed_listener.ts";

export type Said =
  | { readonly said: "opened"; readonly opening: Opening }
  | { readonly said: "frame"; readonly cursor: string; readonly data: unknown }
  | { readonly said: "sent_away"; readonly code: string; readonly afterMs: number }
  | { readonly said: "ended" };

/** All that a client of a customer was told, over all its connections, word for word. */
export class Transcript implements FeedListener {
  readonly customerId: string;
  readonly words: Said[];

  constructor(customerId: string, words: readonly Said[] = []) {
    this.customerId = customerId;
    this.words = [...words];
  }

  /** Says it all again to somebody else. */
  replayTo(listener: FeedListener): void {
    for (const word of this.words) {
      if (word.said === "opened") listener.opened(word.opening);
      else if (word.said === "frame") listener.frame(word.cursor, word.data);
      else if (word.said === "sent_away") listener.sentAway(word.code, word.afterMs);
      else listener.ended();
    }
  }

  opened(opening: Opening): void {
    this.words.push({ said: "opened", opening });
  }

  frame(cursor: string, data: unknown): void {
    this.words.push({ said: "frame", cursor, data });
  }

  sentAway(code: string, afterMs: number): void {
    this.words.push({ said: "sent_away", code, afterMs });
  }

  ended(): void {
    this.words.push({ said: "ended" });
  }
}
