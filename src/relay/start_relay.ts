import type { Queries } from "../projections/queries.ts";
import { postgresProgress } from "./postgres_progress.ts";
import { Relay, type RelayOptions } from "./relay.ts";

export interface StartRelayOptions extends Omit<RelayOptions, "progress"> {
  readonly queries: Queries;
}

/**
 * Starts the relay of this node. It publishes nothing until `own` names partitions; `wake` is to be called after every
 * commit. To be disposed before the store and the publisher.
 */
export function startRelay({ queries, ...options }: StartRelayOptions): Relay {
  return new Relay({ ...options, progress: postgresProgress(queries) });
}
