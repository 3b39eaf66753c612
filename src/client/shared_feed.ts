import type { Clock } from "./clock.ts";
import type { Connection, ConnectionParts } from "./connection.ts";
import type { ConnectionStatus } from "./connection_status.ts";
import { type FeedReader, FoldedFeed } from "./customer_feed.ts";
import type { FeedMessage } from "./feed_message.ts";
import type { Leadership, LeadershipParts } from "./leadership.ts";
import type { TabChannel, TabMessage } from "./tab_message.ts";

const WELCOME_WITHIN_MS = 3000;
const ASK_EVERY_MS = 30_000;

export interface SharedFeedParts {
  readonly tab: string;
  readonly clock: Clock;
  readonly channel: TabChannel;
  readonly leadership: (events: Pick<LeadershipParts, "elected" | "deposed">) => Pick<
    Leadership,
    "leads" | "stand" | "seize" | "withdraw"
  >;
  readonly connection: (
    events: Pick<ConnectionParts, "onMessage" | "onStatus">,
  ) => Pick<Connection, "start" | "stop" | "wake" | "insist" | "setOnline" | "status">;
  /** Whether somebody can see this tab; only then is it worth taking the lead from a silent one. */
  readonly isVisible: () => boolean;
  readonly onStatus: (status: ConnectionStatus) => void;
}

/**
 * The customer's feed, on one connection per browser. One tab leads and holds the connection; the others get its
 * messages, and any of them goes on from the cursor they share when the leader is gone.
 */
export class SharedFeed {
  readonly #parts: SharedFeedParts;
  readonly #folded = new FoldedFeed();
  readonly #leadership: ReturnType<SharedFeedParts["leadership"]>;
  readonly #connection: ReturnType<SharedFeedParts["connection"]>;
  #status: ConnectionStatus;
  /** When the leader said something last: epoch milliseconds. */
  #heardAt: number;
  #cancelAsking: (() => void) | undefined;

  constructor(parts: SharedFeedParts) {
    this.#parts = parts;
    this.#heardAt = parts.clock.now();
    this.#connection = parts.connection({
      onMessage: (message) => this.#lead(message),
      onStatus: (status) => this.#leadStatus(status),
    });
    this.#status = this.#connection.status;
    this.#leadership = parts.leadership({
      elected: () => this.#elected(),
      deposed: () => this.#deposed(),
    });
    parts.channel.listen((message) => this.#hear(message));
  }

  get status(): ConnectionStatus {
    return this.#status;
  }

  subscribe(reader: FeedReader): void {
    this.#folded.subscribe(reader);
  }

  start(): void {
    this.#leadership.stand();
    this.#ask();
  }

  stop(): void {
    this.#cancelAsking?.();
    this.#connection.stop();
    this.#leadership.withdraw();
    this.#lose(this.#parts.clock.now());
  }

  /** Somebody looks at this tab. */
  wake(): void {
    if (this.#leadership.leads) return this.#connection.wake();
    this.#parts.channel.tell({ kind: "wake", insists: false });
    this.#ask();
  }

  /** Somebody does not want to wait. */
  insist(): void {
    if (this.#leadership.leads) return this.#connection.insist();
    this.#parts.channel.tell({ kind: "wake", insists: true });
    this.#ask();
  }

  setOnline(online: boolean): void {
    this.#connection.setOnline(online);
  }

  #elected(): void {
    this.#cancelAsking?.();
    // The leader was there until now, unless it was found silent.
    const { phase, confirmedAt } = this.#status;
    const known = phase === "live" ? this.#parts.clock.now() : confirmedAt;
    this.#connection.start(this.#folded.cursor, { ...this.#status, confirmedAt: known });
  }

  #deposed(): void {
    this.#connection.stop();
    this.#leadership.stand();
    this.#askLater();
  }

  #lead(message: FeedMessage): void {
    const previous = this.#folded.cursor;
    this.#folded.apply(message);
    this.#parts.channel.tell({ kind: "message", ...(previous !== undefined && { previous }), message });
  }

  #leadStatus(status: ConnectionStatus): void {
    if (!this.#leadership.leads) return;
    this.#parts.channel.tell({ kind: "status", status });
    this.#show(status);
  }

  #hear(message: TabMessage): void {
    if (message.kind === "hello") return this.#welcome(message.tab);
    if (message.kind === "wake") return this.#wakeLine(message);
    if (this.#leadership.leads) return;

    this.#heardAt = this.#parts.clock.now();
    switch (message.kind) {
      case "message":
        return this.#follow(message.message, message.previous);
      case "status":
        return this.#show(message.status);
      case "welcome": {
        if (message.tab !== this.#parts.tab) return;
        this.#askLater();
        const { place, status } = message;
        if (place !== undefined) {
          this.#folded.apply({ type: "snapshot", cursor: place.cursor, state: place.feed });
        }
        return this.#show(status);
      }
    }
  }

  #wakeLine({ insists }: { readonly insists: boolean }): void {
    if (!this.#leadership.leads) return;
    if (insists) this.#connection.insist();
    else this.#connection.wake();
  }

  #follow(message: FeedMessage, previous: string | undefined): void {
    const isNext = message.type !== "event" || previous === this.#folded.cursor;
    if (isNext) return this.#folded.apply(message);
    if (!this.#folded.hasSeen(message.cursor)) this.#ask();
  }

  #welcome(tab: string): void {
    if (!this.#leadership.leads) return;
    const { cursor, feed } = this.#folded;
    const place = cursor === undefined || feed === undefined ? {} : { place: { cursor, feed } };
    this.#parts.channel.tell({ kind: "welcome", tab, status: this.#status, ...place });
  }

  /** A leader that a phone has put to sleep keeps its lock, and answers nobody. */
  #ask(): void {
    this.#cancelAsking?.();
    if (this.#leadership.leads) return;
    this.#parts.channel.tell({ kind: "hello", tab: this.#parts.tab });
    this.#cancelAsking = this.#parts.clock.after(WELCOME_WITHIN_MS, () => {
      this.#lose(this.#heardAt);
      this.#askLater();
      if (this.#parts.isVisible()) this.#leadership.seize();
    });
  }

  #askLater(): void {
    this.#cancelAsking?.();
    this.#cancelAsking = this.#parts.clock.after(ASK_EVERY_MS, () => {
      if (this.#parts.isVisible()) return this.#ask();
      this.#askLater();
    });
  }

  /** What is shown was right until then, as far as anybody here knows. */
  #lose(confirmedAt: number): void {
    if (this.#status.phase === "live") this.#show({ ...this.#status, phase: "connecting", confirmedAt });
  }

  #show(status: ConnectionStatus): void {
    this.#status = status;
    this.#parts.onStatus(status);
  }
}
