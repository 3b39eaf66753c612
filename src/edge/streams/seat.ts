import type { Timed, WheelTimer } from "./timer_wheel.ts";

export type Transport = "sse" | "websocket";

/** A connection, as those who end it see it. */
export interface Connection {
  /** Asks the client to come back after `afterMs`, and closes. */
  dismiss(code: string, afterMs: number): void;
}

/** For whom a place is wanted. */
export interface Claim {
  readonly transport: Transport;
  /** Undefined: nobody is signed in. */
  readonly customer?: string;
  /** Undefined: this machine itself, which is not limited. */
  readonly address?: string;
}

/** Who counts seats. */
export interface SeatKeeper {
  /** The returned timer calls the seat when its transport must have ended, seen or unseen. */
  left(seat: Seat): WheelTimer;
  ended(lingering: WheelTimer | undefined): void;
}

/**
 * One connection's place. `leave` is called when we decide that it is over, and counts the connection out; its
 * descriptor stays counted until the transport is seen to end, because closing a peer that does not read frees nothing.
 */
export class Seat implements Timed {
  readonly claim: Claim;
  connection: Connection | undefined;
  readonly #keeper: SeatKeeper;
  #state: "taken" | "left" | "ended" = "taken";
  #lingering: WheelTimer | undefined;

  constructor(keeper: SeatKeeper, claim: Claim) {
    this.#keeper = keeper;
    this.claim = claim;
  }

  leave(): void {
    if (this.#state !== "taken") return;
    this.#state = "left";
    this.connection = undefined;
    this.#lingering = this.#keeper.left(this);
  }

  ended(): void {
    if (this.#state === "ended") return;
    this.leave();
    this.#state = "ended";
    this.#keeper.ended(this.#lingering);
  }

  onTime(): undefined {
    this.#lingering = undefined;
    this.ended();
  }
}
