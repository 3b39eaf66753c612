import type { Accepted, Address, Command, Fact, Message, Turn } from "../../machines/decision.ts";
import type { AcceptedAnswer } from "./actors.ts";
import type { CommandMail } from "./mail.ts";
import type { AliasRow, LetterRow, TimerKey } from "./ports.ts";
import type { Resident } from "./resident.ts";

/** An event of a unit: decided, not yet committed, hence without a position. */
export interface UnitEvent {
  readonly resident: Resident;
  readonly version: number;
  readonly fact: Fact;
  readonly dataJson: string;
}

/** A deadline armed (with its letter) or disarmed (without), in the order of the unit. */
export interface TimerChange extends TimerKey {
  readonly letter?: LetterRow;
}

export interface UnitEffects {
  readonly events: readonly UnitEvent[];
  readonly letters: readonly LetterRow[];
  readonly timers: readonly TimerChange[];
  readonly aliases: readonly AliasRow[];
  /** What the caller is told; nobody waits for what comes of a letter. */
  readonly reply: Reply | undefined;
  readonly outcome?: string;
}

/** The view after the unit, and the places where its effect appears. */
export type Reply = Pick<AcceptedAnswer, "replyJson" | "version" | "cursor" | "ownCursor">;

/**
 * - `done`: the residents it touched have moved; `undo` takes it back.
 * - `refused`: nothing has moved.
 * - `absent`: it needs these actors first; nothing has moved.
 * - `failed`: a turn threw; nothing has moved.
 */
export type UnitResult =
  | { readonly kind: "done"; readonly effects: UnitEffects }
  | { readonly kind: "refused"; readonly reason: string; readonly details?: Readonly<Record<string, unknown>> }
  | { readonly kind: "absent"; readonly residents: readonly Resident[] }
  | { readonly kind: "failed"; readonly error: unknown };

/** What a unit needs to know of the node. */
export interface UnitWorld {
  readonly now: number;
  readonly depth: number;
  /** Whether an actor can have that address: of a known kind, with a well-formed id. */
  canExist(address: Address): boolean;
  /** The resident of an address, in whatever phase; undefined when none can have it. */
  resident(address: Address): Resident | undefined;
  /** Called before a resident changes for the first time in this unit. */
  touch(resident: Resident): void;
  partitionOf(address: Address): number;
  /** What an ask is answered: `replyFrom`'s view, `feed` being whose feed shows the effect. */
  reply(replyFrom: Resident, feed: Resident): Reply;
  letterId(): string;
}

interface CausedTurn {
  readonly resident: Resident;
  readonly command: Command;
  readonly depth: number;
}

/**
 * Runs one message and every same-partition turn it causes. All or nothing: unless it is `done`, every resident stands
 * where it stood.
 */
export function runUnit(root: Resident, mail: CommandMail, world: UnitWorld): UnitResult {
  const before = new Map<Resident, { readonly state: unknown; readonly version: number }>();
  const run = new UnitRun(mail, world, before);
  let result: UnitResult;
  try {
    result = run.from(root);
  } catch (error) {
    result = { kind: "failed", error };
  }
  if (result.kind === "done") return result;

  for (const [resident, { state, version }] of before) {
    resident.state = state;
    resident.version = version;
  }
  return result;
}

class UnitRun {
  readonly #mail: CommandMail;
  readonly #world: UnitWorld;
  readonly #before: Map<Resident, { readonly state: unknown; readonly version: number }>;
  readonly #events: UnitEvent[] = [];
  readonly #letters: LetterRow[] = [];
  readonly #timers: TimerChange[] = [];
  readonly #aliases: AliasRow[] = [];
  readonly #queue: CausedTurn[] = [];

  constructor(mail: CommandMail, world: UnitWorld, before: UnitRun["before"]) {
    this.#mail = mail;
    this.#world = world;
    this.#before = before;
  }

  get before(): Map<Resident, { readonly state: unknown; readonly version: number }> {
    return this.#before;
  }

