import type { Frame, Opening, Outlet, Subscription } from "../runtime/actors.ts";
import { versionOf } from "./edge_feeds.ts";

/** Frames that may come in while an attachment is being made; with more it is made anew. */
const HELD_LIMIT = 500;

export interface AttachmentOptions {
  readonly subscription: Subscription;
  readonly outlet: Outlet;
  /** What has come is not what comes next, or the owner has let go: it has to be attached again. */
  readonly onBroken: () => void;
}

/**
 * One subscription of one connection, wherever the feed's owner lives and however often it moves. The connection sees one
 * contiguous stream: what comes twice is dropped, and what is missing is fetched by attaching again from where it is.
 */
export class Attachment {
  readonly #options: AttachmentOptions;
  #cursor: string | undefined;
  #version = 0;
  #held: Frame[] | undefined;
  #isOpen = false;
  #isOver = false;
  #round = 0;
  #detachLocal: (() => void) | undefined;

  constructor(options: AttachmentOptions) {
    this.#options = options;
  }

  get isOver(): boolean {
    return this.#isOver;
  }

  /** Attached to an owner at another node. */
  get isRemote(): boolean {
    return !this.#isOver && this.#held === undefined && this.#detachLocal === undefined;
  }

  get version(): number {
    return this.#version;
  }

  get address(): Subscription["address"] {
    return this.#options.subscription.address;
  }

  get feed(): string {
    return this.#options.subscription.feed;
  }

  /** What to ask the owner for: everything after what the connection has seen. */
  get wanted(): Subscription {
    const { subscription } = this.#options;
    return this.#cursor === undefined ? subscription : { ...subscription, after: this.#cursor };
  }

  /** Begins to attach: frames are held until the opening is here. Returns the outlet for an owner at this node. */
  begin(): Outlet {
    this.#letGo();
    this.#held = [];
    const round = ++this.#round;
    const isNow = (): boolean => round === this.#round && !this.#isOver;
    return {
      open: (opening) => {
        if (isNow()) this.opened(opening);
      },
      deliver: (frame) => {
        if (isNow()) this.deliver(frame);
      },
      close: (code) => {
        if (!isNow()) return;
        this.#detachLocal = undefined;
        if (code === "moved") this.#options.onBroken();
        else this.end(code);
      },
    };
  }

  /** The owner is here; `detach` ends it. */
  isHere(detach: () => void): void {
    if (this.#isOver) return detach();
    this.#detachLocal = detach;
  }

  /** The owner's answer. */
  opened(opening: Opening): void {
    if (this.#isOver) return;
    const held = this.#held ?? [];
    this.#held = undefined;
    if (!this.#isOpen) {
      this.#isOpen = true;
      this.#stand(opening.cursor);
      this.#options.outlet.open(opening);
    } else if (opening.outcome === "resumed") {
      for (const frame of opening.frames) this.deliver(frame);
    } else {
      // Too much was missed to go on as if nothing had happened: the connection begins anew.
      return this.end("moved");
    }
    for (const frame of held) this.deliver(frame);
  }

  deliver(frame: Frame): void {
    if (this.#isOver || frame.version <= this.#version && this.#held === undefined) return;
    if (this.#held !== undefined) return this.#hold(frame);
    if (frame.version > this.#version + 1) return this.#options.onBroken();
    this.#version = frame.version;
    this.#cursor = frame.cursor;
    this.#options.outlet.deliver(frame);
  }

  /** The connection is told to come back. */
  end(code: string): void {
    if (this.#isOver) return;
    this.close();
    this.#options.outlet.close(code);
  }

  /** The connection is gone. */
  close(): void {
    this.#isOver = true;
    this.#held = undefined;
    this.#letGo();
  }

  /** What does not fit is missing at the end, and so fetched by attaching again. */
  #hold(frame: Frame): void {
    if (this.#held !== undefined && this.#held.length < HELD_LIMIT) this.#held.push(frame);
  }

  #stand(cursor: string): void {
    this.#cursor = cursor;
    this.#version = versionOf(cursor);
  }

  #letGo(): void {
    const detach = this.#detachLocal;
    this.#detachLocal = undefined;
    detach?.();
  }
}
