import type { Frame, Opening, Outlet, Subscription } from "../runtime/actors.ts";
import { ActorError } from "../runtime/errors.ts";
import { textOf } from "../runtime/parking.ts";
import type { Clock, Log } from "../runtime/ports.ts";
import type { RunningActors } from "../runtime/running_actors.ts";
import { AttachCalls } from "./attach_calls.ts";
import { Attachment } from "./attachment.ts";
import type { Calls } from "./calls.ts";
import type { Cluster } from "./ports.ts";
import { type FeedName, readAnswer, readPushed, write } from "./wire.ts";

/** Pushes are lost in silence when a node or a server dies: this finds them. */
const CHECK_MS = 5000;
const CHECKED_TOGETHER = 500;

export interface AttachmentsOptions {
  readonly cluster: Cluster;
  readonly runtime: Pick<RunningActors, "subscribe" | "owns">;
  readonly calls: Calls;
  readonly clock: Clock;
  readonly log: Log;
  readonly partitionOf: (address: Subscription["address"]) => number;
  readonly timeoutMs: number;
}

/** The streams that end at this node: attached to their owners, and again when those move, die or lose a push. */
export class Attachments {
  readonly #options: AttachmentsOptions;
  readonly #attachCalls: AttachCalls;
  readonly #byFeed = new Map<string, Set<Attachment>>();
  /** Those being attached; true when that has to be done again afterwards, because something has moved meanwhile. */
  readonly #attaching = new Map<Attachment, boolean>();
  #stopChecks: () => void = (): void => {};

  constructor(options: AttachmentsOptions) {
    this.#options = options;
    this.#attachCalls = new AttachCalls(options);
    this.#armCheck();
  }

  /** Lets everybody go: they come back to another node. */
  stop(): void {
    this.#stopChecks();
    for (const attachment of [...this.#byFeed.values()].flatMap((readers) => [...readers])) {
      this.#end(attachment, "moved");
    }
    this.#byFeed.clear();
  }

  async subscribe(subscription: Subscription, outlet: Outlet): Promise<() => void> {
    const attachment: Attachment = new Attachment({
      subscription,
      outlet,
      onBroken: () => void this.#attachAgain(attachment),
    });
    const name = feedName(subscription);
    const readers = this.#byFeed.get(name) ?? new Set();
    this.#byFeed.set(name, readers.add(attachment));
    const detach = (): void => {
      attachment.close();
      this.#forget(attachment);
    };
    try {
      await this.#attach(attachment);
    } catch (error) {
      detach();
      throw error;
    }
    return detach;
  }

  /** An owner at another node has pushed frames. */
  pushed(body: string): void {
    for (const { frame, ...feed } of readPushed(body)?.frames ?? []) this.#deliver(feed, frame);
  }

  /** These partitions have a new owner: what hung on the old one hangs on nothing. */
  moved(partitions: readonly number[]): void {
    const gone = new Set(partitions);
    this.#attachAllAgain(({ address }) => gone.has(this.#options.partitionOf(address)));
  }

  /** This node was cut off: whatever was pushed meanwhile is lost. */
  reconnected(): void {
    this.#attachAllAgain(() => true);
  }

  #attachAllAgain(isConcerned: (attachment: Attachment) => boolean): void {
    for (const readers of this.#byFeed.values()) {
      for (const attachment of readers) {
        const isBound = attachment.isRemote || this.#attaching.has(attachment);
        if (isBound && isConcerned(attachment)) this.#attachAgain(attachment);
      }
    }
  }

