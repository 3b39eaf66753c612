import type { Clock, EventRow } from "../../actors/runtime/ports.ts";
import { outgoingEvent } from "../events/outgoing_event.ts";
import type { Entry, PartitionRun } from "./partition_run.ts";
import type { Publication, Publisher, RelayMetrics } from "./ports.ts";

export interface SenderOptions {
  readonly publisher: Pick<Publisher, "publish">;
  readonly incarnation: string;
  readonly metrics: Pick<RelayMetrics, "published">;
  /** Events on their way at once, of all partitions together. */
  readonly inFlight: number;
  /** An event of this run is stored. */
  readonly onStored: (run: PartitionRun) => void;
  /** Nothing goes through: everything in hand has become unclear. */
  readonly onUnclear: (why: string) => void;
  /** The stream has lost its end and grows again. */
  readonly onWentBack: (why: string) => void;
  /** An event of this run cannot be sent now. */
  readonly onRefused: (run: PartitionRun, refused: { readonly row: EventRow; readonly why: string }) => void;
}

/** Sends what may be sent, first come, first served. */
export class Sender {
  readonly #options: SenderOptions;
  #queue: Entry[] = [];
  #next = 0;
  #inFlight = 0;
  #endsAt = 0;
  #isClosed = false;
  #landed: () => void = () => {};

  constructor(options: SenderOptions) {
    this.#options = options;
  }

  /** The stream's last sequence is at least this; 0 while nobody knows. */
  get streamEndsAt(): number {
    return this.#endsAt;
  }

  /** What is sent from now on gets a higher sequence. */
  streamIsAtLeast(sequence: number): void {
    this.#endsAt = Math.max(this.#endsAt, sequence);
  }

  /** Every run has ended, and the stream may end anywhere. */
  reset(): void {
    this.#endsAt = 0;
    this.#queue = [];
    this.#next = 0;
  }

  /** Sends nothing any more, and waits a while for what is on its way. */
  async close(clock: Clock, withinMs: number): Promise<void> {
    this.#isClosed = true;
    if (this.#inFlight === 0) return;
    const { promise, resolve } = Promise.withResolvers<void>();
    this.#landed = resolve;
    const cancel = clock.after(withinMs, resolve);
    await promise;
    cancel();
  }

  send(entries: readonly Entry[]): void {
    for (const entry of entries) this.#queue.push(entry);
    this.#pump();
  }

  /** What is on its way of an ended run takes no room any more; what waits is passed over. */
  forget(run: PartitionRun): void {
    this.#inFlight -= run.inFlight;
    run.inFlight = 0;
  }

  #pump(): void {
    if (this.#isClosed) return;
    while (this.#inFlight < this.#options.inFlight && this.#next < this.#queue.length) {
      const entry = this.#queue[this.#next++];
      if (entry !== undefined && !entry.run.hasEnded) this.#publish(entry);
    }
    if (this.#next < this.#queue.length && this.#next < this.#options.inFlight) return;
    this.#queue = this.#queue.slice(this.#next);
    this.#next = 0;
  }

  #publish(entry: Entry): void {
    const { publisher, incarnation, onRefused } = this.#options;
    const { run, row } = entry;
    const endBefore = this.#endsAt;
    try {
      const event = outgoingEvent(row, incarnation);
      publisher.publish(event, (publication) => this.#settle(entry, { publication, endBefore }));
      this.#inFlight++;
      run.inFlight++;
    } catch (error) {
      onRefused(run, { row, why: error instanceof Error ? error.message : String(error) });
    }
  }

  #settle(
    entry: Entry,
    { publication, endBefore }: { readonly publication: Publication; readonly endBefore: number },
  ): void {
    const { metrics, onStored, onUnclear, onWentBack, onRefused } = this.#options;
    const { run, row } = entry;
    if (run.hasEnded) return;

    this.#inFlight--;
    run.inFlight--;
    if (this.#isClosed && this.#inFlight === 0) this.#landed();
    if (publication.kind === "away") return onUnclear(publication.why);
    if (publication.kind === "refused") return onRefused(run, { row, why: publication.why });
    const { sequence, repeated } = publication;
    if (!repeated && sequence <= endBefore) {
      return onWentBack(`the stream went back to ${sequence} from ${endBefore}`);
    }
    if (sequence > this.#endsAt) this.#endsAt = sequence;
    metrics.published();
    const next = run.store(entry, sequence);
    if (next !== undefined) this.#queue.push(next);
    onStored(run);
    this.#pump();
  }
}
