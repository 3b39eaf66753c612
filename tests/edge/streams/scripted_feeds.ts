import type { Actors, Frame, Opening, Outlet, ResetReason, Subscription } from "../../../actors/runtime/actors.ts";
import { ActorError, type ActorErrorCode } from "../../../actors/runtime/errors.ts";
import type { Address, Principal } from "../../../machines/decision.ts";

interface Feed {
  readonly tag: string;
  readonly frames: Frame[];
  readonly outlets: Set<Outlet>;
  readonly mayRead: (principal: Principal) => boolean;
}

/** Actors whose feeds a test writes by hand. Cursors are `<version>.<tag>`, like the real ones. */
export class ScriptedFeeds implements Pick<Actors, "subscribe" | "changes"> {
  readonly subscriptions: Subscription[] = [];
  /** Set: nobody can be subscribed to now. */
  failure: ActorErrorCode | undefined;
  /** Subscriptions wait for it. */
  first: Promise<void> = Promise.resolve();
  readonly #feeds = new Map<Address, Feed>();

  /** Makes an actor that may be read. */
  show(address: Address, mayRead: Feed["mayRead"] = () => true): void {
    const tag = `tag${this.#feeds.size}`;
    this.#feeds.set(address, { tag, frames: [], outlets: new Set(), mayRead });
  }

  /** Records a fact and pushes it; `undefined` is one that readers may not see. */
  publish(address: Address, data: unknown): Frame {
    const { tag, frames, outlets } = this.#feed(address);
    const version = frames.length + 1;
    const place = { version, cursor: `${version}.${tag}` };
    const frame: Frame = data === undefined ? place : { ...place, dataJson: JSON.stringify(data) };
    frames.push(frame);
    for (const outlet of outlets) outlet.deliver(frame);
    return frame;
  }

  /** The owner lets everybody go. */
  letGo(address: Address, code: string): void {
    for (const outlet of [...this.#feed(address).outlets]) outlet.close(code);
  }

  listeners(address: Address): number {
    return this.#feed(address).outlets.size;
  }

  async subscribe(subscription: Subscription, outlet: Outlet): Promise<() => void> {
    const opening = await this.changes(subscription);
    const { outlets } = this.#feed(subscription.address);
    outlets.add(outlet);
    outlet.open(opening);
    return () => void outlets.delete(outlet);
  }

  async changes(subscription: Subscription): Promise<Opening> {
    this.subscriptions.push(subscription);
    await this.first;
    if (this.failure !== undefined) throw failed(this.failure);
    const feed = this.#feeds.get(subscription.address);
    if (feed === undefined || !feed.mayRead(subscription.principal)) throw failed("not_readable");
    return openingOf(feed, subscription.after);
  }

  #feed(address: Address): Feed {
    const feed = this.#feeds.get(address);
    if (feed === undefined) throw new Error(`Cannot write the feed of "${address}": show it first`);
    return feed;
  }
}

function openingOf({ tag, frames }: Feed, after: string | undefined): Opening {
  const cursor = `${frames.length}.${tag}`;
  const stateJson = JSON.stringify({ count: frames.length });
  if (after === undefined || after === "") return { outcome: "snapshot", cursor, stateJson };

  const reason = flaw(after, { tag, version: frames.length });
  if (reason !== undefined) return { outcome: "reset", cursor, stateJson, reason };
  return { outcome: "resumed", cursor, frames: frames.slice(Number(after.split(".")[0])) };
}

function flaw(
  cursor: string,
  { tag, version }: { readonly tag: string; readonly version: number },
): ResetReason | undefined {
  const [number, cursorTag] = cursor.split(".");
  if (number === undefined || cursorTag === undefined || !/^\d+$/.test(number)) return "cursor_invalid";
  if (cursorTag !== tag) return "cursor_foreign";
  return Number(number) > version ? "cursor_ahead" : undefined;
}

function failed(code: ActorErrorCode): ActorError {
  return new ActorError(code, "retry", `Cannot subscribe: ${code}`);
}
