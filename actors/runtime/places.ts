import type { Clock } from "./ports.ts";
import type { Resident } from "./resident.ts";

/** How long the line stands still before busy actors, too, have to make room for the first in it. */
const PATIENCE_MS = 100;
/** How many are looked at between two batches while nobody waits. */
const LOOKS_AHEAD = 1024;

export interface PlacesOptions {
  readonly clock: Clock;
  /** Actors in memory at once, never exceeded but by a single unit that needs more by itself. */
  readonly limit: number;
  /** Places kept free for those who come next: what a batch may bring. */
  readonly reserve: number;
  /** It has a place: its state may come. */
  readonly enter: (resident: Resident) => void;
  /** It has lost its place: its state goes, its mail stays. */
  readonly leave: (resident: Resident) => void;
  /** Somebody waits for room, which is made between batches. */
  readonly wantRoom: () => void;
}

interface Wish {
  readonly resident: Resident;
  readonly order: number;
}

/**
 * The places in memory, and the line of those who wait for one, the oldest wish first.
 *
 * A resident is admitted together with all that its unit needs, or not at all: nobody but the first in line keeps a place
 * while waiting for another, so no two can wait for each other for ever.
 */
export class Places {
  readonly #options: PlacesOptions;
  /** Roughly in the order of their last use. */
  readonly #inside = new Set<Resident>();
  readonly #line: Wish[] = [];
  readonly #inLine = new Set<Resident>();
  #wishes = 0;
  #movedAt = 0;

  constructor(options: PlacesOptions) {
    this.#options = options;
  }

  /** Actors in memory, or on their way there. */
  get taken(): number {
    return this.#inside.size;
  }

  get isAwaited(): boolean {
    return this.#line.length > 0;
  }

  get isCrowded(): boolean {
    return this.isAwaited || this.taken > this.#options.limit - this.#options.reserve;
  }

