import { comeBackSoon } from "./come_back.ts";
import type { Connection, Seat } from "./seat.ts";
import type { SocketLine } from "./socket_channel.ts";
import { say } from "./socket_messages.ts";
import { endOfAge, type StreamParts, stuckLimit } from "./stream_parts.ts";
import type { Timed, WheelTimer } from "./timer_wheel.ts";

/** WebSocket's own number for an end that the client should come back from. */
const COME_BACK = 1012;
const CLOSE_CODES: Readonly<Record<string, number>> = {
  message_too_large: 1009,
  slow: 4008,
  token_expired: 4401,
  never_subscribed: 4408,
  rate_limited: 4429,
};

/** Who listens to what a socket says, and holds what must be let go with it. */
export interface SocketListener {
  receive(data: unknown): void;
  release(): void;
}

export interface SocketOptions {
  readonly socket: WebSocket;
  readonly seat: Seat;
  /** Epoch milliseconds. */
  readonly expiresAt: number;
}

/**
 * One socket's life. Messages never wait for the peer: past the budget the socket is closed `slow`. Whoever decides that
 * it is over, it is out of the registry, off the wheel, and its listener released in that moment.
 */
export class SocketConnection implements Connection, SocketLine, Timed, EventListenerObject {
  readonly #parts: StreamParts;
  readonly #options: SocketOptions;
  readonly #endsAt: number;
  readonly #pruneAt: number;
  #listener: SocketListener | undefined;
  #timer: WheelTimer;
  #expiresAt: number;
  #askedToRefresh = false;
  #isOfUse = false;
  #over = false;
  /** How often in a row the peer was seen to have taken nothing of what waited, then and since. */
  #stuck = 0;
  #waitingThen = 0;
  #waitingSince = 0;

  constructor(parts: StreamParts, options: SocketOptions) {
    const now = parts.clock.now();
    const { socket, seat, expiresAt } = options;
    this.#parts = parts;
    this.#options = options;
    this.#expiresAt = expiresAt;
    this.#endsAt = endOfAge(parts);
    this.#pruneAt = now + parts.limits.unsubscribedMs;
    this.#timer = parts.wheel.schedule(this, this.#nextDelay(now));
    seat.connection = this;
    for (const type of ["open", "message", "close"]) socket.addEventListener(type, this);
  }

  listen(listener: SocketListener): void {
    this.#listener = listener;
  }

  handleEvent(event: Event): void {
    if (event instanceof MessageEvent) {
      if (!this.#over) this.#listener?.receive(event.data);
    } else if (event.type === "close") {
      this.#release(undefined);
      this.#options.seat.ended();
    } else if (this.#over) {
      this.#options.socket.close(COME_BACK);
    }
  }

  send(text: string): void {
    const { socket } = this.#options;
    if (this.#over || !this.#isOpen) return;
    const waiting = socket.bufferedAmount;
    if (waiting > 0) {
      if (waiting + text.length > this.#parts.limits.budgetBytes) return this.end("slow");
      this.#waitingSince += text.length;
    }
    socket.send(text);
  }

  close(code: string): void {
    this.dismiss(code, comeBackSoon(this.#parts.random));
  }

  dismiss(code: string, afterMs: number): void {
    this.send(say.reconnect(code, afterMs));
    this.end(code);
  }

  /** Closes without asking the client to come back. */
  end(reason: string): void {
    const { socket, seat } = this.#options;
    if (!this.#release(reason)) return;
    // A client that left before its socket was open is never heard of again: no event tells of it.
    const wasOpen = socket.readyState !== WebSocket.CONNECTING;
    socket.close(CLOSE_CODES[reason] ?? COME_BACK, reason);
    if (!wasOpen) seat.ended();
  }

  /** It has subscribed, or commanded. */
  used(): void {
    this.#isOfUse = true;
  }

  /** A newer token was shown: everything stays open until `expiresAt`. */
  refreshed(expiresAt: number): void {
    if (this.#over) return;
    this.#expiresAt = expiresAt;
    this.#askedToRefresh = false;
    const { wheel, clock } = this.#parts;
    wheel.cancel(this.#timer);
    this.#timer = wheel.schedule(this, this.#nextDelay(clock.now()));
  }

  onTime(now: number): number | undefined {
    if (now >= this.#expiresAt) this.end("token_expired");
    else if (now >= this.#endsAt) this.close("max_age");
    else if (!this.#isOfUse && now >= this.#pruneAt) this.end("never_subscribed");
    else if (this.#isStuck()) this.end("slow");
    else if (!this.#askedToRefresh && now >= this.#expiresAt - this.#parts.limits.refreshAheadMs) {
      this.#askedToRefresh = true;
      this.send(say.refreshNeeded(this.#expiresAt));
    }
    return this.#over ? undefined : this.#nextDelay(now);
  }

  #nextDelay(now: number): number {
    const { heartbeatMs, refreshAheadMs } = this.#parts.limits;
    const refreshAt = this.#askedToRefresh ? Infinity : this.#expiresAt - refreshAheadMs;
    const pruneAt = this.#isOfUse ? Infinity : this.#pruneAt;
    return Math.max(0, Math.min(now + heartbeatMs, this.#endsAt, this.#expiresAt, refreshAt, pruneAt) - now);
  }

  /** A peer that reads nothing, where Deno's ping waits behind what is not read. Counted in looks, as streams do. */
  #isStuck(): boolean {
    const waiting = this.#options.socket.bufferedAmount;
    const moved = waiting === 0 || waiting < this.#waitingThen + this.#waitingSince;
    this.#stuck = moved ? 0 : this.#stuck + 1;
    this.#waitingThen = waiting;
    this.#waitingSince = 0;
    return this.#stuck >= stuckLimit(this.#parts.limits);
  }

  /** What is sent before or after is refused with an exception, or lost. */
  get #isOpen(): boolean {
    return this.#options.socket.readyState === WebSocket.OPEN;
  }

  /** False when it was over already. */
  #release(reason: string | undefined): boolean {
    if (this.#over) return false;
    this.#over = true;
    if (reason !== undefined) this.#parts.metrics.dropped(reason);
    this.#parts.wheel.cancel(this.#timer);
    this.#options.seat.leave();
    this.#listener?.release();
    return true;
  }
}
