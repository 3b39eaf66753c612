import type { CommandMail, Mail, ReadMail } from "./mail.ts";
import type { Partitions } from "./partitions.ts";
import type { DeadLetterRow } from "./dead_letter.ts";
import type { Batch, EventRow, LetterRow, OutcomeRow, SnapshotRow, TimerKey } from "./ports.ts";
import type { Resident } from "./resident.ts";
import type { Answer } from "./actors.ts";
import type { UnitEffects } from "./unit.ts";

/** A message that this batch settles: what its caller is told once the commit has returned. */
export interface Settlement {
  readonly mail: CommandMail;
  readonly resident: Resident;
  readonly answer?: Answer;
  /** The outcome row, when it is remembered. */
  readonly outcomeJson?: string;
  readonly effects?: UnitEffects;
  readonly deadLetter?: DeadLetterRow;
}

/** The units that will share one commit, while they are decided. */
export class OpenBatch {
  readonly settlements: Settlement[] = [];
  readonly reads: { readonly mail: ReadMail; readonly resident: Resident }[] = [];
  /** Answered without a trace: stored outcomes and foreign wishes. */
  readonly echoes: { readonly mail: CommandMail; readonly answer: Answer }[] = [];
  readonly touched = new Map<Resident, { readonly state: unknown; readonly version: number }>();
  /** Mail that could not be decided now and goes back to the front of its mailbox, in order. */
  readonly returned = new Map<Resident, Mail[]>();
  readonly lookups = new Set<Resident>();
  /** Who waits for whom to be loaded. */
  readonly blocked = new Map<Resident, readonly Resident[]>();
  readonly snapshots: Resident[] = [];
  /** Partitions whose state was looked at for an answer that leaves no row: their epochs must hold all the same. */
  readonly looked = new Set<number>();
  readonly #outcomes = new Map<string, Settlement>();
  readonly #timers = new Map<string, TimerKey & { readonly letter?: LetterRow }>();

  /** `lane` names the lane that decides it. */
  constructor(readonly now: number, readonly lane: string) {}

  touch(resident: Resident): void {
    if (!this.touched.has(resident)) this.touched.set(resident, { state: resident.state, version: resident.version });
  }

  settle(settlement: Settlement): void {
    this.settlements.push(settlement);
    const { mail, outcomeJson, effects } = settlement;
    if (outcomeJson !== undefined) this.#outcomes.set(`${mail.to} ${mail.commandId}`, settlement);
    for (const change of effects?.timers ?? []) this.#timers.set(timerName(change), change);
  }

  /** The first of twins: a command with the same id that this very batch has decided. */
  twin(mail: CommandMail): Settlement | undefined {
    return this.#outcomes.get(`${mail.to} ${mail.commandId}`);
  }

  /** Whether a unit of this batch has replaced or disarmed that deadline. */
  disarms(letter: LetterRow): boolean {
    if (letter.timerKey === undefined) return false;
    const change = this.#timers.get(timerName({ address: letter.to, key: letter.timerKey }));
    return change !== undefined && change.letter?.id !== letter.id;
  }

  giveBack(resident: Resident, mail: Mail): void {
    const mails = this.returned.get(resident);
    if (mails === undefined) this.returned.set(resident, [mail]);
    else mails.push(mail);
  }

  get writes(): boolean {
    return this.settlements.length > 0 || this.snapshots.length > 0;
  }

  /** Mail that was dealt with without a row of its own. */
  get unwritten(): readonly Mail[] {
    return [...this.echoes, ...this.reads].map(({ mail }) => mail);
  }

  /** Whose states this batch has looked at or moved. */
  get involved(): ReadonlySet<Resident> {
    return new Set([
      ...this.touched.keys(),
      ...this.settlements.map(({ resident }) => resident),
      ...this.reads.map(({ resident }) => resident),
      ...this.snapshots,
    ]);
  }

  /** Nobody whom it involves may leave memory until what is returned is called: another lane makes room meanwhile. */
  hold(): () => void {
    const { involved } = this;
    for (const resident of involved) resident.inBatches++;
    return () => {
      for (const resident of involved) resident.inBatches--;
    };
  }

  /** Puts every state back to where it stood before this batch. */
  undo(): void {
    for (const [resident, { state, version }] of this.touched) {
      resident.state = state;
      resident.version = version;
    }
  }

  /** Everything that the commit writes, positions assigned. */
  rows(partitions: Partitions): Batch {
    const fenced = new Set<number>();
    const events: EventRow[] = [];
    const outcomes: OutcomeRow[] = [];
    const consumed: string[] = [];
    const positions = new Map<number, number>();

    for (const { mail, resident, outcomeJson, effects } of this.settlements) {
      fenced.add(resident.partition);
      for (const { resident: actor, version, fact, dataJson } of effects?.events ?? []) {
        const { partition, address } = actor;
        const position = (positions.get(partition) ?? partitions.position(partition)) + 1;
        positions.set(partition, position);
        const { commandId, correlationId, traceparent } = mail;
        const { type } = fact;
        const at = { partition, position, address, version, type, dataJson, occurredAt: this.now };
        events.push({ ...at, commandId, correlationId, ...(traceparent === undefined ? {} : { traceparent }) });
      }
      if (outcomeJson !== undefined) {
        const { commandId, fingerprint, to } = mail;
        outcomes.push({ address: to, commandId, fingerprint, outcomeJson });
      }
      if (mail.letter !== undefined) consumed.push(mail.letter.id);
    }
    for (const partition of this.looked) fenced.add(partition);
    for (const { partition } of this.snapshots) fenced.add(partition);

    const effects = this.settlements.flatMap((settlement) => settlement.effects ?? []);
    const timers = [...this.#timers.values()];
    return {
      fences: [...fenced].map((id) => partitions.fence(id)),
      events,
      outcomes,
      letters: [...effects.flatMap((unit) => unit.letters), ...timers.flatMap(({ letter }) => letter ?? [])],
      consumed,
      cancelled: timers.flatMap(({ letter, address, key }) => letter === undefined ? [{ address, key }] : []),
      aliases: effects.flatMap((unit) => unit.aliases),
      personal: this.settlements.flatMap(({ mail, effects }) => effects === undefined ? [] : mail.personal),
      snapshots: this.snapshots.map((resident): SnapshotRow => resident.snapshot()),
      deadLetters: this.settlements.flatMap(({ deadLetter }) => deadLetter ?? []),
    };
  }
}

export function timerName({ address, key }: TimerKey): string {
  return `${address} ${key}`;
}

/** A batch of which its maker says what it does write. */
export const NOTHING_WRITTEN: Batch = {
  fences: [],
  events: [],
  outcomes: [],
  letters: [],
  consumed: [],
  cancelled: [],
  aliases: [],
  personal: [],
  snapshots: [],
  deadLetters: [],
};
