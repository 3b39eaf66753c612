import { followCustomer } from "../../system/client/customer_feed.ts";
import { EventStreamLine } from "../../system/client/event_stream_line.ts";
import type { FeedListener, Line } from "../../system/client/feed_listener.ts";
import type { Shopper } from "../../system/client/shopper.ts";
import { SocketLine } from "../../system/client/socket_line.ts";

const PAUSE_MS = 200;

export interface PatientOptions {
  readonly transport: "sse" | "websocket";
  /** Where it goes first, and where it comes back to. */
  readonly urls: { readonly first: string; readonly then: () => string };
}

/** A client that comes back when it is told to, not before, and goes on from its cursor. */
export class PatientClient {
  readonly customerId: string;
  readonly follower;
  /** What it was told when it was sent away first, milliseconds. */
  told: number | undefined;
  /** When it was to go back by what it was told, of this process's monotonic clock. */
  dueAt: number | undefined;
  /** When it went. */
  wentBackAt: number | undefined;
  readonly #shopper: Shopper;
  readonly #options: PatientOptions;
  #line: Line | undefined;
  #isStopped = false;

  constructor(shopper: Shopper, options: PatientOptions) {
    this.#shopper = shopper;
    this.#options = options;
    this.customerId = shopper.customerId;
    this.follower = followCustomer(shopper.customerId);
  }

  async arrive(): Promise<void> {
    await this.#open(this.#options.urls.first);
  }

  async stop(): Promise<void> {
    this.#isStopped = true;
    await this.#line?.close();
  }

  async #open(url: string): Promise<void> {
    const { token } = this.#shopper;
    const { cursor } = this.follower;
    const listener = this.#listener();
    if (this.#options.transport === "sse") {
      this.#line = await EventStreamLine.open(`${url}/sse/storefront`, { token, cursor, listener });
      return;
    }
    const socket = await SocketLine.open(`${url}/ws`, { token });
    this.#line = socket;
    const { ok, error } = await socket.subscribe("customer", listener, cursor);
    if (!ok) throw new Error(`Cannot subscribe: ${error?.code}`);
  }

  #listener(): FeedListener {
    let afterMs = PAUSE_MS;
    return {
      opened: (opening) => this.follower.opened(opening),
      frame: (cursor, data) => this.follower.frame(cursor, data),
      sentAway: (code, ms) => {
        this.follower.sentAway(code);
        this.told ??= ms;
        this.dueAt ??= performance.now() + ms;
        afterMs = ms;
      },
      ended: () => {
        this.follower.ended();
        if (!this.#isStopped) setTimeout(() => this.#comeBack(), afterMs);
      },
    };
  }

  async #comeBack(): Promise<void> {
    if (this.#isStopped) return;
    this.wentBackAt ??= performance.now();
    try {
      await this.#open(this.#options.urls.then());
    } catch {
      setTimeout(() => this.#comeBack(), PAUSE_MS);
    }
  }
}

/** The largest share of these moments that lies within one second. */
export function busiestSecond(moments: readonly number[]): number {
  const sorted = moments.toSorted((one, other) => one - other);
  let most = 0;
  for (let first = 0, last = 0; last < sorted.length; last++) {
    while ((sorted[last] ?? 0) - (sorted[first] ?? 0) >= 1000) first++;
    most = Math.max(most, last - first + 1);
  }
  return most / moments.length;
}
