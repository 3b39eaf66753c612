import type { Answer, Subscription } from "../../../actors/runtime/actors.ts";
import type { Hub } from "../../../actors/cluster/hub.ts";
import { type ClusteredOptions, startClusteredActors } from "../../../actors/cluster/start.ts";
import type { Kind } from "../../../actors/runtime/kind.ts";
import type { Limits } from "../../../actors/runtime/limits.ts";
import type { Activity } from "../../../actors/runtime/activity.ts";
import type { EventRow, PersonalRow } from "../../../actors/runtime/ports.ts";
import type { RunningActors } from "../../../actors/runtime/running_actors.ts";
import { startActors } from "../../../actors/runtime/start.ts";
import type { Address, Principal } from "../../../machines/decision.ts";
import type { Reader } from "./reader.ts";
import { type StoreCall, StoreLink } from "./store_link.ts";
import { addressOf, type TallyCommand, tallyKind } from "./tally_kind.ts";
import type { VirtualClock } from "./virtual_time.ts";
import type { World } from "./world.ts";

export interface NodeOptions {
  readonly name?: string;
  readonly limits?: Partial<Limits>;
  readonly lanes?: number;
  readonly kinds?: readonly Kind[];
  readonly activities?: Readonly<Record<string, Activity>>;
  /** By how much its clock is wrong. */
  readonly clockBehindMs?: number;
  /** The longest a message to or from the store is under way, by chance; 0 when absent: no time at all. */
  readonly wireMs?: number;
  /** Holds back what it likes of what is under way to or from the store. */
  readonly wire?: (call: StoreCall) => Promise<void> | undefined;
  /** The node is one of several that share the store. */
  readonly hub?: Hub;
  /** The version of the journal that it writes, when it is one of several. */
  readonly journal?: number;
  /** Called after every commit. */
  readonly onCommitted?: () => void;
  /** Sees every call to the store; may crash the node in the middle of it. */
  readonly onCall?: (call: StoreCall, crash: () => void) => void;
}

/** For `onCall`: the process is gone before it hears that its first commit was done. */
export function dyingAfterCommit({ verb, moment }: StoreCall, crash: () => void): void {
  if (verb === "commit" && moment === "after") crash();
}

export interface AskOptions {
  /** The idempotency key; a new one when absent. */
  readonly key?: string;
  readonly fresh?: boolean;
  readonly as?: string;
  readonly expectedVersion?: number;
  readonly intent?: string;
  readonly repeatOnly?: true;
  readonly personal?: readonly PersonalRow[];
  readonly timeoutMs?: number;
}

export interface TallyView {
  readonly id: string;
  readonly total: number;
  readonly turns: number;
  readonly words: readonly string[];
  readonly version: number;
  readonly cursor: string;
}

/** Starts a process; it dies without a word by `crash`, or ends properly by `close`. */
export async function startNode(world: World, options: NodeOptions): Promise<RunningNode> {
  const { name = `node-${world.unique(3)}`, limits, lanes, kinds = [tallyKind], activities = {}, wireMs = 0 } = options;
  const clock = world.time.clock({ behindMs: options.clockBehindMs ?? 0 });
  const entries: LogEntry[] = [];
  const counts = { committed: 0, fenced: 0, deadLettered: 0, pushed: 0 };
  const committed: EventRow[] = [];
  const died = Promise.withResolvers<void>();
  const crash = (): void => {
    clock.stop();
    link.cut();
    options.hub?.drop(name);
    died.resolve();
  };
  const link: StoreLink = new StoreLink(world.store, {
    onCall: (call) => options.onCall?.(call, crash),
    cross: (call) =>
      wireMs === 0 ? options.wire?.(call) : new Promise((done) => clock.after(world.chance.int(0, wireMs), done)),
  });
  const write = (level: LogEntry["level"]) => (event: string, fields: LogEntry["fields"] = {}): void => {
    entries.push({ level, event, fields });
  };
  const parts: Omit<ClusteredOptions, "cluster"> = {
    store: link,
    clock,
    ids: (length) => world.unique(length),
    random: () => world.chance.int(0, 999) / 1000,
    log: { info: write("info"), warn: write("warn"), error: write("error") },
    metrics: {
      committed: () => counts.committed++,
      fenced: (partitions) => counts.fenced += partitions,
      deadLettered: () => counts.deadLettered++,
      pushed: (frames) => counts.pushed += frames,
      resumed: () => {},
    },
    kinds,
    activities: new Map(Object.entries(activities)),
    ...(limits === undefined ? {} : { limits }),
    ...(lanes === undefined ? {} : { lanes }),
    onCommitted: (events: readonly EventRow[]) => {
      committed.push(...events);
      options.onCommitted?.();
    },
  };
  const actors = options.hub === undefined
    ? await startActors({ ...parts, node: name })
    : await startAmongOthers({ ...parts, journal: options.journal, cluster: options.hub.member(name, clock) });
  return new RunningNode(world, { name, actors, clock, crash, died: died.promise, entries, counts, committed });
}

