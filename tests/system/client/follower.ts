import type { FeedListener, Opening, Outcome } from "./feed_listener.ts";

export interface FollowerOptions<State> {
  /** Reads the state of a snapshot. */
  readonly read: (state: unknown) => State;
  readonly fold: (state: State, data: unknown) => State;
  /** Whether a state or a frame is about whom this follower follows. */
  readonly isMine: (stateOrData: unknown) => boolean;
}

/**
 * What a client knows of a feed: folds what it is told, over all its connections, and notes whatever should not have
 * been said: a gap, a repeat, a leap back, somebody else's news.
 */
export class Follower<State> implements FeedListener {
  readonly complaints: string[] = [];
  readonly outcomes: Record<Outcome, number> = { resumed: 0, snapshot: 0, reset: 0 };
  readonly reasons: string[] = [];
  readonly told: { readonly cursor: string; readonly data: unknown }[] = [];
  readonly #options: FollowerOptions<State>;
  frames = 0;
  cursor: string | undefined;
  state: State | undefined;
  /** Codes of `reconnect`. */
  readonly away: string[] = [];
  isOpen = false;

  constructor(options: FollowerOptions<State>) {
    this.#options = options;
  }

  /** Where it stands: the number before the tag. */
  get version(): number {
    return this.cursor === undefined ? -1 : versionOf(this.cursor);
  }

  opened({ outcome, cursor, state, reason }: Opening): void {
    if (this.isOpen && outcome === "resumed") this.#complain(`resumed in mid-stream at ${cursor}`);
    this.isOpen = true;
    this.outcomes[outcome]++;
    if (reason !== undefined) this.reasons.push(reason);
    if (outcome === "resumed") {
      if (cursor !== this.cursor) this.#complain(`resumed at ${cursor} instead of ${this.cursor}`);
      return;
    }
    if (outcome === "reset" && reason === undefined) this.#complain("reset without a reason");
    if (!this.#options.isMine(state)) this.#complain(`a state of somebody else: ${JSON.stringify(state)}`);
    if (outcome === "snapshot" && versionOf(cursor) < this.version) {
      this.#complain(`back from ${this.cursor} to ${cursor}`);
    }
    this.state = this.#options.read(state);
    this.cursor = cursor;
  }

  frame(cursor: string, data: unknown): void {
    this.frames++;
    if (!this.isOpen) this.#complain(`${cursor} before the first frame`);
    if (versionOf(cursor) !== this.version + 1) this.#complain(`${cursor} after ${this.cursor}`);
    if (data !== undefined && !this.#options.isMine(data)) this.#complain(`news of others: ${JSON.stringify(data)}`);
    this.cursor = cursor;
    if (data === undefined || this.state === undefined) return;
    this.told.push({ cursor, data });
    if (this.told.length > 1000) this.told.shift();
    this.state = this.#options.fold(this.state, data);
  }

  sentAway(code: string): void {
    this.away.push(code);
  }

  ended(): void {
    this.isOpen = false;
  }

  #complain(complaint: string): void {
    if (this.complaints.length < 10) this.complaints.push(complaint);
  }
}

/** The place in a feed. Clients need not look into cursors; this one counts. */
export function versionOf(cursor: string): number {
  const version = /^(\d+)\.[a-z2-7]+$/.exec(cursor)?.[1];
  if (version === undefined) throw new Error(`Cannot read the cursor "${cursor}"`);
  return Number(version);
}
