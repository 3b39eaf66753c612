import type { Frame, Opening, Outlet } from "../../../actors/runtime/actors.ts";
import { comeBackSoon } from "./come_back.ts";
import { type DeadPeers, PeerIsDead, type Watched } from "./dead_peers.ts";
import { openingText, reconnectText } from "./event_stream_text.ts";
import { OutgoingBytes } from "./outgoing_bytes.ts";
import type { PeerName } from "./peer_name.ts";
import type { Connection, Seat } from "./seat.ts";
import { endOfAge, type StreamParts, stuckLimit } from "./stream_parts.ts";
import type { Timed, WheelTimer } from "./timer_wheel.ts";

/** What is known of a response beside its body. */
export interface ResponseInfo {
  /** Settles when the response is out or its client gone; absent where nobody knows. */
  readonly completed?: Promise<void>;
}

export interface SseParts extends StreamParts {
  readonly deadPeers: Pick<DeadPeers, "watch" | "forget">;
}

export interface SseOptions {
  readonly seat: Seat;
  /** Who is at the other end of the line, be it a proxy; undefined where nobody knows. */
  readonly peer: PeerName | undefined;
  /** The client's cursor. */
  readonly after: string | undefined;
  /** Epoch milliseconds; undefined for streams that anybody may read. */
  readonly expiresAt: number | undefined;
  /** Looked at when the stream is over: a promise for each open stream would be half a kilobyte for each. */
  readonly response: ResponseInfo;
}

/**
 * One event stream. Frames never wait for the reader: past the budget the stream ends, and the client resumes from its
 * cursor. Whoever decides that it is over, it is detached, out of the registry and off the wheel in that moment.
 */
export class SseConnection implements Outlet, Connection, Timed, Watched {
  readonly body: ReadableStream<Uint8Array>;
  readonly #parts: SseParts;
  readonly #options: SseOptions;
  readonly #outgoing: OutgoingBytes;
  readonly #timer: WheelTimer;
  readonly #endsAt: number;
  #detach: (() => void) | undefined;
  /** How often in a row the reader was seen to have taken nothing of what waits for it. */
  #stuck = 0;
  #piecesSeen = 0;
  #over = false;

  constructor(parts: SseParts, options: SseOptions) {
    const { clock, wheel, limits } = parts;
    this.#parts = parts;
    this.#options = options;
    this.#outgoing = new OutgoingBytes({ budgetBytes: limits.budgetBytes, gone: () => this.discard() });
    this.body = new ReadableStream(this.#outgoing, { highWaterMark: 0 });
    this.#endsAt = Math.min(endOfAge(parts), options.expiresAt ?? Infinity);
    this.#timer = wheel.schedule(this, this.#nextDelay(clock.now()));
    options.seat.connection = this;
    parts.deadPeers.watch(this);
  }

  get peer(): PeerName | undefined {
    return this.#options.peer;
  }

  /** Hands over what detaches this outlet. */
  attached(detach: () => void): void {
    if (this.#over) detach();
    else this.#detach = detach;
  }

  open(opening: Opening): void {
    const { writer, random } = this.#parts;
    const { after } = this.#options;
    this.#say(writer.bytes(openingText(opening, { after, retryMs: comeBackSoon(random) })));
  }

  deliver(frame: Frame): void {
    this.#say(this.#parts.writer.event(frame));
  }

  close(code: string): void {
    this.dismiss(code, comeBackSoon(this.#parts.random));
  }

  dismiss(code: string, afterMs: number): void {
    if (!this.#release(code)) return;
    this.#outgoing.write(this.#reconnect(code, afterMs));
    this.#outgoing.finish();
    this.#awaitEnd();
  }

  /** Nobody reads this stream any more, or ever did. */
  discard(): void {
    this.#release(undefined);
    this.#options.seat.ended();
  }

  /** Nothing that is said arrives any more, not even that it is over. */
  peerIsDead(): void {
    if (!this.#release("dead_peer")) return;
    this.#outgoing.fail(new PeerIsDead());
    this.#awaitEnd();
  }

  onTime(now: number): number | undefined {
    if (now >= this.#endsAt) {
      this.close(now >= (this.#options.expiresAt ?? Infinity) ? "token_expired" : "max_age");
      return undefined;
    }
    if (this.#outgoing.waitingBytes === 0) {
      this.#stuck = 0;
      this.#say(this.#parts.writer.heartbeat);
    } else if (this.#isStuck()) {
      this.#endSlow();
      return undefined;
    }
    return this.#nextDelay(now);
  }

  #nextDelay(now: number): number {
    return Math.min(this.#parts.limits.heartbeatMs, this.#endsAt - now);
  }

  /** Counted in looks and not in time: after a stall of this process everybody is late, and nobody is dead. */
  #isStuck(): boolean {
    const { pieces } = this.#outgoing;
    this.#stuck = pieces === this.#piecesSeen ? this.#stuck + 1 : 0;
    this.#piecesSeen = pieces;
    return this.#stuck >= stuckLimit(this.#parts.limits);
  }

  #say(bytes: Uint8Array): void {
    if (!this.#over && !this.#outgoing.write(bytes)) this.#endSlow();
  }

  /** What waits is dropped: the client still holds the cursor before it. */
  #endSlow(): void {
    if (!this.#release("slow")) return;
    this.#outgoing.abandon(this.#reconnect("slow", comeBackSoon(this.#parts.random)));
    this.#awaitEnd();
  }

  #awaitEnd(): void {
    const { seat, response: { completed } } = this.#options;
    const ended = (): void => seat.ended();
    if (completed === undefined) ended();
    else completed.then(ended, ended);
  }

  #reconnect(code: string, afterMs: number): Uint8Array {
    return this.#parts.writer.bytes(reconnectText(code, afterMs));
  }

  /** False when it was over already. */
  #release(reason: string | undefined): boolean {
    if (this.#over) return false;
    this.#over = true;
    if (reason !== undefined) this.#parts.metrics.dropped(reason);
    this.#parts.wheel.cancel(this.#timer);
    this.#parts.deadPeers.forget(this);
    this.#detach?.();
    this.#options.seat.leave();
    return true;
  }
}