async function startAmongOthers(options: ClusteredOptions): Promise<RunningActors> {
  const actors = await startClusteredActors(options);
  actors.takePart();
  return actors;
}

interface LogEntry {
  readonly level: "info" | "warn" | "error";
  readonly event: string;
  readonly fields: Readonly<Record<string, unknown>>;
}

interface Parts {
  readonly name: string;
  readonly actors: RunningActors;
  readonly clock: VirtualClock;
  readonly crash: () => void;
  readonly died: Promise<void>;
  readonly entries: readonly LogEntry[];
  readonly counts: Readonly<Record<"committed" | "fenced" | "deadLettered" | "pushed", number>>;
  /** What `onCommitted` was told, in order. */
  readonly committed: readonly EventRow[];
}

export class RunningNode {
  readonly name: string;
  readonly actors: RunningActors;
  readonly counts: Parts["counts"];
  readonly committed: Parts["committed"];
  readonly #world: World;
  readonly #parts: Parts;

  constructor(world: World, parts: Parts) {
    this.name = parts.name;
    this.actors = parts.actors;
    this.counts = parts.counts;
    this.committed = parts.committed;
    this.#world = world;
    this.#parts = parts;
  }

  /** Asks the tally of that id, or the actor at that address. */
  ask(to: string, command: TallyCommand, options: AskOptions = {}): Promise<Answer> {
    const { key = this.#world.unique(8), as = "anybody", fresh = false, ...more } = options;
    return this.actors.ask({
      to: placeOf(to),
      command,
      commandId: `tests:${key}`,
      fresh,
      principal: principal(as),
      correlationId: "correlated",
      ...more,
    });
  }

  async read(id: string, as = "anybody"): Promise<TallyView> {
    const { view } = await this.actors.read({ address: placeOf(id), principal: principal(as) });
    return JSON.parse(JSON.stringify(view));
  }

  /** Connects a reader where it left off; the result disconnects it. */
  listen(id: string, reader: Reader, options: { readonly as?: string } = {}): Promise<() => void> {
    reader.connecting();
    return this.actors.subscribe(this.feed(id, reader.cursor, options), reader);
  }

  feed(id: string, after: string | undefined, { as = "anybody" }: { readonly as?: string } = {}): Subscription {
    const feed = { address: placeOf(id), feed: "owner", principal: principal(as) };
    return after === undefined ? feed : { ...feed, after };
  }

  /** The process is gone: no timer rings, no call to the store comes back. */
  crash(): void {
    this.#parts.crash();
  }

  /** The process stands still; what is sent to it waits. */
  freeze(): void {
    this.#parts.clock.freeze();
  }

  thaw(): void {
    this.#parts.clock.thaw();
  }

  get isFrozen(): boolean {
    return this.#parts.clock.isFrozen;
  }

  /** Its machine sleeps for so long from now on; then clock and timers go on where they stood. */
  sleep(ms: number): void {
    this.#parts.clock.sleep(ms);
  }

  /** Resolves when it has crashed. */
  get died(): Promise<void> {
    return this.#parts.died;
  }

  /** Ends it properly. */
  close(): Promise<void> {
    return this.actors.close();
  }

  get depth(): number {
    return this.actors.gauges().mailboxDepth;
  }

  /** Timers that would still ring in this process. */
  get timers(): number {
    return this.#world.time.pending(this.#parts.clock);
  }

  /** How often that was written to the log. */
  logged(event: string): number {
    return this.#parts.entries.filter((entry) => entry.event === event).length;
  }
}

export function viewOf(answer: Answer): TallyView {
  if (!answer.ok) throw new Error(`Cannot view a refusal: ${answer.reason}`);
  return JSON.parse(answer.replyJson);
}

export function principal(sub: string): Principal {
  return { sub, roles: [], stores: [] };
}

function placeOf(to: string): Address {
  const slash = to.indexOf("/");
  return slash < 0 ? addressOf(to) : `${to.slice(0, slash)}/${to.slice(slash + 1)}`;
}
