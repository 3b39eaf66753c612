import {
  type Address,
  type Command,
  type Fact,
  type Message,
  type Principal,
  type Turn,
} from "../../machines/decision.ts";
import { idOf, kindOf, partitionOf } from "../../actors/runtime/address.ts";
import type { Kind } from "../../actors/runtime/kind.ts";
import type { Chance } from "./seeded.ts";

/** An actor of the pump: its state and all that ever happened to it. */
export interface Pumped {
  readonly kind: Kind;
  state: unknown;
  readonly journal: { readonly fact: Fact; readonly at: number }[];
}

/** A message on its way: it may arrive late, out of order and more than once. */
export interface Letter {
  readonly to: Address;
  readonly command: Command;
  readonly principal: Principal;
  readonly at: number;
  readonly timerKey?: string;
  readonly activity?: string;
}

/** Runs an activity: what it says back, and when. */
export type Provider = (letter: Letter) => readonly { readonly command: Command; readonly at: number }[];

export interface PumpOptions {
  readonly kinds: readonly Kind[];
  readonly chance: Chance;
  readonly partitions: number;
  readonly provider: Provider;
  /** Looks at everything after each unit, and throws when something is wrong. */
  readonly check: (pump: MessagePump) => void;
}

/** How deep turns of one unit may cause each other. */
const DEEPEST = 16;

interface Draft {
  readonly states: Map<Pumped, unknown>;
  readonly facts: { readonly actor: Pumped; readonly fact: Fact }[];
  readonly letters: Letter[];
  readonly cancelled: { readonly to: Address; readonly key: string }[];
}

/**
 * A model of the runtime: units of same-partition turns, all or nothing, and one bag of letters out of which any may
 * arrive next. Letters are repeated and units are lost before their commit, as long as `trouble` lasts.
 */
export class MessagePump {
  now = 1_290_000_000_000;
  /** How much more may go wrong. */
  trouble = 40;
  /** How many percent of the deliveries come after a while in which others could have come. */
  haste = 2;
  readonly actors = new Map<Address, Pumped>();
  #letters: Letter[] = [];
  readonly #options: PumpOptions;
  readonly #kinds: ReadonlyMap<string, Kind>;

  constructor(options: PumpOptions) {
    this.#options = options;
    this.#kinds = new Map(options.kinds.map((kind) => [kind.name, kind]));
  }

  get isQuiet(): boolean {
    return this.#letters.length === 0;
  }

  /** A command from outside, as the runtime takes it: the reason of its refusal, or undefined. */
  ask(to: Address, ask: { readonly command: Command; readonly principal: Principal }): string | undefined {
    const { kind, state } = this.actor(to);
    if (!kind.mayCommand(state, ask.principal, ask.command)) return "not_found";
    return this.#unit(to, ask);
  }

