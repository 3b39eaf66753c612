import { accepted, echo, refuseMail, turnDown } from "./answering.ts";
import { Bell } from "./bell.ts";
import type { Cursors } from "./cursor.ts";
import { ActorError } from "./errors.ts";
import type { LaneGate, Waiting } from "./lane_gate.ts";
import type { Limits } from "./limits.ts";
import { type CommandMail, type Mail, UNKNOWN_PRECEDENT } from "./mail.ts";
import type { Mailroom } from "./mailroom.ts";
import { OpenBatch } from "./open_batch.ts";
import type { Partitions } from "./partitions.ts";
import { deadLetterOf, type Parking } from "./parking.ts";
import type { Clock, Ids, LetterRow } from "./ports.ts";
import type { Residency } from "./residency.ts";
import type { Resident } from "./resident.ts";
import { Schedule } from "./schedule.ts";
import { type Reply, runUnit } from "./unit.ts";
import { partitionOf } from "./address.ts";

export interface LaneOptions {
  readonly residency: Residency;
  readonly mailroom: Mailroom;
  readonly partitions: Partitions;
  readonly partitionCount: number;
  readonly cursors: Cursors;
  readonly clock: Clock;
  readonly ids: Ids;
  readonly limits: Limits;
  readonly parking: Parking;
  /** Shared with the other lanes. */
  readonly gate: LaneGate;
  /** Whether that letter is still to be delivered: neither consumed nor replaced nor disarmed. */
  readonly isCurrent: (letter: LetterRow) => boolean;
  readonly dropLetter: (letter: LetterRow) => void;
  /** Lets actors go that nobody uses; between batches. */
  readonly makeRoom: () => void;
  /**
   * Commits and settles; takes care of everything that can go wrong with it. Calls `letOthersGo`, once or more, when other
   * lanes had better not wait for the end.
   */
  readonly commit: (batch: OpenBatch, letOthersGo: () => void) => Promise<void>;
}

/**
 * Drains, decides, commits, settles; then the next batch. Nothing is decided on a state that may yet vanish, and while a
 * commit is in flight the next batch fills. The actors of a partition all have the same lane.
 */
export class Lane implements Waiting {
  readonly #name: string;
  readonly #options: LaneOptions;
  readonly #bell = new Bell();
  readonly #schedule = new Schedule();
  readonly #snapshotsDue = new Set<Resident>();
  readonly #interludes: (() => void)[] = [];
  #running = true;
  #isOver = false;

  constructor(name: string, options: LaneOptions) {
    this.#name = name;
    this.#options = options;
  }

