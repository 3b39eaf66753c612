import type { Frame, Opening, Outlet } from "../../../actors/runtime/actors.ts";
import type { FrameWriter } from "./frame_writer.ts";
import { say } from "./socket_messages.ts";

/** What a channel needs of the socket that carries it. */
export interface SocketLine {
  send(text: string): void;
  /** The owner of one channel lets go: the client comes back with all of them. */
  close(code: string): void;
}

export interface SocketChannelOptions {
  readonly name: string;
  readonly after: string | undefined;
  readonly line: SocketLine;
  readonly writer: FrameWriter;
}

/** One channel of a socket. After `release` it says nothing more, whatever still reaches it. */
export class SocketChannel implements Outlet {
  readonly #options: SocketChannelOptions;
  #detach: (() => void) | undefined;
  #released = false;

  constructor(options: SocketChannelOptions) {
    this.#options = options;
  }

  /** Hands over what detaches this outlet. */
  attached(detach: () => void): void {
    if (this.#released) detach();
    else this.#detach = detach;
  }

  open(opening: Opening): void {
    if (this.#released) return;
    const { name, after, line } = this.#options;
    line.send(say.first(name, { opening, after }));
    if (opening.outcome === "resumed") { for (const frame of opening.frames) this.deliver(frame); }
  }

  deliver(frame: Frame): void {
    if (this.#released) return;
    const { name, line, writer } = this.#options;
    line.send(writer.message(name, frame));
  }

  close(code: string): void {
    if (!this.#released) this.#options.line.close(code);
  }

  release(): void {
    this.#released = true;
    this.#detach?.();
    this.#detach = undefined;
  }
}