  from(root: Resident): UnitResult {
    const { principal, commandId } = this.#mail;
    const turn: Turn = { now: this.#world.now, principal, commandId };
    let rootDecision: Accepted<Fact> | undefined;

    this.#queue.push({ resident: root, command: this.#mail.command, depth: 0 });
    for (let next = this.#queue.shift(); next !== undefined; next = this.#queue.shift()) {
      const { resident, command, depth } = next;
      if (!isIn(resident)) return { kind: "absent", residents: [resident] };
      if (depth > this.#world.depth) {
        throw new Error(`Cannot finish the unit of "${this.#mail.command.type}": too deep`);
      }

      const decision = resident.kind.decide(resident.state, command, turn);
      if (!decision.accepted) return { kind: "refused", reason: decision.reason, details: decision.details };
      rootDecision ??= decision;
      for (const fact of decision.events) this.#record(resident, { fact, depth });
      for (const message of decision.messages) this.#dispatch(resident, { message, depth });
    }
    return this.#finish(root, rootDecision);
  }

  #record(resident: Resident, { fact, depth }: { readonly fact: Fact; readonly depth: number }): void {
    if (!this.#before.has(resident)) {
      this.#before.set(resident, { state: resident.state, version: resident.version });
      this.#world.touch(resident);
    }
    resident.state = resident.kind.evolve(resident.state, fact);
    resident.version++;
    const { type: _, ...data } = fact;
    this.#events.push({ resident, version: resident.version, fact, dataJson: JSON.stringify(data) });
    for (const message of resident.kind.tells(resident.state, fact)) this.#dispatch(resident, { message, depth });
  }

  #dispatch(resident: Resident, { message, depth }: { readonly message: Message; readonly depth: number }): void {
    switch (message.kind) {
      case "send":
        return this.#send(resident, { message, depth });
      case "deadline": {
        const { key, at, command } = message;
        const letter = this.#letter(resident, { command, deliverAt: at, timerKey: key });
        this.#timers.push({ address: resident.address, key, letter });
        return;
      }
      case "cancel":
        this.#timers.push({ address: resident.address, key: message.key });
        return;
      case "activity": {
        const { name, command, at } = message;
        this.#letters.push(this.#letter(resident, { command, activity: name, deliverAt: at ?? this.#world.now }));
        return;
      }
      case "alias":
        this.#aliases.push({ publicId: message.publicId, address: resident.address });
    }
  }

  #send(
    from: Resident,
    { message, depth }: { readonly message: Message & { readonly kind: "send" }; readonly depth: number },
  ): void {
    const { to, command } = message;
    // A letter that nobody can ever take in would lie in the store for ever.
    if (!this.#world.canExist(to)) throw new Error(`Cannot send "${command.type}" to "${to}": nobody has that address`);

    const toPartition = this.#world.partitionOf(to);
    if (toPartition !== from.partition) {
      this.#letters.push({ ...this.#letter(from, { command, deliverAt: this.#world.now }), to, toPartition });
      return;
    }
    const resident = this.#world.resident(to);
    if (resident !== undefined) this.#queue.push({ resident, command, depth: depth + 1 });
  }

  #letter(
    from: Resident,
    letter: Pick<LetterRow, "command" | "deliverAt"> & Partial<Pick<LetterRow, "activity" | "timerKey">>,
  ): LetterRow {
    const { principal, correlationId, traceparent } = this.#mail;
    return {
      id: this.#world.letterId(),
      from: from.address,
      to: from.address,
      toPartition: from.partition,
      principal,
      correlationId,
      ...(traceparent === undefined ? {} : { traceparent }),
      attempts: 0,
      ...letter,
    };
  }

  #finish(root: Resident, decision: Accepted<Fact> | undefined): UnitResult {
    const replyFrom = decision?.replyFrom === undefined ? root : this.#world.resident(decision.replyFrom);
    if (replyFrom === undefined) throw new Error(`Cannot reply from "${decision?.replyFrom}": no such kind`);
    if (!isIn(replyFrom)) return { kind: "absent", residents: [replyFrom] };

    const feedAddress = replyFrom.kind.feedOf(replyFrom.state);
    const feed = feedAddress === undefined ? replyFrom : this.#world.resident(feedAddress) ?? replyFrom;
    if (!isIn(feed)) return { kind: "absent", residents: [feed] };

    const effects: UnitEffects = {
      events: this.#events,
      letters: this.#letters,
      timers: this.#timers,
      aliases: this.#aliases,
      reply: this.#mail.letter === undefined ? this.#world.reply(replyFrom, feed) : undefined,
      ...(decision?.outcome === undefined ? {} : { outcome: decision.outcome }),
    };
    return { kind: "done", effects };
  }
}

function isIn({ isIn, defect, address }: Resident): boolean {
  if (defect !== undefined) {
    throw new Error(`Cannot use "${address}": what is stored cannot be read`, { cause: defect });
  }
  return isIn;
}
