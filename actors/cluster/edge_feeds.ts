import type { Opening, Outlet, Subscription } from "../runtime/actors.ts";
import type { Clock, Log } from "../runtime/ports.ts";
import type { RunningActors } from "../runtime/running_actors.ts";
import { portions } from "./portions.ts";
import type { Cluster } from "./ports.ts";
import { type Checked, type FeedFrame, type FeedName, write } from "./wire.ts";

/** An edge that has not asked after a feed for so long has forgotten it, or is dead. */
const LEASE_MS = 45_000;
const SWEEP_MS = 15_000;
/** What is written of a frame beside its data, characters. */
const FRAME_CHARS = 400;

interface Lease {
  readonly ready: Promise<() => void>;
  /** Up to here the edge has been told, or was when it attached. */
  version: number;
  until: number;
}

export interface EdgeFeedsOptions {
  readonly cluster: Pick<Cluster, "send">;
  readonly runtime: Pick<RunningActors, "subscribe" | "changes">;
  readonly clock: Clock;
  readonly log: Log;
}

/**
 * The owner's side of streams that end at other nodes: one attachment per feed and edge, however many connections read it
 * there, kept as long as the edge asks after it.
 */
export class EdgeFeeds {
  readonly #options: EdgeFeedsOptions;
  readonly #leases = new Map<string, Lease>();
  readonly #outgoing = new Map<string, FeedFrame[]>();
  #stopSweep: () => void = (): void => {};

  constructor(options: EdgeFeedsOptions) {
    this.#options = options;
    this.#armSweep();
  }

  /** How many feeds are pushed to other nodes. */
  get count(): number {
    return this.#leases.size;
  }

  stop(): void {
    this.#stopSweep();
  }

  /** Opens a feed for one more connection at that edge; frames after the opening are pushed there. */
  async attach(edge: string, subscription: Subscription): Promise<Opening> {
    const { clock, runtime } = this.#options;
    const name = leaseName(edge, subscription);
    const known = this.#leases.get(name);
    if (known === undefined) return await this.#attachFirst(name, { edge, subscription });

    try {
      await known.ready;
    } catch {
      // Whoever came first may not read it, or could not just now: that says nothing about this one.
      return await this.attach(edge, subscription);
    }
    known.until = clock.now() + LEASE_MS;
    return await runtime.changes(subscription);
  }

  detach(edge: string, feed: FeedName): void {
    this.#drop(leaseName(edge, feed));
  }

  /** Renews what the edge still reads and says how far it has been told. */
  check(edge: string, feeds: readonly FeedName[]): Checked {
    const until = this.#options.clock.now() + LEASE_MS;
    return feeds.map((feed) => {
      const lease = this.#leases.get(leaseName(edge, feed));
      if (lease === undefined) return null;
      lease.until = until;
      return lease.version;
    });
  }

  async #attachFirst(
    name: string,
    { edge, subscription }: { readonly edge: string; readonly subscription: Subscription },
  ): Promise<Opening> {
    const { clock, runtime } = this.#options;
    const opened = Promise.withResolvers<Opening>();
    const forget = (): void => {
      if (this.#leases.get(name) === lease) this.#leases.delete(name);
    };
    const outlet: Outlet = {
      open: (opening) => {
        lease.version = versionOf(opening.cursor);
        opened.resolve(opening);
      },
      deliver: (frame) => {
        lease.version = frame.version;
        this.#push(edge, { address: subscription.address, feed: subscription.feed, frame });
      },
      close: forget,
    };
    const ready = runtime.subscribe(subscription, outlet);
    const lease: Lease = { ready, version: 0, until: clock.now() + LEASE_MS };
    this.#leases.set(name, lease);
    try {
      await ready;
      return await opened.promise;
    } catch (error) {
      forget();
      throw error;
    }
  }

  /** What is committed together travels together. */
  #push(edge: string, frame: FeedFrame): void {
    const waiting = this.#outgoing.get(edge);
    if (waiting !== undefined) return void waiting.push(frame);
    this.#outgoing.set(edge, [frame]);
    queueMicrotask(() => this.#flush(edge));
  }

  /** An edge that misses a frame attaches again, and is told how things stand. */
  #flush(edge: string): void {
    const { cluster, log } = this.#options;
    const waiting = this.#outgoing.get(edge) ?? [];
    this.#outgoing.delete(edge);
    const portioned = portions(waiting, {
      chars: ({ frame }) => FRAME_CHARS + (frame.dataJson?.length ?? 0),
      tooLarge: ({ address, feed, frame: { version } }, chars) =>
        log.error("frame_too_large", { address, feed, version, chars }),
    });
    for (const frames of portioned) cluster.send(edge, write({ what: "frames", frames }));
  }

  #drop(name: string): void {
    const lease = this.#leases.get(name);
    if (lease === undefined) return;
    this.#leases.delete(name);
    // One that never attached has said so to whoever asked.
    lease.ready.then((detach) => detach(), () => {});
  }

  #armSweep(): void {
    const { clock } = this.#options;
    this.#stopSweep = clock.after(SWEEP_MS, () => {
      const now = clock.now();
      for (const [name, { until }] of this.#leases) {
        if (until < now) this.#drop(name);
      }
      this.#armSweep();
    });
  }
}

function leaseName(edge: string, { address, feed }: FeedName): string {
  return `${edge}\n${address}\n${feed}`;
}

/** The version in front of a cursor's dot. */
export function versionOf(cursor: string): number {
  return Number(cursor.slice(0, cursor.indexOf(".")));
}
