/** Everything that bounds streams in memory and time. */
export interface StreamLimits {
  /** Bytes that may wait for one reader; past it the connection is closed `slow`. */
  readonly budgetBytes: number;
  /** How often an event stream gets a comment, and every connection is looked at. */
  readonly heartbeatMs: number;
  /** A peer that shows no sign of life for this long is taken for dead. */
  readonly deadPeerMs: number;
  /** How often the kernel is asked which peers acknowledge nothing. */
  readonly lookMs: number;
  /** In so many looks in a row a peer may acknowledge nothing; then it is dead. */
  readonly deadLooks: number;
  /** Age at which a client is asked to come back, give or take a tenth. */
  readonly maxAgeMs: number;
  /** A socket that has never subscribed is closed after this. */
  readonly unsubscribedMs: number;
  /** How long before its expiry a client is asked for a newer token. */
  readonly refreshAheadMs: number;
  /** Open connections in all; see `admissionLimit`. */
  readonly connections: number;
  readonly perCustomer: number;
  /** For each network address but this machine's own. */
  readonly perAddress: number;
  readonly channelsPerSocket: number;
  readonly commandsInFlight: number;
  readonly messageBytes: number;
  readonly messagesPerSecond: number;
  /** Messages that may come at once after a rest. */
  readonly messageBurst: number;
  /** Over how long a drain spreads the clients' return; no second gets more than a tenth of them, late timers allowed for. */
  readonly drainSpreadMs: number;
  /** How long a drain waits for connections to be gone. */
  readonly drainWithinMs: number;
}

export const DEFAULT_STREAM_LIMITS: StreamLimits = {
  budgetBytes: 262_144,
  heartbeatMs: 12_000,
  deadPeerMs: 40_000,
  lookMs: 5000,
  deadLooks: 5,
  maxAgeMs: 3_600_000,
  unsubscribedMs: 30_000,
  refreshAheadMs: 30_000,
  connections: 10_000,
  perCustomer: 20,
  perAddress: 1000,
  channelsPerSocket: 64,
  commandsInFlight: 32,
  messageBytes: 65_536,
  messagesPerSecond: 50,
  messageBurst: 200,
  drainSpreadMs: 18_000,
  drainWithinMs: 5000,
};
