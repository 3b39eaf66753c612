import { cart } from "../../actors/cart.ts";
import { customer } from "../../actors/customer.ts";
import { idOf, kindOf } from "../../actors/runtime/address.ts";
import type { Kind, Stamp } from "../../actors/runtime/kind.ts";
import type { Address, Command, Fact, Message, Principal } from "../../machines/decision.ts";

const KINDS: Readonly<Record<string, Kind>> = { cart, customer };
const START = 1_290_000_000_000;

export interface Recorded {
  readonly event: Fact;
  readonly stamp: Stamp;
}

interface Unit {
  readonly states: Map<Address, unknown>;
  readonly recorded: Recorded[];
  /** What went to kinds that this shop does not have. */
  readonly letters: Message[];
}

/**
 * Carts and customers in memory: a command and the turns it causes are one unit, kept whole or not at all. Throws when
 * a decision yields a fact the machine has no arrow for.
 */
export class Shop {
  readonly journal: Recorded[] = [];
  readonly letters: Message[] = [];
  readonly #states = new Map<Address, unknown>();
  readonly #versions = new Map<Address, number>();
  #asked = 0;

  /** Runs a unit; returns why it was refused, or undefined. */
  ask(to: Address, { command, principal }: { readonly command: Command; readonly principal: Principal }):
    | string
    | undefined {
    this.#asked++;
    const unit: Unit = { states: new Map(), recorded: [], letters: [] };
    const reason = this.#turn(unit, { to, command, principal });
    if (reason !== undefined) return reason;

    for (const [address, state] of unit.states) this.#states.set(address, state);
    for (const { stamp } of unit.recorded) this.#versions.set(stamp.address, stamp.version);
    this.journal.push(...unit.recorded);
    this.letters.push(...unit.letters);
    return undefined;
  }

  state(address: Address): unknown {
    return this.#states.get(address) ?? kindAt(address).initial(idOf(address));
  }

  addresses(): readonly Address[] {
    return [...this.#states.keys()];
  }

  version(address: Address): number {
    return this.#versions.get(address) ?? 0;
  }

  #turn(
    unit: Unit,
    { to, command, principal }: { readonly to: Address; readonly command: Command; readonly principal: Principal },
  ): string | undefined {
    const kind = kindAt(to);
    const before = unit.states.get(to) ?? this.state(to);
    const commandId = `test:${this.#asked}`;
    const decision = kind.decide(before, command, { now: START + this.#asked, principal, commandId });
    if (!decision.accepted) return decision.reason;

    let state = before;
    const messages = [...decision.messages];
    for (const event of decision.events) {
      if (!hasArrow(state, event)) throw new Error(`Cannot move "${to}": no arrow for ${event.type}`);
      state = kind.evolve(state, event);
      messages.push(...kind.tells(state, event));
      unit.recorded.push({ event, stamp: this.#stamp(unit, { to, commandId }) });
    }
    unit.states.set(to, state);

    for (const message of messages) {
      if (message.kind !== "send" || KINDS[kindOf(message.to)] === undefined) {
        unit.letters.push(message);
        continue;
      }
      const reason = this.#turn(unit, { to: message.to, command: message.command, principal });
      if (reason !== undefined) return reason;
    }
    return undefined;
  }

  #stamp(unit: Unit, { to, commandId }: { readonly to: Address; readonly commandId: string }): Stamp {
    const inUnit = unit.recorded.filter(({ stamp }) => stamp.address === to).length;
    return { address: to, version: this.version(to) + inUnit + 1, occurredAt: START + this.#asked, commandId };
  }
}

export function kindAt(address: Address): Kind {
  const kind = KINDS[kindOf(address)];
  if (kind === undefined) throw new Error(`Cannot find the kind of "${address}"`);
  return kind;
}

function hasArrow(state: unknown, event: Fact): boolean {
  if (typeof state !== "object" || state === null || !("can" in state)) return false;
  return typeof state.can === "function" && state.can(event) === true;
}
