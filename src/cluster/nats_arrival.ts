import { jetstreamManager } from "@nats-io/jetstream";
import type { NatsConnection } from "@nats-io/transport-node";
import type { Log } from "../../actors/runtime/ports.ts";
import { NODES_STREAM, type TopologySettings } from "./jetstream_topology.ts";
import { reconcile } from "./nats_reconcile.ts";
import { isTakenBack } from "./nats_signs.ts";
import { anySign, NatsSubjects } from "./nats_subjects.ts";

export interface ArrivalOptions {
  /** Of the database of this node. */
  readonly incarnation: string;
  readonly settings: TopologySettings;
  readonly log: Log;
}

/**
 * Makes JetStream hold what the settings say, which may be others than when it was made; says so when nodes of another
 * database are there. A node that cannot find out goes on: it will not join before it can. Never rejects.
 */
export async function arrive(nats: NatsConnection, { incarnation, settings, log }: ArrivalOptions): Promise<void> {
  try {
    await reconcile(nats, settings);
    // Subjects of services and of published events do not tell databases apart.
    if (await hasOthers(nats, incarnation)) {
      log.warn("other_database_at_nats", { why: "its nodes and ours take each other's requests and mail" });
    }
  } catch (error) {
    log.warn("jetstream_not_set_up", { why: error instanceof Error ? error.message : String(error) });
  }
}

async function hasOthers(nats: NatsConnection, incarnation: string): Promise<boolean> {
  const { streams } = await jetstreamManager(nats, { checkAPI: false });
  const { state } = await streams.info(NODES_STREAM, { subjects_filter: anySign() });
  const ours = new NatsSubjects(incarnation).sign("*").slice(0, -1);
  for (const subject of Object.keys(state.subjects ?? {})) {
    if (subject.startsWith(ours)) continue;
    const sign = await streams.getMessage(NODES_STREAM, { last_by_subj: subject });
    if (sign !== null && !isTakenBack(sign)) return true;
  }
  return false;
}
