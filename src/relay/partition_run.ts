import type { Address } from "../../machines/decision.ts";
import type { EventRow } from "../../actors/runtime/ports.ts";
import { isPublished } from "../events/outgoing_event.ts";
import type { Mark, StoredProgress } from "./ports.ts";

/** Events of one partition that are sent or wait for an earlier one; past it nothing is taken in. */
const WINDOW = 256;
/** Events of one partition that were heard of; past it they are left to the journal. */
const NEWS = 128;
export const EVENTS_PER_READ = 128;

/** An event on its way. */
export interface Entry {
  readonly run: PartitionRun;
  readonly row: EventRow;
  /** The entity's next event: sent when this one is stored. */
  next?: Entry;
  isStored: boolean;
  /** Its place in the stream; 0 while it has none. */
  sequence: number;
}

/**
 * One partition on its way into the stream, from a position on. An entity's events go one after the other, each once the
 * one before it is stored; entities go side by side. Whatever becomes unclear ends the run, and another begins at the
 * position up to which everything is stored.
 */
export class PartitionRun {
  readonly partition: number;
  /** How often the partition had been sent back when this began. */
  readonly replays: number;
  readonly #createdAt: string;
  /** Everything up to here is stored. */
  #stored: number;
  /** Everything up to here is in the window or was. */
  #admitted: number;
  /** The partition's journal is at least this long. */
  #known: number;
  #marked: number;
  /** Of all events up to the stored position, the one that is furthest in the stream: if it is there, all are. */
  #seen: { readonly sequence: number; readonly position: number } | undefined;
  #window: Entry[] = [];
  #first = 0;
  readonly #last = new Map<Address, Entry>();
  /** What commits told: a piece of the journal without gaps, here or further on. */
  #news: EventRow[] = [];
  isReading = false;
  /** Ended: what comes back of it counts no more. */
  hasEnded = false;
  inFlight = 0;

  constructor({ partition, position, replays, end, seen }: StoredProgress, createdAt: string) {
    this.partition = partition;
    this.replays = replays;
    this.#createdAt = createdAt;
    this.#stored = position;
    this.#admitted = position;
    this.#marked = position;
    this.#known = end;
    if (seen?.sequence !== undefined && seen.position !== undefined) {
      this.#seen = { sequence: seen.sequence, position: seen.position };
    }
  }

  get stored(): number {
    return this.#stored;
  }

  /** Where to read on. */
  get admitted(): number {
    return this.#admitted;
  }

  /** Whether the journal has to be read, and there is room for what it says. */
  get wantsToRead(): boolean {
    const next = this.#news[0]?.position ?? this.#known + 1;
    return !this.isReading && next > this.#admitted + 1 && this.#held + EVENTS_PER_READ <= WINDOW;
  }

  /** Whether what it heard of is next, and there is room for it. */
  get hasNews(): boolean {
    const first = this.#news[0]?.position;
    return first !== undefined && first <= this.#admitted + 1 && this.#held < WINDOW;
  }

  /** The partition's journal is at least this long. */
  learn(end: number): void {
    this.#known = Math.max(this.#known, end);
  }

  /** An event was committed. Costs next to nothing. */
  hear(event: EventRow): void {
    if (event.position <= this.#known) return;
    this.#known = event.position;
    if (this.#news.at(-1)?.position !== event.position - 1 || this.#news.length >= NEWS) this.#news = [];
    this.#news.push(event);
  }

  /** Takes in what was heard of and is next; returns what is to be sent. */
  takeNews(): readonly Entry[] {
    return this.hasNews ? this.admit(this.#news.splice(0)) : [];
  }

  /** Takes in the next events of the journal; returns those to be sent. */
  admit(rows: readonly EventRow[]): readonly Entry[] {
    const entries: Entry[] = [];
    for (const row of rows) {
      if (row.position <= this.#admitted) continue;
      this.#admitted = row.position;
      const entry: Entry = { run: this, row, isStored: !isPublished(row), sequence: 0 };
      this.#window.push(entry);
      if (entry.isStored) continue;

      const before = this.#last.get(row.address);
      this.#last.set(row.address, entry);
      if (before === undefined) entries.push(entry);
      else before.next = entry;
    }
    this.#known = Math.max(this.#known, this.#admitted);
    this.#advance();
    return entries;
  }

  /** The stream holds this event; returns the one that waited for it. */
  store(entry: Entry, sequence: number): Entry | undefined {
    entry.isStored = true;
    entry.sequence = sequence;
    if (entry.next === undefined) this.#last.delete(entry.row.address);
    this.#advance();
    return entry.next;
  }

  /** What is to be written down; undefined when nothing is new. */
  mark(): Mark | undefined {
    if (this.#stored === this.#marked) return undefined;
    const { partition, replays } = this;
    const seen = { createdAt: this.#createdAt, ...this.#seen };
    return { partition, replays, position: this.#stored, seen };
  }

  wroteDown({ position }: Mark): void {
    this.#marked = Math.max(this.#marked, position);
  }

  get #held(): number {
    return this.#window.length - this.#first;
  }

  #advance(): void {
    for (let entry = this.#window[this.#first]; entry?.isStored; entry = this.#window[this.#first]) {
      this.#first++;
      this.#stored = entry.row.position;
      const { sequence, row: { position } } = entry;
      if (sequence > (this.#seen?.sequence ?? 0)) this.#seen = { sequence, position };
    }
    // Moved now and then: removing each from the front would move all that follow.
    if (this.#first >= WINDOW) {
      this.#window = this.#window.slice(this.#first);
      this.#first = 0;
    }
  }
}
