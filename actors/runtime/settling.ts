import type { Mailroom } from "./mailroom.ts";
import type { OpenBatch, Settlement } from "./open_batch.ts";
import type { CommittedEvent, Outlets } from "./outlets.ts";
import { messageFailed } from "./parking.ts";
import type { Partitions } from "./partitions.ts";
import type { Batch, EventRow, LetterRow } from "./ports.ts";
import type { PostOffice } from "./post_office.ts";
import type { Residency } from "./residency.ts";
import type { Resident } from "./resident.ts";
import type { RuntimeMetrics } from "./runtime_metrics.ts";

export interface SettlingOptions {
  readonly partitions: Partitions;
  readonly mailroom: Mailroom;
  readonly residency: Residency;
  readonly postOffice: PostOffice;
  readonly outlets: Outlets;
  readonly metrics: RuntimeMetrics;
  readonly commandIdsPerActor: number;
  /** Takes letters whose partition another node owns. */
  readonly hint: (letter: LetterRow) => void;
  readonly snapshot: (resident: Resident) => void;
  readonly onCommitted: (events: readonly EventRow[]) => void;
}

/** Tells everybody what has been committed. Synchronous: the next batch begins when all of it is said. */
export class Settling {
  readonly #options: SettlingOptions;

  constructor(options: SettlingOptions) {
    this.#options = options;
  }

  settle(batch: OpenBatch, rows: Batch | undefined): void {
    if (rows !== undefined) this.#advance(batch, rows);
    const committed = rows === undefined ? [] : committedEvents(batch, rows);
    if (committed.length > 0) this.#options.metrics.pushed(this.#options.outlets.deliver(committed));

    for (const settlement of batch.settlements) this.#tell(settlement);
    for (const { mail, answer } of batch.echoes) {
      if (!mail.settled) mail.answer(answer);
      this.#options.mailroom.done(mail);
    }
    for (const { mail, resident } of batch.reads) {
      if (!mail.settled) mail.serve(resident);
      this.#options.mailroom.done(mail);
    }
    if (rows !== undefined && rows.events.length > 0) this.#options.onCommitted(rows.events);
    this.#snapshotted(batch, rows);
    for (const resident of batch.touched.keys()) {
      if (resident.snapshotIsDue(batch.now)) this.#options.snapshot(resident);
    }
  }

  #advance(batch: OpenBatch, rows: Batch): void {
    const { partitions, postOffice } = this.#options;
    for (const { partition, position } of rows.events) partitions.advance(partition, position);
    for (const { mail } of batch.settlements) {
      if (mail.letter !== undefined) postOffice.consumed(mail.letter);
    }
    for (const { effects } of batch.settlements) {
      for (const change of effects?.timers ?? []) postOffice.changed(change);
      for (const letter of effects?.letters ?? []) this.#post(letter);
    }
  }

  #post(letter: LetterRow): void {
    const { partitions, postOffice, hint } = this.#options;
    if (partitions.owns(letter.toPartition)) postOffice.receive(letter);
    else hint(letter);
  }

  #tell({ mail, resident, answer, outcomeJson, effects, deadLetter }: Settlement): void {
    const { mailroom, metrics, commandIdsPerActor } = this.#options;
    for (const { resident: actor, dataJson } of effects?.events ?? []) actor.grew(dataJson.length);
    if (outcomeJson !== undefined) resident.remember(mail.commandId, commandIdsPerActor);
    if (deadLetter !== undefined) {
      metrics.deadLettered();
      if (!mail.settled) mail.fail(messageFailed(mail));
    } else if (answer !== undefined && !mail.settled) {
      mail.answer(answer);
    }
    mailroom.done(mail);
  }

  #snapshotted(batch: OpenBatch, rows: Batch | undefined): void {
    for (const [index, resident] of batch.snapshots.entries()) {
      const row = rows?.snapshots[index];
      if (row === undefined) continue;
      resident.snapshotted(row, batch.now);
      if (this.#options.residency.crowded && !resident.touched) this.#options.residency.passivate(resident);
    }
  }
}

/** Event rows beside the facts they were decided as, in the order of the rows. */
function committedEvents(batch: OpenBatch, rows: Batch): readonly CommittedEvent[] {
  const decided = batch.settlements.flatMap(({ effects }) => effects?.events ?? []);
  return rows.events.flatMap((row, index) => {
    const event = decided[index];
    return event === undefined ? [] : [{ row, fact: event.fact, kind: event.resident.kind }];
  });
}
