import type { Actors } from "../../../actors/runtime/actors.ts";
import { ActorError } from "../../../actors/runtime/errors.ts";
import type { Principal } from "../../../machines/decision.ts";
import { invalid } from "../edge_error.ts";
import { readChannel } from "./channel.ts";
import type { ChannelDirectory } from "./channel_directory.ts";
import type { FrameWriter } from "./frame_writer.ts";
import { SocketChannel, type SocketLine } from "./socket_channel.ts";

export interface SocketChannelsOptions {
  readonly actors: Pick<Actors, "subscribe">;
  readonly directory: ChannelDirectory;
  readonly line: SocketLine;
  readonly writer: FrameWriter;
  readonly limit: number;
}

export interface Wanted {
  readonly channel: string;
  readonly after: string | undefined;
  readonly principal: Principal;
}

/** The channels that one socket listens to. */
export class SocketChannels {
  readonly #options: SocketChannelsOptions;
  readonly #channels = new Map<string, SocketChannel>();

  constructor(options: SocketChannelsOptions) {
    this.#options = options;
  }

  /**
   * Resolves when the channel's first message is out. A channel that is open begins anew. Rejects as the directory and
   * the actors do; nothing is left behind then.
   */
  async subscribe({ channel: name, after, principal }: Wanted): Promise<void> {
    const { actors, directory, line, writer, limit } = this.#options;
    const channel = readChannel(name);
    if (channel === undefined) throw invalid("channel", "There is no such channel");
    this.unsubscribe(name);
    if (this.#channels.size >= limit) throw invalid("channel", `A connection has at most ${limit} channels`);

    const outlet = new SocketChannel({ name, after, line, writer });
    this.#channels.set(name, outlet);
    try {
      const destination = await directory.find(channel, principal);
      if (destination.kind === "not_served") {
        throw new ActorError("unavailable", "retry", `Cannot subscribe to "${name}": not served here yet`);
      }
      outlet.attached(await actors.subscribe({ ...destination.feed, after }, outlet));
    } catch (error) {
      if (this.#channels.get(name) === outlet) this.#channels.delete(name);
      outlet.release();
      throw error;
    }
  }

  unsubscribe(name: string): void {
    this.#channels.get(name)?.release();
    this.#channels.delete(name);
  }

  release(): void {
    for (const channel of this.#channels.values()) channel.release();
    this.#channels.clear();
  }
}