  /** Gives a resident of its partitions its turn, once it is ready and has mail. */
  schedule(resident: Resident): void {
    this.#schedule.add(resident);
    if (!this.#schedule.empty) this.wake();
  }

  get size(): number {
    return this.#schedule.size + this.#snapshotsDue.size;
  }

  /** There may be something to do. */
  wake(): void {
    this.#bell.ring();
  }

  async run(): Promise<void> {
    const { makeRoom, limits, gate } = this.#options;
    while (this.#running) {
      this.#interlude();
      if (this.size === 0) makeRoom();
      const letOthersGo = this.size === 0 ? gate.passes(this) : gate.begin(this);
      if (letOthersGo === undefined) {
        await this.#bell.wait();
        continue;
      }
      makeRoom();
      const mails = this.#schedule.take({ limit: limits.batch, perActor: limits.batchPerActor });
      await this.#options.commit(this.decide(mails), letOthersGo);
      letOthersGo();
    }
    this.#isOver = true;
    gate.passes(this);
    this.#interlude();
  }

  stop(): void {
    this.#running = false;
    this.wake();
  }

  /** Runs `task` when no batch is under way. */
  between(task: () => void): Promise<void> {
    return new Promise((resolve) => {
      const interlude = (): void => {
        task();
        resolve();
      };
      if (this.#isOver) return interlude();
      this.#interludes.push(interlude);
      this.wake();
    });
  }

  /** Adds a snapshot to the next batch. */
  snapshot(resident: Resident): void {
    // Due again and again until it is written: nobody is woken for that.
    if (this.#snapshotsDue.has(resident)) return;
    this.#snapshotsDue.add(resident);
    this.wake();
  }

  /** Decides mail into a batch, with the snapshots that are due; what could not be decided has gone back to its mailbox. */
  decide(mails: readonly Mail[]): OpenBatch {
    const batch = this.decideAlone(mails);
    for (const resident of this.#snapshotsDue) {
      if (resident.phase === "ready" && resident.snapshotIsStale) batch.snapshots.push(resident);
    }
    this.#snapshotsDue.clear();
    return batch;
  }

  /** The same without snapshots. */
  decideAlone(mails: readonly Mail[]): OpenBatch {
    const { clock, partitions, residency, mailroom } = this.#options;
    const batch = new OpenBatch(partitions.stamp(clock.now()), this.#name);
    for (const mail of mails) this.#take(mail, batch);

    for (const [resident, returned] of batch.returned) mailroom.putBack(resident, returned);
    for (const resident of batch.lookups) residency.lookUp(resident, (mail) => batch.twin(mail) === undefined);
    for (const [resident, others] of batch.blocked) residency.block(resident, others);
    for (const resident of batch.returned.keys()) mailroom.admit(resident);
    return batch;
  }

  #take(mail: Mail, batch: OpenBatch): void {
    const { residency, mailroom } = this.#options;
    const resident = residency.find(mail.to);
    if (resident === undefined) return;
    if (mail.settled) return mailroom.done(mail);
    if (!this.#options.partitions.owns(resident.partition)) return mailroom.turnAway(mail);
    if (resident.phase !== "ready" || batch.returned.has(resident)) return batch.giveBack(resident, mail);
    if (mail.what === "command" && mail.letter !== undefined) {
      return this.#takeLetter(resident, { mail, letter: mail.letter, batch });
    }
    if (resident.defect !== undefined) {
      return mailroom.fail(mail, new ActorError("unavailable", "retry", `Cannot use "${mail.to}": unreadable`));
    }
    if (mail.what === "command") return this.#takeAsked(resident, { mail, batch });
    batch.looked.add(resident.partition);
    batch.reads.push({ mail, resident });
  }

  #takeLetter(
    resident: Resident,
    { mail, letter, batch }: { readonly mail: CommandMail; readonly letter: LetterRow; readonly batch: OpenBatch },
  ): void {
    if (this.#options.isCurrent(letter) && !batch.disarms(letter)) return this.#decideOne(resident, { mail, batch });
    this.#options.dropLetter(letter);
    this.#options.mailroom.done(mail);
  }

  #takeAsked(resident: Resident, { mail, batch }: { readonly mail: CommandMail; readonly batch: OpenBatch }): void {
    const { principal, command, commandId, precedent, repeatOnly = false } = mail;
    let isAllowed: boolean;
    try {
      isAllowed = repeatOnly || resident.kind.mayCommand(resident.state, principal, command);
    } catch (error) {
      return this.#failed(resident, { mail, batch, error });
    }
    if (!isAllowed) return turnDown(batch, { mail, resident, reason: "not_found" });
    const twin = batch.twin(mail);
    if (twin?.outcomeJson !== undefined) return echo(batch, { mail, ...twin.mail, outcomeJson: twin.outcomeJson });
    if (precedent.known === "decided") return echo(batch, { mail, ...precedent });
    // What SQL did not know when it was asked may have been decided here since.
    if (resident.seen.has(commandId) || (precedent.known === "nothing" && !resident.seenAll)) {
      mail.precedent = UNKNOWN_PRECEDENT;
      batch.lookups.add(resident);
      return batch.giveBack(resident, mail);
    }
    if (repeatOnly) return turnDown(batch, { mail, resident, reason: "not_decided" });
    this.#decideOne(resident, { mail, batch });
  }

  #decideOne(resident: Resident, { mail, batch }: { readonly mail: CommandMail; readonly batch: OpenBatch }): void {
    const { expectedVersion } = mail;
    if (expectedVersion !== undefined && expectedVersion !== resident.version) {
      const details = { expected: expectedVersion, actual: resident.version };
      return refuseMail(batch, { mail, resident, reason: "version_mismatch", details });
    }
    const { residency, limits, ids, partitionCount } = this.#options;
    const result = runUnit(resident, mail, {
      now: batch.now,
      depth: limits.unitDepth,
      canExist: (address) => residency.canExist(address),
      resident: (address) => residency.find(address),
      touch: (touched) => batch.touch(touched),
      partitionOf: (address) => partitionOf(address, partitionCount),
      letterId: () => `ltr_${ids(26)}`,
      reply: (replyFrom, feed) => this.#reply(replyFrom, feed),
    });
    if (result.kind !== "absent") resident.unitIsOver();
    switch (result.kind) {
      case "done":
        return batch.settle(accepted(result.effects, { mail, resident }));
      case "refused":
        return refuseMail(batch, { mail, resident, reason: result.reason, details: result.details });
      case "absent":
        batch.blocked.set(resident, result.residents);
        return batch.giveBack(resident, mail);
      case "failed":
        return this.#failed(resident, { mail, batch, error: result.error });
    }
  }

  #failed(
    resident: Resident,
    { mail, batch, error }: { readonly mail: CommandMail; readonly batch: OpenBatch; readonly error: unknown },
  ): void {
    mail.attempts++;
    const { parking, ids } = this.#options;
    if (parking.park(mail, error)) return;
    batch.settle({ mail, resident, deadLetter: deadLetterOf(mail, { ids, resident, error, now: batch.now }) });
  }

  #reply(replyFrom: Resident, feed: Resident): Reply {
    const { cursors } = this.#options;
    const { version, address, kind, state } = replyFrom;
    const cursor = cursors.make(feed.address, feed.version);
    const replyJson = JSON.stringify(kind.view(state, { version, cursor }));
    return { replyJson, version, cursor, ownCursor: cursors.make(address, version) };
  }

  #interlude(): void {
    for (const interlude of this.#interludes.splice(0)) interlude();
  }
}
