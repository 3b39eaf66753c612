import type { Address, Fact } from "../../machines/decision.ts";
import type { Frame, Outlet } from "./actors.ts";
import type { Cursors } from "./cursor.ts";
import type { Kind } from "./kind.ts";
import type { EventRow } from "./ports.ts";

/** One attached outlet. While its backlog is being read, what happens meanwhile is kept for it. */
export interface Registration {
  readonly feed: string;
  readonly outlet: Outlet;
  held: Frame[] | undefined;
  /** How many frames are kept for it; with more it has to begin anew. */
  readonly holdLimit: number;
  isOverrun?: boolean;
  /** Why it was let go before its backlog was read. */
  closed?: string;
}

/** A committed event beside the fact it was decided as. */
export interface CommittedEvent {
  readonly row: EventRow;
  readonly fact: Fact;
  readonly kind: Kind;
}

/**
 * Who listens to which actor. Registrations live here and not in residents: a listener wakes nobody, and passivation
 * loses nobody.
 */
export class Outlets {
  readonly #cursors: Cursors;
  readonly #byAddress = new Map<Address, Set<Registration>>();
  #count = 0;

  constructor(cursors: Cursors) {
    this.#cursors = cursors;
  }

  get count(): number {
    return this.#count;
  }

  attach(address: Address, registration: Registration): () => void {
    const registrations = this.#byAddress.get(address) ?? new Set();
    this.#byAddress.set(address, registrations);
    registrations.add(registration);
    this.#count++;
    return () => {
      if (registration.closed !== undefined || !registrations.delete(registration)) return;
      this.#count--;
      if (registrations.size === 0 && this.#byAddress.get(address) === registrations) this.#byAddress.delete(address);
    };
  }

  /** Pushes committed events, in commit order, to whoever listens. Each frame is written once however many read it. */
  deliver(events: readonly CommittedEvent[]): number {
    let pushed = 0;
    for (const event of events) {
      const registrations = this.#byAddress.get(event.row.address);
      if (registrations === undefined) continue;

      const frames = new Map<string, Frame>();
      for (const registration of registrations) {
        const { feed, outlet, held } = registration;
        const frame = frames.get(feed) ?? this.frame(event, feed);
        frames.set(feed, frame);
        if (held === undefined) outlet.deliver(frame);
        else if (held.length < registration.holdLimit) held.push(frame);
        else registration.isOverrun = true;
        pushed++;
      }
    }
    return pushed;
  }

  /** What a reader of that feed sees of an event. */
  frame({ row, fact, kind }: CommittedEvent, feed: string): Frame {
    const { address, version, occurredAt, commandId } = row;
    const shownId = commandId.slice(commandId.indexOf(":") + 1);
    const data = kind.frame(fact, { address, version, occurredAt, commandId: shownId }, feed);
    const cursor = this.#cursors.make(address, version);
    return data === undefined ? { cursor, version } : { cursor, version, dataJson: JSON.stringify(data) };
  }

  /** Lets everybody of these addresses go, to come back and be attached anew: nothing is delivered to them any more. */
  close(addresses: Iterable<Address>, code: string): void {
    for (const address of addresses) {
      const registrations = [...this.#byAddress.get(address) ?? []];
      this.#byAddress.delete(address);
      this.#count -= registrations.length;
      for (const registration of registrations) {
        registration.closed = code;
        if (registration.held === undefined) registration.outlet.close(code);
      }
    }
  }

  get addresses(): readonly Address[] {
    return [...this.#byAddress.keys()];
  }
}
