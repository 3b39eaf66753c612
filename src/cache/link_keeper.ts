import type { Clock, Log } from "../../actors/runtime/ports.ts";
import { within } from "../edge/within.ts";
import type { CacheMetrics } from "./cache.ts";
import { type Link, LinkError } from "./redis_link.ts";

export interface LinkKeeperOptions {
  /** Connects; `onClosed` is called when that connection has ended. */
  open(onClosed: () => void): Promise<Link>;
  /** Rejects when the connection is no good for what it is needed for. */
  prove(link: Link): Promise<void>;
  readonly clock: Clock;
  readonly log: Log;
  readonly metrics: CacheMetrics;
  /** How long one call may take. */
  readonly callMs: number;
}

export type Used<Result> = { readonly ok: true; readonly result: Result } | {
  readonly ok: false;
  readonly error: LinkError;
};

/** After so many calls in a row that took too long the connection is given up. */
const LATE_CALLS = 5;
/** No more calls wait at once. */
const CALLS = 2048;
const FIRST_PAUSE_MS = 100;
const LONGEST_PAUSE_MS = 2000;
/** A connection that lasted so long was a good one: the next is tried soon. */
const GOOD_MS = 30_000;

/**
 * A breaker with a connection behind it. One that ends, or is late several times in a row, is given up at once for all
 * who use it. From then on calls are turned away without waiting, while others are tried in the background until one
 * proves good. The log says so once each way.
 */
export class LinkKeeper implements AsyncDisposable {
  readonly #options: LinkKeeperOptions;
  #link: Link | undefined;
  #isAway = false;
  #isClosed = false;
  #calls = 0;
  #late = 0;
  #acceptedAt = 0;
  #pauseMs = FIRST_PAUSE_MS;
  #cancelPause: () => void = () => {};

  constructor(options: LinkKeeperOptions) {
    this.#options = options;
    void this.#probe();
  }

  /** What `work` comes to, in time. Never rejects. */
  async use<Result>(work: (link: Link) => Promise<Result>): Promise<Used<Result>> {
    const link = this.#link;
    if (link === undefined || this.#calls >= CALLS) return { ok: false, error: new LinkError("closed", "away") };
    try {
      const result = await this.#inTime(work(link));
      this.#late = 0;
      return { ok: true, result };
    } catch (cause) {
      const error = linkErrorOf(cause);
      this.#failed(link, error);
      return { ok: false, error };
    }
  }

  [Symbol.asyncDispose](): Promise<void> {
    this.#isClosed = true;
    this.#cancelPause();
    this.#link?.close();
    this.#link = undefined;
    return Promise.resolve();
  }

  async #inTime<Result>(call: Promise<Result>): Promise<Result> {
    this.#calls++;
    // Counted until it is over, late or not: what waits for a connection that is stuck is bounded too.
    call.catch(() => {}).finally(() => this.#calls--);
    const { clock, callMs } = this.#options;
    return await within(call, { clock: patient(clock), timeoutMs: callMs, late });
  }

  #failed(link: Link, error: LinkError): void {
    this.#options.metrics.cacheFailed();
    if (link !== this.#link || error.failure === "refused") return;
    if (error.failure === "late" && ++this.#late < LATE_CALLS) return;
    this.#giveUp(link, error);
  }

  #giveUp(link: Link, error: LinkError): void {
    if (this.#link !== link) return;
    this.#link = undefined;
    link.close();
    this.#goAway(error);
    if (this.#options.clock.now() - this.#acceptedAt > GOOD_MS) this.#pauseMs = FIRST_PAUSE_MS;
    this.#probeLater();
  }

  #goAway({ reason }: LinkError): void {
    if (this.#isAway || this.#isClosed) return;
    this.#isAway = true;
    this.#options.metrics.cacheAway(true);
    this.#options.log.warn("cache_away", { reason });
  }

  #probeLater(): void {
    if (this.#isClosed) return;
    this.#cancelPause = this.#options.clock.after(this.#pauseMs, () => void this.#probe());
    this.#pauseMs = Math.min(2 * this.#pauseMs, LONGEST_PAUSE_MS);
  }

  async #probe(): Promise<void> {
    try {
      this.#accept(await this.#connected());
    } catch (error) {
      this.#goAway(linkErrorOf(error));
      this.#probeLater();
    }
  }

  /** A connection that has proved good, and has not ended since. */
  async #connected(): Promise<Link> {
    const { open, prove } = this.#options;
    const closed = new LinkError("closed", "connection closed");
    let hasEnded = false;
    const link: Link = await open(() => {
      hasEnded = true;
      this.#giveUp(link, closed);
    });
    try {
      // As fast as calls have to be, or a slow server would be taken and given up by turns.
      await this.#inTime(prove(link));
      if (hasEnded) throw closed;
      return link;
    } catch (error) {
      link.close();
      throw error;
    }
  }

  #accept(link: Link): void {
    if (this.#isClosed) return link.close();
    this.#link = link;
    this.#late = 0;
    this.#acceptedAt = this.#options.clock.now();
    this.#options.metrics.cacheAway(false);
    if (!this.#isAway) return;
    this.#isAway = false;
    this.#options.log.info("cache_back");
  }
}

function late(): LinkError {
  return new LinkError("late", "timeout");
}

function linkErrorOf(error: unknown): LinkError {
  return error instanceof LinkError ? error : new LinkError("refused", String(error));
}

/** Rings a turn of the event loop late: after a stall, what has arrived meanwhile is read first. */
function patient(clock: Clock): Clock {
  return {
    now: () => clock.now(),
    after: (delayMs, task) => {
      let cancel = clock.after(delayMs, () => {
        cancel = clock.after(0, task);
      });
      return () => cancel();
    },
  };
}
