import type { Address, Fact } from "../../machines/decision.ts";
import type { Frame, Outlet } from "./actors.ts";
import type { Cursors } from "./cursor.ts";
import type { Kind } from "./kind.ts";
import { textOf } from "./parking.ts";
import type { EventRow, Log } from "./ports.ts";

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
  readonly #log: Log;
  readonly #byAddress = new Map<Address, Set<Registration>>();
  #count = 0;

  constructor(cursors: Cursors, log: Log) {
    this.#cursors = cursors;
    this.#log = log;
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

      const frames = new Map<string, Frame | undefined>();
      for (const registration of registrations) {
        const { feed } = registration;
        if (!frames.has(feed)) frames.set(feed, this.frame(event, feed));
        const frame = frames.get(feed);
        if (frame !== undefined && this.#give(registration, frame)) pushed++;
        else this.#letGo(event.row.address, { registration, code: "failed" });
      }
    }
    return pushed;
  }

  /** False when the outlet has a defect. */
  #give(registration: Registration, frame: Frame): boolean {
    const { outlet, held, holdLimit } = registration;
    if (held === undefined) return this.tell(() => outlet.deliver(frame));
    if (held.length < holdLimit) held.push(frame);
    else registration.isOverrun = true;
    return true;
  }

  /** Calls an outlet; false when that threw, which is a defect of the outlet and nobody else's business. */
  tell(call: () => void): boolean {
    try {
      call();
      return true;
    } catch (error) {
      this.#log.error("outlet_failed", { error: textOf(error) });
      return false;
    }
  }

  /** What a reader of that feed sees of an event; undefined when its kind cannot say, which is a defect of the kind. */
  frame(event: CommittedEvent, feed: string): Frame | undefined {
    try {
      return this.#show(event, feed);
    } catch (error) {
      const { address, version, type } = event.row;
      this.#log.error("frame_failed", { address, version, type, feed, error: textOf(error) });
      return undefined;
    }
  }

  #show({ row, fact, kind }: CommittedEvent, feed: string): Frame {
    const { address, version, occurredAt, commandId } = row;
    const shownId = commandId.slice(commandId.indexOf(":") + 1);
    const data = kind.frame(fact, { address, version, occurredAt, commandId: shownId }, feed);
    const cursor = this.#cursors.make(address, version);
    return data === undefined ? { cursor, version } : { cursor, version, dataJson: JSON.stringify(data) };
  }

  /** Lets everybody of these addresses go, to come back and be attached anew: nothing is delivered to them any more. */
  close(addresses: Iterable<Address>, code: string): void {
    for (const address of addresses) {
      for (const registration of this.#byAddress.get(address) ?? []) this.#letGo(address, { registration, code });
    }
  }

  #letGo(
    address: Address,
    { registration, code }: { readonly registration: Registration; readonly code: string },
  ): void {
    const registrations = this.#byAddress.get(address);
    if (registrations?.delete(registration) !== true) return;
    this.#count--;
    if (registrations.size === 0) this.#byAddress.delete(address);
    registration.closed = code;
    if (registration.held === undefined) this.tell(() => registration.outlet.close(code));
  }

  get addresses(): readonly Address[] {
    return [...this.#byAddress.keys()];
  }
}
