import type { Address } from "../../machines/decision.ts";
import { idOf, isWellFormedId, kindOf, partitionOf } from "./address.ts";
import type { Kind } from "./kind.ts";
import type { Limits } from "./limits.ts";
import { Loading } from "./loading.ts";
import { type CommandMail, NO_PRECEDENT } from "./mail.ts";
import { persist } from "./persisting.ts";
import type { Clock, CommandKey, Log, OutcomeRow, Store } from "./ports.ts";
import { Readiness } from "./readiness.ts";
import { Resident } from "./resident.ts";

const PASSIVATIONS_PER_LOOK = 1024;

export interface ResidencyOptions {
  readonly store: Store;
  readonly kinds: ReadonlyMap<string, Kind>;
  readonly clock: Clock;
  readonly log: Log;
  readonly limits: Limits;
  /** Called when a resident has become ready. */
  readonly onReady: (resident: Resident) => void;
}

/**
 * The actors in memory. Absent ones are loaded many at a time and outside the lane, so that a cold journal never stalls
 * hot keys; those nobody has used lately are let go when there are too many.
 */
export class Residency {
  readonly #options: ResidencyOptions;
  readonly #residents = new Map<Address, Resident>();
  readonly #readiness = new Readiness();
  readonly #loading: Loading;

  constructor(options: ResidencyOptions) {
    this.#options = options;
    this.#loading = new Loading({
      ...options,
      commandIds: options.limits.commandIdsPerActor,
      onLoaded: (resident) => this.#ready(resident),
    });
  }

  get size(): number {
    return this.#residents.size;
  }

  /** The resident of an address, made absent when it was not there; undefined when no actor can have that address. */
  find(address: Address): Resident | undefined {
    const known = this.#residents.get(address);
    if (known !== undefined) {
      known.touched = true;
      return known;
    }
    const kind = this.#kindOf(address);
    if (kind === undefined) return undefined;

    const resident = new Resident(address, idOf(address), kind, this.partitionOf(address));
    this.#residents.set(address, resident);
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
  }

  partitionOf(address: Address): number {
    return partitionOf(address, this.#options.store.identity.partitions);
  }

  /** Brings an absent resident in; `onReady` follows. Those asked for in the same tick share a query. */
  load(resident: Resident): void {
    if (resident.phase !== "absent") return;
    resident.phase = "loading";
    this.#loading.load(resident);
  }

  get crowded(): boolean {
    return this.#residents.size > this.#options.limits.residents;
  }

  /** Resolves when all of them are in. */
  async ensure(residents: readonly Resident[]): Promise<void> {
    for (const resident of residents) this.load(resident);
    await this.#readiness.of(residents);
  }

  /** Holds a ready resident back until `others` are in. */
  block(resident: Resident, others: readonly Resident[]): void {
    const { life } = resident;
    resident.phase = "waiting";
    for (const other of others) {
      resident.need(other);
      this.load(other);
    }
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
    if (resident.phase === "absent" && resident.mail.length === 0) this.#drop(resident);
  }

  /** Lets a passivated resident go, unless mail came meanwhile. */
  passivate(resident: Resident): void {
    if (isInUse(resident) || resident.snapshotIsStale) return;
    resident.forget();
    this.#drop(resident);
  }

  #drop(resident: Resident): void {
    if (this.#residents.get(resident.address) === resident) this.#residents.delete(resident.address);
  }

  /**
   * Makes room when there are too many: those not used since the last look go, the oldest first. Returns the ones whose
   * snapshots have to be written first.
   */
  passivationDue(): readonly Resident[] {
    let excess = this.#residents.size - this.#options.limits.residents;
    if (excess <= 0) return [];

    const due: Resident[] = [];
    excess = Math.min(excess, PASSIVATIONS_PER_LOOK);
    let looks = Math.min(PASSIVATIONS_PER_LOOK * 8, this.#residents.size);
    for (const [address, resident] of this.#residents) {
      if (excess <= 0 || looks-- <= 0) break;
      if (resident.phase === "absent" && resident.mail.length === 0) {
        excess--;
        this.release(resident);
        continue;
      }
      if (resident.touched || isInUse(resident)) {
        resident.touched = false;
        this.#residents.delete(address);
        this.#residents.set(address, resident);
        continue;
      }
      excess--;
      if (resident.snapshotIsStale) due.push(resident);
      else this.passivate(resident);
    }
    return due;
  }

  #ready(resident: Resident): void {
    resident.touched = true;
    this.#readiness.changed(resident);
    this.#options.onReady(resident);
  }

  #resume(resident: Resident, life: number): void {
    if (resident.life !== life || resident.phase !== "waiting") return;
    resident.phase = "ready";
    this.#ready(resident);
  }
}

function isInUse({ phase, mail, neededBy }: Resident): boolean {
  return phase !== "ready" || mail.length > 0 || neededBy > 0;
}