  /** Delivers a letter that is due, any of them; when none is, time passes until one is. */
  deliver(): void {
    if (this.isQuiet) return;
    const due = this.#letters.filter(({ at }) => at <= this.now);
    if (due.length === 0 || this.#options.chance.happens(this.haste)) {
      this.now = Math.max(this.now, this.#nextTime(due.length === 0));
    }
    const letter = this.#options.chance.pick(this.#letters.filter(({ at }) => at <= this.now));
    const isRepeated = this.#goesWrong(15);
    if (!isRepeated) this.#letters = this.#letters.filter((other) => other !== letter);
    if (letter.activity !== undefined) return this.#runActivity(letter);
    // Lost before its commit: nothing of the unit is seen, and its letter is still there.
    if (this.#goesWrong(10)) {
      if (!isRepeated) this.#letters.push(letter);
      return;
    }
    const refusal = this.#unit(letter.to, letter);
    if (refusal !== undefined) throw new Error(`Cannot deliver "${letter.command.type}": refused as ${refusal}`);
  }

  actor(address: Address): Pumped {
    const known = this.actors.get(address);
    if (known !== undefined) return known;

    const kind = this.#kinds.get(kindOf(address));
    if (kind === undefined) throw new Error(`Cannot find a kind for "${address}"`);
    const actor: Pumped = { kind, state: kind.initial(idOf(address)), journal: [] };
    this.actors.set(address, actor);
    return actor;
  }

  #runActivity(letter: Letter): void {
    const { to, principal } = letter;
    for (const { command, at } of this.#options.provider(letter)) this.#letters.push({ to, principal, command, at });
  }

  #unit(
    root: Address,
    { command, principal }: { readonly command: Command; readonly principal: Principal },
  ): string | undefined {
    const turn: Turn = { now: this.now, principal, commandId: "scope:key" };
    const draft: Draft = { states: new Map(), facts: [], letters: [], cancelled: [] };
    const queue = [{ to: root, command, depth: 0 }];
    for (let next = queue.shift(); next !== undefined; next = queue.shift()) {
      const { to, depth } = next;
      if (depth > DEEPEST) throw new Error(`Cannot finish the unit of "${command.type}": too deep`);
      const actor = this.actor(to);
      const decision = actor.kind.decide(stateIn(draft, actor), next.command, turn);
      if (!decision.accepted) return decision.reason;

      const messages: Message[] = [];
      for (const fact of decision.events) {
        const before = stateIn(draft, actor);
        if (!can(before, fact)) throw new Error(`Cannot record "${fact.type}" of "${to}": no arrow`);
        const state = actor.kind.evolve(before, fact);
        draft.states.set(actor, state);
        draft.facts.push({ actor, fact });
        messages.push(...actor.kind.tells(state, fact));
      }
      for (const message of [...messages, ...decision.messages]) {
        const turnOfUnit = this.#dispatch(to, { message, draft, principal });
        if (turnOfUnit !== undefined) queue.push({ ...turnOfUnit, depth: depth + 1 });
      }
    }
    this.#commit(draft);
    return undefined;
  }

  #dispatch(
    from: Address,
    { message, draft, principal }: { readonly message: Message; readonly draft: Draft; readonly principal: Principal },
  ): { readonly to: Address; readonly command: Command } | undefined {
    const { partitions, chance } = this.#options;
    switch (message.kind) {
      case "send": {
        const { to, command } = message;
        if (partitionOf(to, partitions) === partitionOf(from, partitions)) return { to, command };
        draft.letters.push({ to, command, principal, at: this.now });
        return undefined;
      }
      case "deadline":
        draft.cancelled.push({ to: from, key: message.key });
        draft.letters.push({ to: from, command: message.command, principal, at: message.at, timerKey: message.key });
        return undefined;
      case "cancel":
        draft.cancelled.push({ to: from, key: message.key });
        return undefined;
      case "activity": {
        const { name: activity, command, at = this.now } = message;
        const waitMs = chance.happens(30) ? chance.int(0, 10_000) : 0;
        draft.letters.push({ to: from, command, principal, at: at + waitMs, activity });
        return undefined;
      }
      case "alias":
        return undefined;
    }
  }

  #commit({ states, facts, letters, cancelled }: Draft): void {
    for (const [actor, state] of states) actor.state = state;
    for (const { actor, fact } of facts) actor.journal.push({ fact, at: this.now });
    this.#letters = this.#letters.filter((letter) => {
      const isCancelled = cancelled.some(({ to, key }) => to === letter.to && key === letter.timerKey);
      // A deadline that was due may already be in somebody's hand.
      return !isCancelled || this.#goesWrong(30);
    });
    this.#letters.push(...letters);
    this.#options.check(this);
  }

  #goesWrong(percent: number): boolean {
    if (this.trouble <= 0 || !this.#options.chance.happens(percent)) return false;
    this.trouble--;
    return true;
  }

  #nextTime(isIdle: boolean): number {
    const times = this.#letters.map(({ at }) => at).filter((at) => at > this.now);
    if (isIdle) return Math.min(...times);
    return times.length === 0 ? this.now : this.#options.chance.pick(times);
  }
}

function stateIn(draft: Draft, actor: Pumped): unknown {
  return draft.states.has(actor) ? draft.states.get(actor) : actor.state;
}

/** Whether the machine has an arrow for that fact in that state. */
export function can(state: unknown, fact: Fact): boolean {
  if (typeof state !== "object" || state === null || !("can" in state)) return false;
  return typeof state.can === "function" && state.can(fact) === true;
}
