import type { Clock } from "../../actors/runtime/ports.ts";
import { Envelope } from "../../src/events/envelope.ts";
import type { OutgoingEvent } from "../../src/events/outgoing_event.ts";
import type { Publication, Publisher, StreamListener, StreamState } from "../../src/relay/ports.ts";
import type { Chance } from "../machines/seeded.ts";

export interface Stored {
  readonly sequence: number;
  readonly eventId: string;
  readonly key: string;
  /** The entity's own count. */
  readonly version: number;
}

interface Temper {
  /** Percent of the events that are not stored, and whose sender is told that nobody knows. */
  readonly lost: number;
  /** Percent of the events that are stored, and whose sender is told that nobody knows. */
  readonly unsaid: number;
  readonly refused: number;
  /** Percent of the repeats that are stored a second time, as after the window in which they are known. */
  readonly forgotten: number;
  /** The most an event or its answer takes. */
  readonly delayMs: number;
}

export const PATIENT: Temper = { lost: 0, unsaid: 0, refused: 0, forgotten: 0, delayMs: 5 };

/** A stream in memory that loses, delays, repeats and forgets, as a test wants it. */
export class TestStream {
  readonly #chance: Chance;
  #stored: Stored[] = [];
  #ids = new Map<string, number>();
  #lives = 1;
  /** Counts what cut the connections: whatever was on its way then never arrives. */
  #cuts = 0;
  readonly #listeners = new Set<StreamListener>();
  temper: Temper = PATIENT;
  isAway = false;
  /** Everything that was ever stored, in that order, also what was forgotten since. */
  readonly told: Stored[] = [];
  /** Events on their way: entity by entity. */
  readonly #onTheirWay = new Map<string, number>();
  mostOnTheirWay = 0;
  mostOfOneEntity = 0;

  constructor(chance: Chance) {
    this.#chance = chance;
  }

  get stored(): readonly Stored[] {
    return this.#stored;
  }

  has(eventId: string): boolean {
    return this.#stored.some((stored) => stored.eventId === eventId);
  }

  /** It is made anew, empty. */
  wipe({ silently = false }: { readonly silently?: boolean } = {}): void {
    this.#stored = [];
    this.#ids = new Map();
    this.#lives++;
    this.#cuts++;
    if (!silently) this.interrupt();
  }

  /** It loses its last events. */
  rollBack(count: number, { silently = false }: { readonly silently?: boolean } = {}): void {
    for (const { eventId } of this.#stored.splice(Math.max(0, this.#stored.length - count))) this.#ids.delete(eventId);
    this.#cuts++;
    if (!silently) this.interrupt();
  }

  interrupt(): void {
    for (const { interrupted } of this.#listeners) interrupted("the connection was cut");
  }

  /** A node's way to it. */
  publisher(clock: Clock): Publisher {
    return {
      publish: (event, settled) => this.#publish(event, { clock, settled }),
      stream: () => this.#answer(() => this.#state()),
      eventAt: (sequence) => this.#answer(() => this.#stored[sequence - 1]?.eventId),
      follow: (listener) => {
        this.#listeners.add(listener);
        return () => this.#listeners.delete(listener);
      },
    };
  }

  #state(): StreamState {
    return { createdAt: `life ${this.#lives}`, firstSequence: 1, lastSequence: this.#stored.length };
  }

  #answer<Result>(work: () => Result): Promise<Result> {
    return this.isAway ? Promise.reject(new Error("the stream is away")) : Promise.resolve().then(work);
  }

  #publish(
    event: OutgoingEvent,
    { clock, settled }: { readonly clock: Clock; readonly settled: (publication: Publication) => void },
  ): void {
    const { lost, unsaid, refused, delayMs } = this.temper;
    const chance = this.#chance;
    const cuts = this.#cuts;
    const delay = (): number => chance.int(0, delayMs);
    this.#leave(event);
    clock.after(delay(), () => {
      this.#arrive(event);
      if (this.isAway || cuts !== this.#cuts || chance.happens(lost)) {
        return void clock.after(delay() * 10, () => settled({ kind: "away", why: "no answer" }));
      }
      if (chance.happens(refused)) return settled({ kind: "refused", why: "not now" });
      const publication = this.#store(event);
      if (chance.happens(unsaid)) {
        clock.after(delay() * 10, () => settled({ kind: "away", why: "no answer" }));
        return;
      }
      clock.after(delay(), () => settled(publication));
    });
  }

  #store({ eventId, body }: OutgoingEvent): Publication {
    const known = this.#ids.get(eventId);
    if (known !== undefined && !this.#chance.happens(this.temper.forgotten)) {
      return { kind: "stored", sequence: known, repeated: true };
    }

    const { partitionKey: key, sequence: version } = Envelope.parse(JSON.parse(body));
    const stored = { sequence: this.#stored.length + 1, eventId, key, version };
    this.#stored.push(stored);
    this.told.push(stored);
    this.#ids.set(eventId, stored.sequence);
    return { kind: "stored", sequence: stored.sequence, repeated: false };
  }

  #leave({ subject }: OutgoingEvent): void {
    const ofEntity = (this.#onTheirWay.get(subject) ?? 0) + 1;
    this.#onTheirWay.set(subject, ofEntity);
    this.mostOfOneEntity = Math.max(this.mostOfOneEntity, ofEntity);
    const all = [...this.#onTheirWay.values()].reduce((sum, count) => sum + count, 0);
    this.mostOnTheirWay = Math.max(this.mostOnTheirWay, all);
  }

  #arrive({ subject }: OutgoingEvent): void {
    this.#onTheirWay.set(subject, (this.#onTheirWay.get(subject) ?? 0) - 1);
  }
}

/** What a consumer takes in that drops what it has seen: the versions of each entity, in order. */
export function takenIn(told: Iterable<Stored>): ReadonlyMap<string, readonly number[]> {
  const taken = new Map<string, number[]>();
  for (const { key, version } of told) {
    const versions = taken.get(key) ?? [];
    taken.set(key, versions);
    if (version > (versions.at(-1) ?? 0)) versions.push(version);
  }
  return taken;
}
