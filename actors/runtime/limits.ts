/** Everything that bounds memory and time in the runtime. */
export interface Limits {
  /** Mail waiting for one actor; the next ask is refused `mailbox_full`. */
  readonly mailboxPerActor: number;
  /** Mail waiting in this node. */
  readonly mailboxPerNode: number;
  /** Units that share one commit. */
  readonly batch: number;
  /** Actors that must have mail for a lane to commit while another does; with fewer it waits for the end of that one. */
  readonly actorsBesideOthers: number;
  /** Mail that one actor may have in a batch while others wait. */
  readonly batchPerActor: number;
  /**
   * Actors in memory, never more: whoever finds no place waits outside with the mail, which is counted by the mailboxes.
   * The one exception is a unit that needs more actors than this by itself; it is let in alone.
   */
  readonly residents: number;
  /** Command ids that one resident remembers; older ones are asked of SQL. */
  readonly commandIdsPerActor: number;
  /** Turns that one unit may cause in a chain. */
  readonly unitDepth: number;
  /** Throws before a message is parked in the dead letters. */
  readonly attempts: number;
  /** Milliseconds an ask waits before its caller is told `outcome_unknown`. */
  readonly askTimeoutMs: number;
  /** Events behind at which a stream gets a snapshot instead. */
  readonly resumeEvents: number;
  /** Bytes behind at which a stream gets a snapshot instead: half an outlet's budget. */
  readonly resumeBytes: number;
  /** How far ahead letters are held in memory, milliseconds. */
  readonly letterHorizonMs: number;
  readonly letterSweepMs: number;
  readonly lettersPerSweep: number;
  /** Activities running at once. */
  readonly activities: number;
}

export const DEFAULT_LIMITS: Limits = {
  mailboxPerActor: 4096,
  mailboxPerNode: 32_768,
  batch: 256,
  actorsBesideOthers: 16,
  batchPerActor: 64,
  residents: 10_000,
  commandIdsPerActor: 1024,
  unitDepth: 16,
  attempts: 5,
  askTimeoutMs: 10_000,
  resumeEvents: 500,
  resumeBytes: 131_072,
  letterHorizonMs: 60_000,
  letterSweepMs: 5000,
  lettersPerSweep: 5000,
  activities: 64,
};