  #deliver(feed: FeedName, frame: Frame): void {
    for (const attachment of this.#byFeed.get(feedName(feed)) ?? []) {
      try {
        attachment.deliver(frame);
      } catch (error) {
        this.#options.log.error("outlet_failed", { error: textOf(error) });
        this.#end(attachment, "failed");
        this.#forget(attachment);
      }
    }
  }

  /** A connection with a defect is nobody else's business. */
  #end(attachment: Attachment, code: string): void {
    try {
      attachment.end(code);
    } catch (error) {
      this.#options.log.error("outlet_failed", { error: textOf(error) });
    }
  }

  async #attach(attachment: Attachment): Promise<void> {
    const { calls, runtime, timeoutMs, partitionOf } = this.#options;
    const partition = partitionOf(attachment.address);
    this.#attaching.set(attachment, false);
    try {
      const opening = await calls.reach({
        what: "subscribe",
        partition,
        timeoutMs,
        here: async (): Promise<Opening | undefined> => {
          const outlet = attachment.begin();
          attachment.isHere(await runtime.subscribe(attachment.wanted, outlet));
          return undefined;
        },
        there: (leftMs) => {
          attachment.begin();
          return this.#attachCalls.attach(partition, attachment.wanted, leftMs);
        },
      });
      if (opening !== undefined) attachment.opened(opening);
    } finally {
      const isAgain = this.#attaching.get(attachment);
      this.#attaching.delete(attachment);
      if (isAgain) this.#attachAgain(attachment);
    }
  }

  /** Goes on from where the connection is; when that does not work out, the connection comes back by itself. */
  async #attachAgain(attachment: Attachment): Promise<void> {
    if (attachment.isOver) return;
    if (this.#attaching.has(attachment)) return void this.#attaching.set(attachment, true);
    try {
      await this.#attach(attachment);
    } catch (error) {
      const isRefused = error instanceof ActorError && error.code === "not_readable";
      if (!isRefused) this.#options.log.warn("attach_again_failed", { error: String(error) });
      this.#end(attachment, "moved");
      this.#forget(attachment);
    }
  }

  #forget(attachment: Attachment): void {
    const { address, feed } = attachment;
    const name = feedName(attachment);
    const readers = this.#byFeed.get(name);
    if (readers === undefined || !readers.delete(attachment) || readers.size > 0) return;
    this.#byFeed.delete(name);
    const { cluster, runtime, partitionOf } = this.#options;
    const partition = partitionOf(address);
    if (runtime.owns(partition)) return;
    cluster.tell(partition, write({ what: "detach", edge: cluster.node, feed: { address, feed } }));
  }

  #armCheck(): void {
    this.#stopChecks = this.#options.clock.after(CHECK_MS, () => {
      this.#checkAll();
      this.#armCheck();
    });
  }

  #checkAll(): void {
    const { partitionOf } = this.#options;
    const remote = [...this.#byFeed.values()].flatMap((readers) => [...readers].find(({ isRemote }) => isRemote) ?? []);
    for (const [partition, feeds] of Map.groupBy(remote, ({ address }) => partitionOf(address))) {
      for (let at = 0; at < feeds.length; at += CHECKED_TOGETHER) {
        this.#check(partition, feeds.slice(at, at + CHECKED_TOGETHER));
      }
    }
  }

  /** An owner that knows nothing of a feed, or has told more than arrived here, has to be attached to again. */
  async #check(partition: number, asked: readonly Attachment[]): Promise<void> {
    const { cluster, log } = this.#options;
    const feeds = asked.map(({ address, feed }): FeedName => ({ address, feed }));
    try {
      const body = write({ what: "check", edge: cluster.node, feeds });
      const versions = readAnswer("check", await cluster.request(partition, body, { timeoutMs: CHECK_MS }));
      for (const [index, feed] of feeds.entries()) this.#attachThoseBefore(versions[index] ?? Infinity, feed);
    } catch (error) {
      log.info("check_failed", { partition, error: String(error) });
      // Whoever takes the partition over says so. When nobody can be asked, the clients are better off at another node.
      for (const feed of feeds) this.#attachThoseBefore(Infinity, feed);
    }
  }

  #attachThoseBefore(version: number, feed: FeedName): void {
    for (const attachment of this.#byFeed.get(feedName(feed)) ?? []) {
      if (attachment.isRemote && attachment.version < version) this.#attachAgain(attachment);
    }
  }
}

function feedName({ address, feed }: FeedName): string {
  return `${address}\n${feed}`;
}
