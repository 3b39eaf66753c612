import type { Clock, Log, Random, Store } from "../../actors/runtime/ports.ts";
import type { Queries } from "../projections/queries.ts";
import type { Publisher, RelayMetrics } from "./ports.ts";
import { postgresProgress } from "./postgres_progress.ts";
import { Relay } from "./relay.ts";
import type { RelayLimits } from "./relay_limits.ts";

export interface StartRelayOptions {
  readonly store: Pick<Store, "journal" | "identity">;
  readonly queries: Queries;
  readonly publisher: Publisher;
  readonly clock: Clock;
  readonly random: Random;
  readonly log: Log;
  readonly metrics: RelayMetrics;
  readonly limits?: Partial<RelayLimits>;
}

/**
 * Starts the relay of this node. It publishes nothing until `own` names partitions; `wake` is to be called after every
 * commit. To be disposed before the store and the publisher.
 */
export function startRelay({ queries, ...options }: StartRelayOptions): Relay {
  return new Relay({ ...options, progress: postgresProgress(queries) });
}
