export type Outcome = "resumed" | "snapshot" | "reset";

/** How a feed begins, whichever transport carries it. */
export interface Opening {
  readonly outcome: Outcome;
  readonly cursor: string;
  readonly state?: unknown;
  readonly reason?: string;
}

/** Who hears what a feed says. */
export interface FeedListener {
  opened(opening: Opening): void;
  /** `data` is undefined where only the cursor moves. */
  frame(cursor: string, data: unknown): void;
  /** The server asks to come back. */
  sentAway(code: string, afterMs: number): void;
  ended(): void;
}

/** A connection that carries a feed. */
export interface Line {
  /** Resolves when it is gone. */
  close(): Promise<void>;
}
