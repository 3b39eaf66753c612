import type { Frame } from "../../../actors/runtime/actors.ts";
import { frameText, HEARTBEAT } from "./event_stream_text.ts";
import { say } from "./socket_messages.ts";

/**
 * Writes frames for those who read them, once however many they are: a feed hands the same frame to all its readers in
 * a row.
 */
export class FrameWriter {
  readonly heartbeat: Uint8Array;
  readonly #encoder = new TextEncoder();
  #frame: Frame | undefined;
  #bytes: Uint8Array | undefined;
  #channel = "";
  #message: string | undefined;

  constructor() {
    this.heartbeat = this.bytes(HEARTBEAT);
  }

  bytes(text: string): Uint8Array {
    return this.#encoder.encode(text);
  }

  /** The frame in an event stream. */
  event(frame: Frame): Uint8Array {
    this.#turnTo(frame);
    return this.#bytes ??= this.bytes(frameText(frame));
  }

  /** The frame on a socket. */
  message(channel: string, frame: Frame): string {
    this.#turnTo(frame);
    if (channel !== this.#channel) this.#message = undefined;
    this.#channel = channel;
    return this.#message ??= say.event(channel, frame);
  }

  #turnTo(frame: Frame): void {
    if (frame === this.#frame) return;
    this.#frame = frame;
    this.#bytes = undefined;
    this.#message = undefined;
  }
}
