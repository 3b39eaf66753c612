import { StoreError } from "./errors.ts";
import type { CommandMail, Mail } from "./mail.ts";
import { UNKNOWN_PRECEDENT } from "./mail.ts";
import type { Mailroom } from "./mailroom.ts";
import { NOTHING_WRITTEN, type OpenBatch, type Settlement } from "./open_batch.ts";
import { deadLetterOf, messageFailed } from "./parking.ts";
import type { Partitions } from "./partitions.ts";
import type { DeadLetterRow } from "./dead_letter.ts";
import type { Clock, Ids, Log, Store } from "./ports.ts";
import type { PostOffice } from "./post_office.ts";
import type { Residency } from "./residency.ts";
import type { RuntimeMetrics } from "./runtime_metrics.ts";

export interface HalvingOptions {
  readonly store: Store;
  readonly partitions: Partitions;
  readonly residency: Residency;
  readonly mailroom: Mailroom;
  readonly postOffice: PostOffice;
  readonly clock: Clock;
  readonly ids: Ids;
  readonly log: Log;
  readonly metrics: RuntimeMetrics;
  /** Decides mail of that partition's lane, alone, and commits it: the way to find the one that spoils a batch. */
  readonly decideAndCommit: (partition: number, mails: readonly Mail[]) => Promise<void>;
}

/** Halves a batch that contradicts what is stored until the culprit stands alone. */
export class Halving {
  readonly #options: HalvingOptions;

  constructor(options: HalvingOptions) {
    this.#options = options;
  }

  /** Everybody but the culprit is decided again from what is stored, and has an effect as if it had not been there. */
  async halve(batch: OpenBatch, error: StoreError): Promise<void> {
    const { residency, mailroom, decideAndCommit, log } = this.#options;
    const [first] = batch.settlements;
    const dead = first === undefined ? undefined : this.#deadLetter(batch, { culprit: first, error });
    const involved = [...batch.involved].map(({ address }) => address);
    residency.forget(batch.involved);
    mailroom.giveBack(batch.unwritten);
    if (first === undefined || dead === undefined) {
      return log.error("snapshot_refused", { error: error.message, addresses: involved });
    }
    const mails = batch.settlements.map(({ mail }) => mail);
    // Beside snapshots it may be innocent: it is decided again without them.
    if (mails.length === 1 && batch.snapshots.length === 0) return this.#bury(first.mail, dead);

    const half = mails.length >> 1;
    for (const part of [mails.slice(0, half), mails.slice(half)]) {
      if (part.length === 0) continue;
      // All of them: a unit that had to wait for another actor would go back to its mailbox and spoil the next batch.
      await residency.ensure(involved.flatMap((address) => residency.find(address) ?? []));
      await decideAndCommit(first.resident.partition, part);
    }
  }

  /** Decided before: it gets that answer. A letter whose row is gone: nothing. Else it is poison. */
  async #bury(mail: CommandMail, dead: DeadLetterRow): Promise<void> {
    const { store, mailroom, postOffice, log, partitions, metrics } = this.#options;
    try {
      if (await this.#wasDecided(mail)) {
        mail.precedent = UNKNOWN_PRECEDENT;
        return mailroom.giveBack([mail]);
      }
      await store.commit({
        ...NOTHING_WRITTEN,
        consumed: mail.letter === undefined ? [] : [mail.letter.id],
        fences: [partitions.fence(dead.partition)],
        deadLetters: [dead],
      });
      metrics.deadLettered();
      if (mail.letter !== undefined) postOffice.consumed(mail.letter);
      log.error("message_dead", { address: mail.to, command: mail.command.type, error: dead.error });
    } catch (failure) {
      if (!(failure instanceof StoreError)) throw failure;
      // Not buried for another reason than its row: it comes here again.
      if (failure.failure !== "constraint") return mailroom.giveBack([mail]);
      log.warn("letter_gone", { address: mail.to, letter: mail.letter?.id, error: failure.message });
      if (mail.letter !== undefined) postOffice.forget(mail.letter);
    }
    if (!mail.settled) mail.fail(messageFailed(mail));
    mailroom.done(mail);
  }

  async #wasDecided({ to, commandId, letter }: CommandMail): Promise<boolean> {
    if (letter !== undefined) return false;
    return (await this.#options.store.outcomes([{ address: to, commandId }])).length > 0;
  }

  #deadLetter(
    batch: OpenBatch,
    { culprit, error }: { readonly culprit: Settlement; readonly error: StoreError },
  ): DeadLetterRow {
    const { ids, clock } = this.#options;
    const { mail, resident } = culprit;
    const { version } = batch.touched.get(resident) ?? resident;
    return { ...deadLetterOf(mail, { ids, resident, error, now: clock.now() }), actorVersion: version };
  }
}
