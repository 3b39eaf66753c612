import type { Address } from "../../machines/decision.ts";
import { idOf, isWellFormedId, kindOf, partitionOf } from "./address.ts";
import type { Kind } from "./kind.ts";
import type { Limits } from "./limits.ts";
import { Loading } from "./loading.ts";
import { type CommandMail, NO_PRECEDENT } from "./mail.ts";
import { persist } from "./persisting.ts";
import { isInUse, Places } from "./places.ts";
import type { Clock, CommandKey, Log, OutcomeRow, Store } from "./ports.ts";
import { Readiness } from "./readiness.ts";
import { Resident } from "./resident.ts";

export interface ResidencyOptions {
  readonly store: Store;
  readonly kinds: ReadonlyMap<string, Kind>;
  readonly clock: Clock;
  readonly log: Log;
  readonly limits: Limits;
  /** Called when a resident has become ready. */
  readonly onReady: (resident: Resident) => void;
  /** Called when somebody waits for a place in memory: `passivationDue` makes room, between batches. */
  readonly wantRoom: () => void;
}

/**
 * The actors in memory. Absent ones are loaded many at a time and outside the lane, so that a cold journal never stalls
 * hot keys; with no place left they wait with their mail until those nobody has used lately have gone.
 */
export class Residency {
  readonly #options: ResidencyOptions;
  readonly #residents = new Map<Address, Resident>();
  readonly #readiness = new Readiness();
  readonly #loading: Loading;
  readonly #places: Places;
  /** Perhaps empty: made since the last look, or needed by a unit then. */
  readonly #empty: Resident[] = [];

  constructor(options: ResidencyOptions) {
    this.#options = options;
    this.#loading = new Loading({
      ...options,
      commandIds: options.limits.commandIdsPerActor,
      onLoaded: (resident) => this.#ready(resident),
    });
    const { clock, wantRoom, limits: { residents, batch } } = options;
    this.#places = new Places({
      clock,
      wantRoom,
      limit: residents,
      reserve: Math.min(batch, residents >> 2),
      enter: (resident) => {
        resident.phase = "loading";
        this.#loading.load(resident);
      },
      leave: (resident) => this.forget([resident]),
    });
  }

  /** Actors whose state is in memory or on its way there; mail for others is counted by the mailroom. */
  get size(): number {
    return this.#places.taken;
  }

  /** The resident of an address, made absent when it was not there; undefined when no actor can have that address. */
  find(address: Address): Resident | undefined {
    const known = this.#residents.get(address);
    if (known !== undefined) {
      known.touch();
      return known;
    }
    const kind = this.#kindOf(address);
    if (kind === undefined) return undefined;

    const resident = new Resident(address, idOf(address), kind, this.partitionOf(address));
    this.#residents.set(address, resident);
    this.#empty.push(resident);
    return resident;
  }

  canExist(address: Address): boolean {
    return this.#residents.has(address) || this.#kindOf(address) !== undefined;
  }

  #kindOf(address: Address): Kind | undefined {
    const kind = this.#options.kinds.get(kindOf(address));
    return kind !== undefined && isWellFormedId(idOf(address), kind.routing) ? kind : undefined;
  }

  /** Forgets everybody: what is still being asked for nobody needs. */
  clear(): void {
    for (const resident of this.#residents.values()) resident.forget();
    this.#residents.clear();
    this.#places.clear();
    this.#empty.length = 0;
  }

  partitionOf(address: Address): number {
    return partitionOf(address, this.#options.store.identity.partitions);
  }

  /** Brings an absent resident in when it has a place; `onReady` follows. Those let in in the same tick share a query. */
  load(resident: Resident): void {
    if (resident.phase === "absent") this.#places.ask(resident);
  }

  get crowded(): boolean {
    return this.#places.isCrowded;
  }

  /** Resolves when all of them are in, whoever has to leave for it: for what a batch has had in memory. */
  async ensure(residents: readonly Resident[]): Promise<void> {
    this.#places.insist(new Set(residents));
    await this.#readiness.of(residents);
  }

  /** Holds a ready resident back until `others` are in. */
  block(resident: Resident, others: readonly Resident[]): void {
    const { life } = resident;
    resident.phase = "waiting";
    for (const other of others) resident.need(other);
    this.#places.ask(resident);
    this.#readiness.of(others).then(() => this.#resume(resident, life));
  }

  /**
   * Asks SQL which ids of its waiting mail were decided before; the resident waits meanwhile. Left out is mail that SQL
   * cannot know of yet, because its twin is in the commit under way.
   */
  async lookUp(resident: Resident, isKnowable: (mail: CommandMail) => boolean): Promise<void> {
    const { life } = resident;
    resident.phase = "waiting";
    const mails = resident.mail.waiting().flatMap((mail) =>
      mail.what === "command" && mail.precedent.known === "nothing" && isKnowable(mail) ? [mail] : []
    );
    const keys = mails.map(({ commandId }): CommandKey => ({ address: resident.address, commandId }));
    const found = await persist(
      () => this.#options.store.outcomes(keys),
      { ...this.#options, isNeeded: () => resident.life === life },
    );
    if (resident.life !== life) return;

    const outcomes = new Map((found ?? []).map((row): [string, OutcomeRow] => [row.commandId, row]));
    for (const mail of mails) {
      const row = outcomes.get(mail.commandId);
      if (row !== undefined) {
        mail.precedent = { known: "decided", fingerprint: row.fingerprint, outcomeJson: row.outcomeJson };
        continue;
      }
      mail.precedent = NO_PRECEDENT;
      resident.seen.delete(mail.commandId);
    }
    this.#resume(resident, life);
  }

  /** Forgets states, not mail: those with mail are loaded again from what is stored. */
  forget(residents: Iterable<Resident>): void {
    for (const resident of residents) {
      resident.forget();
      this.#places.left(resident);
      this.#readiness.changed(resident);
      if (resident.mail.length > 0) this.load(resident);
      else this.release(resident);
    }
  }

  inPartitions(partitions: ReadonlySet<number>): readonly Resident[] {
    return [...this.#residents.values()].filter(({ partition }) => partitions.has(partition));
  }

  /** Drops a resident that holds nothing: no state and no mail. */
  release(resident: Resident): void {
    if (resident.phase !== "absent" || resident.mail.length > 0) return;
    if (resident.neededBy > 0) this.#empty.push(resident);
    else this.#drop(resident);
  }

  /** Lets a passivated resident go, unless mail came meanwhile. */
  passivate(resident: Resident): void {
    if (!isInUse(resident) && !resident.snapshotIsStale) this.forget([resident]);
  }

  #drop(resident: Resident): void {
    if (this.#residents.get(resident.address) === resident) this.#residents.delete(resident.address);
    this.#readiness.changed(resident);
  }

  /** Makes room between batches. Returns the ones whose snapshots have to be written before they can go. */
  passivationDue(): readonly Resident[] {
    for (const resident of this.#empty.splice(0)) this.release(resident);
    return this.#places.makeRoom();
  }

  #ready(resident: Resident): void {
    resident.hadATurn = false;
    this.#readiness.changed(resident);
    this.#options.onReady(resident);
    if (this.#places.isAwaited) this.#options.wantRoom();
  }

  #resume(resident: Resident, life: number): void {
    if (resident.life !== life || resident.phase !== "waiting") return;
    resident.phase = "ready";
    this.#ready(resident);
  }
}
