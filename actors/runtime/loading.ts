import type { Address } from "../../machines/decision.ts";
import { textOf } from "./parking.ts";
import { persist } from "./persisting.ts";
import type { Clock, LoadedActor, Log, Store } from "./ports.ts";
import type { Resident } from "./resident.ts";

const CHUNK = 256;

export interface LoadingOptions {
  readonly store: Store;
  readonly clock: Clock;
  readonly log: Log;
  /** How many command ids come with each actor. */
  readonly commandIds: number;
  readonly onLoaded: (resident: Resident) => void;
}

/** Brings actors in, many a query: those asked for in the same tick share one. */
export class Loading {
  readonly #options: LoadingOptions;
  #wanted = new Set<Resident>();

  constructor(options: LoadingOptions) {
    this.#options = options;
  }

  load(resident: Resident): void {
    if (this.#wanted.size === 0) queueMicrotask(() => this.#loadWanted());
    this.#wanted.add(resident);
  }

  async #loadWanted(): Promise<void> {
    const wanted = [...this.#wanted];
    this.#wanted = new Set();
    for (let at = 0; at < wanted.length; at += CHUNK) await this.#loadChunk(wanted.slice(at, at + CHUNK));
  }

  async #loadChunk(residents: readonly Resident[]): Promise<void> {
    const lives = new Map(residents.map((resident): [Resident, number] => [resident, resident.life]));
    const isWaiting = (resident: Resident): boolean => lives.get(resident) === resident.life;
    const isNeeded = (): boolean => residents.some(isWaiting);
    const { store, commandIds, log, onLoaded } = this.#options;
    const addresses = residents.map(({ address }) => address);
    const rows = await persist(() => store.load(addresses, { commandIds }), { ...this.#options, isNeeded });

    const stored = new Map((rows ?? []).map((row): [Address, LoadedActor] => [row.address, row]));
    for (const resident of residents) {
      const row = stored.get(resident.address);
      if (row === undefined || !isWaiting(resident)) continue;
      const readable = await this.#readable(resident, row);
      if (readable === undefined || !isWaiting(resident)) continue;
      resident.load(readable);
      if (resident.defect !== undefined) {
        log.error("actor_unreadable", { address: resident.address, error: textOf(resident.defect) });
      }
      onLoaded(resident);
    }
  }

  /** A snapshot of another schema is no use: then the whole journal speaks. */
  async #readable(resident: Resident, row: LoadedActor): Promise<LoadedActor | undefined> {
    const { snapshot, address } = row;
    if (snapshot === undefined || snapshot.schemaVersion === resident.kind.schemaVersion) return row;

    const { life } = resident;
    const range = { address, after: 0, upTo: snapshot.version };
    const before = await persist(
      () => this.#options.store.events([range], snapshot.version),
      { ...this.#options, isNeeded: () => resident.life === life },
    );
    return before === undefined ? undefined : { ...row, snapshot: undefined, events: [...before, ...row.events] };
  }
}
