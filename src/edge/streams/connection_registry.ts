import type { Clock } from "../../../actors/runtime/ports.ts";
import { comeBackSpread } from "./come_back.ts";
import { type Claim, Seat, type SeatKeeper, type Transport } from "./seat.ts";
import type { StreamLimits } from "./stream_limits.ts";
import type { TimerWheel, WheelTimer } from "./timer_wheel.ts";

export type AdmissionRefusal = "draining" | "too_many_connections" | "at_capacity";

/** The kernel gives a dead peer up some sixteen minutes after the last byte that it did not confirm. */
const LINGER_MS = 1_200_000;

export interface RegistryParts {
  readonly limits: StreamLimits;
  readonly wheel: TimerWheel;
  readonly clock: Clock;
}

/** Every open connection of this node, and who may open one more. */
export class ConnectionRegistry implements SeatKeeper {
  readonly #parts: RegistryParts;
  readonly #seats = new Set<Seat>();
  readonly #perCustomer = new Map<string, number>();
  readonly #perAddress = new Map<string, number>();
  readonly #perTransport: Record<Transport, number> = { sse: 0, websocket: 0 };
  #descriptors = 0;
  #draining = false;
  #onEmpty: (() => void) | undefined;

  constructor(parts: RegistryParts) {
    this.#parts = parts;
  }

  /** False once a drain has begun: the node is not ready then. */
  get accepting(): boolean {
    return !this.#draining;
  }

  /** Connections that are served. */
  get open(): Readonly<Record<Transport, number>> {
    return { ...this.#perTransport };
  }

  /** Descriptors in use: of connections served, and of those that are closed but not gone. */
  get descriptors(): number {
    return this.#descriptors;
  }

  admit(claim: Claim): Seat | AdmissionRefusal {
    const { connections, perCustomer, perAddress } = this.#parts.limits;
    if (this.#draining) return "draining";
    if (this.#descriptors >= connections) return "at_capacity";
    if (countOf(this.#perCustomer, claim.customer) >= perCustomer) return "too_many_connections";
    if (countOf(this.#perAddress, claim.address) >= perAddress) return "too_many_connections";

    const seat = new Seat(this, claim);
    this.#seats.add(seat);
    this.#count(claim, 1);
    this.#descriptors++;
    return seat;
  }

  /** Closes whatever a customer has open here. */
  dismissCustomer(customer: string, code: string): void {
    for (const { claim, connection } of [...this.#seats]) {
      if (claim.customer === customer) connection?.dismiss(code, 0);
    }
  }

  /**
   * Lets nobody in any more and sends everybody away, each to come back at another moment. Resolves when their sockets
   * are gone, or have had their time to be.
   */
  async drain(): Promise<void> {
    this.#draining = true;
    const { clock, limits: { drainSpreadMs, drainWithinMs } } = this.#parts;
    const seats = [...this.#seats];
    for (const [index, { connection }] of seats.entries()) {
      connection?.dismiss("draining", comeBackSpread(index, { count: seats.length, spreadMs: drainSpreadMs }));
    }
    if (this.#descriptors === 0) return;

    await new Promise<void>((resolve) => {
      const cancel = clock.after(drainWithinMs, resolve);
      this.#onEmpty = () => {
        cancel();
        resolve();
      };
    });
  }

  left(seat: Seat): WheelTimer {
    this.#seats.delete(seat);
    this.#count(seat.claim, -1);
    return this.#parts.wheel.schedule(seat, LINGER_MS);
  }

  ended(lingering: WheelTimer | undefined): void {
    if (lingering !== undefined) this.#parts.wheel.cancel(lingering);
    this.#descriptors--;
    if (this.#descriptors === 0) this.#onEmpty?.();
  }

  #count({ transport, customer, address }: Claim, change: 1 | -1): void {
    this.#perTransport[transport] += change;
    add(this.#perCustomer, customer, change);
    add(this.#perAddress, address, change);
  }
}

function countOf(counts: ReadonlyMap<string, number>, key: string | undefined): number {
  return key === undefined ? 0 : counts.get(key) ?? 0;
}

function add(counts: Map<string, number>, key: string | undefined, change: 1 | -1): void {
  if (key === undefined) return;
  const count = (counts.get(key) ?? 0) + change;
  if (count === 0) counts.delete(key);
  else counts.set(key, count);
}