  /** Admits it and all that its unit needs, now or when there is room. */
  ask(resident: Resident): void {
    if (this.#inLine.has(resident)) return;
    if (this.#line.length === 0 && this.#fits(resident)) return this.#admit(resident);
    const order = resident.wish ??= this.#wishes++;
    let at = this.#line.length;
    while (at > 0 && (this.#line[at - 1]?.order ?? 0) > order) at--;
    this.#line.splice(at, 0, { resident, order });
    if (at === 0) this.#movedAt = this.#options.clock.now();
    this.#inLine.add(resident);
    this.#options.wantRoom();
  }

  /**
   * Admits all of them now, whoever has to leave for it but those in other lanes' batches. Only between batches, for what
   * one batch had in memory.
   */
  insist(residents: ReadonlySet<Resident>): void {
    const missing = [...residents].filter(({ phase }) => phase === "absent");
    let excess = this.taken + missing.length - this.#options.limit;
    for (const resident of [...this.#inside]) {
      if (excess <= 0) break;
      if (residents.has(resident) || resident.inBatches > 0) continue;
      this.#options.leave(resident);
      excess--;
    }
    for (const resident of missing) this.#enter(resident);
  }

  left(resident: Resident): void {
    if (this.#inside.delete(resident) && this.isAwaited) this.#options.wantRoom();
  }

  clear(): void {
    this.#inside.clear();
    this.#line.length = 0;
    this.#inLine.clear();
  }

  /** Lets people in and out; only between batches. Returns the idle ones whose snapshots have to be written first. */
  makeRoom(): readonly Resident[] {
    this.#admitLine();
    const due = this.#letIdleOnesGo();
    this.#admitLine();
    const isOverdue = this.#options.clock.now() - this.#movedAt >= PATIENCE_MS;
    if (isOverdue || (due.length === 0 && this.#standsStill)) this.#sendBackWhoWaits();
    if (isOverdue) this.#sendBackWhoHadATurn();
    return due;
  }

  /** Those least used lately, while there is less room than wanted. */
  #letIdleOnesGo(): readonly Resident[] {
    const { limit, reserve, leave, wantRoom } = this.#options;
    let excess = this.taken + this.#headNeeds() - (limit - reserve);
    const due: Resident[] = [];
    let looks = this.isAwaited ? this.taken : Math.min(this.taken, LOOKS_AHEAD);
    let sawWarm = false;
    for (const resident of this.#inside) {
      if (excess <= 0 || looks-- === 0) break;
      if (!isInUse(resident)) {
        if (!resident.cool()) {
          sawWarm = true;
        } else if (resident.snapshotIsStale) {
          excess--;
          due.push(resident);
        } else {
          excess--;
          resident.wish = undefined;
          leave(resident);
          continue;
        }
      }
      this.#inside.delete(resident);
      this.#inside.add(resident);
    }
    // Idle ones cool down with every look. Who is due goes with a batch of its lane, after which that lane looks again.
    if (this.isAwaited && sawWarm) wantRoom();
    return due;
  }

  /** Nobody in memory will get on without more room. */
  get #standsStill(): boolean {
    return this.isAwaited &&
      this.#inside.values().every(({ phase, mail, inBatches }) =>
        inBatches === 0 && (phase === "waiting" || (phase === "ready" && mail.length === 0))
      );
  }

  /** Units further back that hold places while they wait for more: they begin anew when it is their turn. */
  #sendBackWhoWaits(): void {
    const [head, ...others] = this.#line.map(({ resident }) => resident);
    if (head === undefined || this.#fits(head)) return;
    const waiting = others.filter(({ phase }) => phase === "waiting").reverse();
    while (!this.#fits(head)) {
      const last = waiting.find(({ phase, neededBy, inBatches }) =>
        phase === "waiting" && neededBy === 0 && inBatches === 0
      );
      if (last === undefined) break;
      this.#options.leave(last);
    }
    this.#admitLine();
  }

  /** However busy they are: their mail stands in line again, behind the others. */
  #sendBackWhoHadATurn(): void {
    const [head] = this.#line;
    if (head === undefined) return;
    for (const resident of [...this.#inside]) {
      if (this.#fits(head.resident)) break;
      const { phase, neededBy, inBatches, hadATurn } = resident;
      if (phase !== "ready" || neededBy > 0 || inBatches > 0 || !hadATurn) continue;
      resident.wish = undefined;
      this.#options.leave(resident);
    }
    this.#admitLine();
  }

  #admitLine(): void {
    for (let [head] = this.#line; head !== undefined; [head] = this.#line) {
      if (isWanted(head.resident) && !this.#fits(head.resident)) return;
      this.#line.shift();
      this.#movedAt = this.#options.clock.now();
      this.#inLine.delete(head.resident);
      if (isWanted(head.resident)) this.#admit(head.resident);
    }
  }

  #admit(resident: Resident): void {
    for (const absent of missing(resident)) this.#enter(absent);
  }

  #enter(resident: Resident): void {
    this.#inside.add(resident);
    this.#options.enter(resident);
  }

  #headNeeds(): number {
    const [head] = this.#line;
    return head === undefined ? 0 : missing(head.resident).length;
  }

  /** A unit that needs more than there can ever be is let in when it is alone. */
  #fits(resident: Resident): boolean {
    const wanted = missing(resident).length;
    const isAlone = this.taken === 1 + resident.needs.size - wanted;
    return isAlone || this.taken + wanted <= this.#options.limit;
  }
}

function missing(resident: Resident): readonly Resident[] {
  return [resident, ...resident.needs].filter(({ phase }) => phase === "absent");
}

function isWanted({ phase, mail, neededBy }: Resident): boolean {
  return phase === "waiting" || mail.length > 0 || neededBy > 0;
}

export function isInUse({ phase, mail, neededBy, inBatches }: Resident): boolean {
  return phase !== "ready" || mail.length > 0 || neededBy > 0 || inBatches > 0;
}
