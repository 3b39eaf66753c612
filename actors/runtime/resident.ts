import type { Address } from "../../machines/decision.ts";
import type { Kind } from "./kind.ts";
import { MailQueue } from "./mail.ts";
import type { LoadedActor, SnapshotRow } from "./ports.ts";

/** Rough size of a snapshot beside its state, so that small journals are not snapshotted at every turn. */
const SNAPSHOT_FLOOR_BYTES = 4096;
const SNAPSHOT_INTERVAL_MS = 1000;
/** How often the busiest one is looked at, idle, before it goes. */
const HOTTEST = 8;

/**
 * One actor in memory, the only writer of its address.
 *
 * `absent` and `loading` ones have mail but no state yet. `waiting` ones hold their mail back until SQL has been asked
 * about it or another actor is in, but take part in others' units, or two could wait for each other for ever. `ready`
 * ones take their mail.
 * Between batches a ready resident's state is exactly what is committed.
 */
export class Resident {
  phase: "absent" | "loading" | "waiting" | "ready" = "absent";
  state: unknown;
  version = 0;
  /** Changes whenever its state comes from the store or goes: what was asked of the store in another life is not believed. */
  life = 0;
  /** Why what is stored of it could not be read: nothing that needs its state can be done. */
  defect: unknown;
  readonly mail = new MailQueue();
  /** It stands in the lane's queue. */
  scheduled = false;
  /** Used since it was last looked at as one who might go. */
  touched = true;
  #heat = 0;
  /** How many wait with a unit that needs it: it stays, or they would load each other out of memory for ever. */
  neededBy = 0;
  /** Batches that are not over and hold its state: until then what is in memory is not what is committed. */
  inBatches = 0;
  /** It has had mail taken since it became ready. */
  hadATurn = false;
  /** Its place in the order of those who wished for a place in memory: kept until the unit that wished is over. */
  wish: number | undefined;
  readonly #needs = new Set<Resident>();
  /** Command ids decided here, as far back as memory goes. */
  readonly seen = new Set<string>();
  /** `seen` holds every id that SQL remembers. */
  seenAll = true;
  #snapshotVersion = 0;
  #snapshotBytes = 0;
  #snapshotAt = 0;
  #bytesSince = 0;

  constructor(readonly address: Address, readonly id: string, readonly kind: Kind, readonly partition: number) {}

  /**
   * Brings the state from the store: the newest readable snapshot, moved by the events since. When the kind's code cannot
   * read what is stored, only this actor is out of order, until it is loaded by code that can.
   */
  load(stored: LoadedActor): void {
    try {
      this.#read(stored);
    } catch (error) {
      this.forget();
      this.defect = error;
    }
    this.life++;
    this.phase = "ready";
    this.#heat = 0;
  }

  #read(stored: LoadedActor): void {
    const snapshot = stored.snapshot;
    this.state = snapshot === undefined ? this.kind.initial(this.id) : this.kind.thaw(snapshot.state);
    this.version = snapshot?.version ?? 0;
    this.#snapshotVersion = this.version;
    this.#snapshotBytes = snapshot === undefined ? 0 : bytesOf(snapshot);
    this.#bytesSince = 0;
    for (const row of stored.events) {
      this.state = this.kind.evolve(this.state, { ...JSON.parse(row.dataJson), type: row.type });
      this.version = row.version;
      this.#bytesSince += row.dataJson.length;
    }
    this.seen.clear();
    // They come the newest first; `remember` lets go of what was added first.
    for (const id of stored.commandIds.toReversed()) this.seen.add(id);
    this.seenAll = stored.commandIdsComplete;
  }

  /** Forgets state and memory; mail stays, and is decided again from what is stored. */
  forget(): void {
    this.needNobody();
    this.phase = "absent";
    this.life++;
    this.defect = undefined;
    this.state = undefined;
    this.version = 0;
    this.seen.clear();
    this.seenAll = true;
  }

  touch(): void {
    this.touched = true;
    this.#heat = Math.min(this.#heat + 1, HOTTEST);
  }

  /** Looks at it as one who might go; true when it has not been used enough to stay. */
  cool(): boolean {
    this.touched = false;
    if (this.#heat === 0) return true;
    this.#heat--;
    return false;
  }

  /** Its state is here. */
  get isIn(): boolean {
    return this.phase === "ready" || this.phase === "waiting";
  }

  /** The unit at the front of its mailbox reaches that one. */
  need(other: Resident): void {
    if (this.#needs.has(other)) return;
    this.#needs.add(other);
    other.neededBy++;
  }

  /** Whom the unit at the front of its mailbox was seen to reach when they were not here. */
  get needs(): ReadonlySet<Resident> {
    return this.#needs;
  }

  /** The unit at the front of its mailbox is over. */
  unitIsOver(): void {
    this.wish = undefined;
    this.needNobody();
  }

  needNobody(): void {
    for (const other of this.#needs) other.neededBy--;
    this.#needs.clear();
  }

  remember(commandId: string, limit: number): void {
    this.seen.add(commandId);
    if (this.seen.size <= limit) return;
    this.seenAll = false;
    for (const oldest of this.seen) {
      this.seen.delete(oldest);
      break;
    }
  }

  /** Counts journal bytes against the snapshot they make due. */
  grew(bytes: number): void {
    this.#bytesSince += bytes;
  }

  /** The events since the snapshot outweigh it, and the last one is a second old. */
  snapshotIsDue(now: number): boolean {
    if (now - this.#snapshotAt < SNAPSHOT_INTERVAL_MS) return false;
    return this.#bytesSince > Math.max(this.#snapshotBytes, SNAPSHOT_FLOOR_BYTES);
  }

  get snapshotIsStale(): boolean {
    return this.version > this.#snapshotVersion;
  }

  snapshot(): SnapshotRow {
    const { address, version, kind } = this;
    return { address, version, schemaVersion: kind.schemaVersion, state: kind.freeze(this.state) };
  }

  snapshotted(row: SnapshotRow, now: number): void {
    this.#snapshotVersion = row.version;
    this.#snapshotBytes = bytesOf(row);
    this.#snapshotAt = now;
    this.#bytesSince = 0;
  }
}

function bytesOf({ state }: SnapshotRow): number {
  return JSON.stringify(state).length;
}
