/**
 * What went wrong between nodes.
 *
 * - `nobody`: no node serves that partition now; nothing has been done.
 * - `lost`: no answer came in time; it may have been done.
 * - `away`: this node is cut off from the others.
 * - `too_large`: no message holds it. Of an answer, what was asked for has been done.
 */
export type ClusterFailure = "nobody" | "lost" | "away" | "too_large";

export class ClusterError extends Error {
  override readonly name = "ClusterError";

  constructor(readonly failure: ClusterFailure, message: string, options?: ErrorOptions) {
    super(message, options);
  }
}

/** What a node does with what is sent to a partition that it serves. */
export interface PartitionService {
  /** Answers a request; must not reject. */
  answer(body: string): Promise<string>;
  /** Takes what wants no answer. */
  tell(body: string): void;
}

/** What a node does with what other nodes send to it. Bodies of one sender arrive in the order they were sent in. */
export interface NodeService {
  /** Sent to this node alone. */
  sent(body: string): void;
  /** Sent by another node to all. */
  announced(body: string): void;
  /** The other nodes can be reached again: what was sent meanwhile is lost. */
  reconnected(): void;
  /** Signs of life may have changed: a hint to look. */
  stirred(): void;
}

/**
 * How the nodes that share one database reach each other and see who is alive. It gives liveness only; safety is the
 * database's fence. Messages may be lost or come twice; whoever cannot bear it asks again.
 *
 * Everything throws or rejects with `ClusterError` alone. Nothing of another database's nodes is ever seen.
 */
export interface Cluster extends AsyncDisposable {
  /** This node's name, new at every start of the process. */
  readonly node: string;
  /** False while this node is cut off from the others. */
  readonly connected: boolean;

  /** Tells this node what comes in for it; called once, before anything else. */
  join(service: NodeService): Promise<void>;
  /** Serves a partition until the returned function is called. A node that dies serves nothing from then on. */
  serve(partition: number, service: PartitionService): () => void;

  /** Asks whoever serves the partition. With two of them, either may answer. */
  request(partition: number, body: string, options: { readonly timeoutMs: number }): Promise<string>;
  /** Tells whoever serves the partition, at most once. */
  tell(partition: number, body: string): void;
  /** Sends to one node, at most once. */
  send(node: string, body: string): void;
  /** Sends to every other node, at most once. */
  announce(body: string): void;

  /** Writes this node's sign of life and reads it back. It fades by itself after `ttlMs` without another. */
  beat(sign: string): Promise<void>;
  /** Takes the sign back: this node is leaving. */
  fade(): Promise<void>;
  /** The signs of life of all nodes, this one's among them, by node. */
  signs(): Promise<ReadonlyMap<string, string>>;
}

/** What every message has room for, as UTF-8. */
export const LARGEST_MESSAGE_BYTES = 512 * 1024;

/** What can be sent at most; beyond `LARGEST_MESSAGE_BYTES` it has to be packed well enough, as any cart can be. */
export const LARGEST_BODY_BYTES = 8 * 1024 * 1024;

/** How long a sign of life counts, milliseconds. */
export const TTL_MS = 2000;
