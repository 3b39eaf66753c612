import { Activities } from "./activities.ts";
import { Asking } from "./asking.ts";
import { Backlog } from "./backlog.ts";
import { carefully } from "./carefully.ts";
import { Claiming } from "./claiming.ts";
import { Committing } from "./committing.ts";
import { Cursors } from "./cursor.ts";
import { Halving } from "./halving.ts";
import { Health } from "./health.ts";
import type { Kind } from "./kind.ts";
import { Lanes } from "./lanes.ts";
import { DEFAULT_LIMITS, type Limits } from "./limits.ts";
import { Mailroom } from "./mailroom.ts";
import { Outlets } from "./outlets.ts";
import { Parking, textOf } from "./parking.ts";
import { Partitions } from "./partitions.ts";
import type { LetterRow, PartitionEpoch, TakenPartition } from "./ports.ts";
import { PostOffice } from "./post_office.ts";
import { Recovery } from "./recovery.ts";
import { Residency } from "./residency.ts";
import type { RunningActors, RuntimeOptions } from "./running_actors.ts";
import { Settling } from "./settling.ts";
import { Suspicion } from "./suspicion.ts";
import { Subscriptions } from "./subscriptions.ts";
import { Untold } from "./untold.ts";

/** Starts the actors of one node. */
export async function startActors(options: RuntimeOptions): Promise<RunningActors> {
  const { store, clock, log, metrics, node, ids, random } = options;
  const limits: Limits = { ...DEFAULT_LIMITS, ...options.limits };
  const partitionCount = store.identity.partitions;
  const health = new Health();
  const partitions = new Partitions();
  const cursors = new Cursors(store.identity);
  const outlets = new Outlets(cursors, log);
  const kinds = new Map(options.kinds.map((kind): [string, Kind] => [kind.name, kind]));
  const onCommitted = carefully(options.onCommitted, log);
  const residency: Residency = new Residency({
    store,
    clock,
    log,
    limits,
    kinds,
    onReady: (resident) => mailroom.admit(resident),
    wantRoom: () => lanes.wake(),
  });
  const mailroom: Mailroom = new Mailroom({
    residency,
    clock,
    limits,
    owns: (partition) => partitions.owns(partition),
    schedule: (resident) => lanes.schedule(resident),
  });
  const asking = new Asking({ mailroom, clock, limits, cursors });
  const activities: Activities = new Activities({
    activities: options.activities,
    clock,
    random,
    log,
    limit: limits.activities,
    report: (letter, result) => asking.deliver(letter, result),
    forget: (letter) => postOffice.forget(letter),
  });
  const postOffice: PostOffice = new PostOffice({
    store,
    clock,
    log,
    limits,
    partitions: () => partitions.ids,
    deliver: (letter) => suspicion.deliver(letter),
    gone: (letterId) => suspicion.gone(letterId),
  });
  const suspicion: Suspicion = new Suspicion({
    ...options,
    partitions,
    postOffice,
    handOver: (letter) => letter.activity === undefined ? asking.deliver(letter) : activities.start(letter),
  });
  const settling = new Settling({
    partitions,
    mailroom,
    residency,
    postOffice,
    outlets,
    metrics,
    commandIdsPerActor: limits.commandIdsPerActor,
    hint: options.shared === undefined ? (_letter: LetterRow): void => {} : options.shared.hint,
    snapshot: (resident) => lanes.snapshot(resident),
    onCommitted,
  });
  const recovery: Recovery = new Recovery({
    node,
    store,
    partitions,
    residency,
    mailroom,
    postOffice,
    clock,
    log,
    health,
    metrics,
    outlets,
    untold: new Untold({ store, partitions, outlets, kinds, onCommitted }),
    halving: new Halving({
      store,
      partitions,
      residency,
      mailroom,
      postOffice,
      clock,
      ids,
      log,
      metrics,
      decideAndCommit: (partition, mails) => committing.commit(lanes.decideAlone(partition, mails)),
    }),
    onLost: (lost) => {
      if (options.shared === undefined) claiming.ail();
      else options.shared.lost(lost);
    },
  });
  const committing: Committing = new Committing({
    store,
    partitions,
    clock,
    log,
    health,
    metrics,
    mailroom,
    settling,
    recovery,
  });
  const lanes: Lanes = new Lanes({
    count: options.lanes ?? 1,
    residency,
    mailroom,
    partitions,
    partitionCount,
    cursors,
    clock,
    ids,
    limits,
    parking: new Parking({ limits, clock, store, log, again: (mail) => mailroom.resume(mail) }),
    isCurrent: (letter) => postOffice.isCurrent(letter),
    dropLetter: (letter) => postOffice.forget(letter),
    commit: (batch, letOthersGo) => committing.commit(batch, letOthersGo),
  });
  const backlog = new Backlog({ store, clock, limit: limits.resumeEvents });
  const subscriptions = new Subscriptions({
    readActor: (subscription, serve) => asking.readActor(subscription, serve),
    outlets,
    cursors,
    backlog,
    limits,
    resumed: (outcome) => metrics.resumed(outcome),
  });

  const claiming = new Claiming({ clock, log, health, partitionCount, partitions, claim });
  if (options.shared === undefined) gain(await store.take(claiming.missing, node));
  const running = lanes.run();
  await postOffice.start();
  if (options.shared === undefined) claiming.start();

  function gain(taken: readonly TakenPartition[]): void {
    recovery.gain(taken);
    suspicion.took(taken);
  }

  async function claim(wanted: readonly number[]): Promise<readonly number[]> {
    const taken = await store.take(wanted.filter((id) => !partitions.owns(id)), node);
    if (closing !== undefined) {
      await store.release(taken, node);
      return [];
    }
    gain(taken);
    // Whoever asks need not wait until the letters have come.
    postOffice.sweep().catch((error) => log.error("letter_sweep_failed", { error: textOf(error) }));
    return taken.map(({ id }) => id);
  }

  async function release(unwanted: readonly number[]): Promise<void> {
    const fences: PartitionEpoch[] = [];
    await lanes.between(unwanted, (share) => {
      const here = share.filter((id) => partitions.owns(id));
      fences.push(...here.map((id) => partitions.fence(id)));
      if (here.length > 0) recovery.letGo(here);
    });
    if (fences.length > 0) await store.release(fences, node);
  }

  let closing: Promise<void> | undefined;
  async function close(): Promise<void> {
    health.ail("closing", "the node is closing");
    claiming.stop();
    mailroom.close();
    postOffice.stop();
    suspicion.stop();
    activities.stop();
    committing.stop();
    lanes.stop();
    await running;
    mailroom.stop();
    residency.clear();
    try {
      await store.release(partitions.fences, node);
    } catch (error) {
      log.warn("release_failed", { partitions: partitions.ids.length, error: String(error) });
    }
  }

  return {
    ask: (ask) => asking.ask(ask),
    read: (read) => asking.read(read),
    subscribe: (subscription, outlet) => subscriptions.subscribe(subscription, outlet),
    changes: (subscription) => subscriptions.changes(subscription),
    health,
    cursors,
    owns: (partition) => partitions.owns(partition),
    get partitions() {
      return partitions.ids;
    },
    claim,
    release,
    verify: (stored) => {
      const epochs = new Map(stored.map(({ id, epoch }): [number, number] => [id, epoch]));
      const isStale = ({ id, epoch }: PartitionEpoch): boolean => epoch < (epochs.get(id) ?? 0);
      const doubtful = partitions.fences.filter(isStale).map(({ id }) => id);
      return lanes.between(doubtful, (share) => {
        const lost = share.filter((id) => partitions.owns(id) && isStale(partitions.fence(id)));
        if (lost.length > 0) recovery.lose(lost);
      });
    },
    receive: (letters) => {
      for (const letter of letters) if (partitions.owns(letter.toPartition)) postOffice.receive(letter);
    },
    gauges: () => ({
      mailboxDepth: mailroom.depth,
      residents: residency.size,
      outlets: outlets.count,
      letters: postOffice.pending,
      partitions: partitions.ids.length,
    }),
    close: () => closing ??= close(),
  };
}
