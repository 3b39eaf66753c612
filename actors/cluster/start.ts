import { partitionOf } from "../runtime/address.ts";
import { DEFAULT_LIMITS } from "../runtime/limits.ts";
import type { RunningActors, RuntimeOptions } from "../runtime/running_actors.ts";
import { startActors } from "../runtime/start.ts";
import type { Address } from "../../machines/decision.ts";
import { Arrivals } from "./arrivals.ts";
import { Attachments } from "./attachments.ts";
import { Calls } from "./calls.ts";
import { EdgeFeeds } from "./edge_feeds.ts";
import { Hints } from "./hints.ts";
import { Membership } from "./membership.ts";
import { Mover } from "./mover.ts";
import { OwnerDesk } from "./owner_desk.ts";
import type { Cluster } from "./ports.ts";
import { RoutedActors } from "./routed_actors.ts";
import { type Announced, readAnnounced, write } from "./wire.ts";

/** The version of the journal that this code writes, and the newest that it can read. */
export const JOURNAL_VERSION = 1;

export interface ClusteredOptions extends Omit<RuntimeOptions, "node" | "shared"> {
  readonly cluster: Cluster;
  /** `JOURNAL_VERSION` when absent. */
  readonly journal?: number;
  /** This node has taken these partitions. Synchronous, must not throw. */
  readonly onTaken?: (partitions: readonly number[]) => void;
  /** This node has these partitions no longer. Synchronous, must not throw. */
  readonly onLeft?: (partitions: readonly number[]) => void;
}

/** The actors of one node of several. It reaches every actor wherever it lives. */
export interface ClusteredActors extends RunningActors {
  /** From now on this node says that it lives, and takes its share of the partitions; readiness says when it has it. */
  takePart(): void;
}

/** Starts the actors of one node of several, which owns nothing until it takes part. */
export async function startClusteredActors(options: ClusteredOptions): Promise<ClusteredActors> {
  const { cluster, store, clock, log, journal = JOURNAL_VERSION, onTaken, onLeft } = options;
  const { node } = cluster;
  const timeoutMs = options.limits?.askTimeoutMs ?? DEFAULT_LIMITS.askTimeoutMs;
  const partitionCount = store.identity.partitions;
  const placeOf = (address: Address): number => partitionOf(address, partitionCount);
  const hints = new Hints({ cluster, log });
  const served = new Map<number, () => void>();

  const runtime = await startActors({
    ...options,
    node,
    shared: { hint: (letter) => hints.add(letter), lost: (partitions) => left(partitions) },
  });
  const arrivals = new Arrivals(clock);
  const calls = new Calls({ cluster, runtime, arrivals, clock });
  const attachments = new Attachments({ cluster, runtime, calls, clock, log, partitionOf: placeOf, timeoutMs });
  const feeds = new EdgeFeeds({ cluster, runtime, clock, log });
  const desk = new OwnerDesk({ runtime, partitionCount, feeds });
  const { health } = runtime;
  const membership: Membership = new Membership({
    cluster,
    store,
    clock,
    log,
    health,
    journal,
    onLook: () => void mover.move(),
  });
  let isLeaving = false;
  const mover = new Mover({
    node,
    runtime,
    store,
    membership,
    journal,
    clock,
    log,
    arrived: (partitions) => {
      onTaken?.(partitions);
      for (const partition of partitions) served.set(partition, cluster.serve(partition, desk));
      tellAll("owned", partitions);
      here(partitions);
    },
    left: (partitions) => {
      left(partitions);
      tellAll("released", partitions);
    },
    taken: (partition, atMostMs) => arrivals.wait(partition, atMostMs),
    settled: () => health.recover("partitions"),
  });
  const actors = new RoutedActors({ runtime, calls, attachments, partitionOf: placeOf, timeoutMs });

  await cluster.join({
    sent: (body) => attachments.pushed(body),
    announced: (body) => hear(readAnnounced(body)),
    reconnected: () => {
      attachments.reconnected();
      mover.doubt();
      membership.look();
    },
    stirred: () => void membership.look(),
  });
  health.ail("partitions", "this node has not got its partitions yet");

  function hear(announced: Announced | undefined): void {
    if (announced === undefined) return;
    if (announced.leaving) membership.noteLeaving(announced.node);
    if (announced.what === "released") {
      // Others saw this node's first sign of life before it did itself.
      if (membership.peers === undefined) void membership.look();
      return void mover.move();
    }
    if (announced.partitions.some((partition) => runtime.owns(partition))) mover.doubt();
    here(announced.partitions);
  }

  /** Somebody has them: calls go there, and streams attach to them. */
  function here(partitions: readonly number[]): void {
    arrivals.arrived(partitions);
    attachments.moved(partitions);
  }

  function left(partitions: readonly number[]): void {
    for (const partition of partitions) {
      served.get(partition)?.();
      served.delete(partition);
    }
    onLeft?.(partitions);
  }

  function tellAll(what: Announced["what"], partitions: readonly number[]): void {
    cluster.announce(write({ what, node, partitions, leaving: isLeaving }));
  }

  let closing: Promise<void> | undefined;
  async function close(): Promise<void> {
    isLeaving = true;
    health.ail("closing", "the node is closing");
    await membership.leave();
    tellAll("released", []);
    await membership.look();
    await mover.drain();
    membership.stop();
    attachments.stop();
    feeds.stop();
    const owned = runtime.partitions;
    await runtime.close();
    left(owned);
    await cluster.fade().catch((error) => log.info("fade_failed", { error: String(error) }));
  }

  return {
    ...runtime,
    takePart: () => {
      log.info("joined", { node });
      membership.start();
    },
    get partitions() {
      return runtime.partitions;
    },
    ask: (ask) => actors.ask(ask),
    read: (read) => actors.read(read),
    subscribe: (subscription, outlet) => actors.subscribe(subscription, outlet),
    changes: (subscription) => actors.changes(subscription),
    close: () => closing ??= close(),
  };
}
