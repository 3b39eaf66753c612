import { z } from "zod";
import type { Health } from "../runtime/health.ts";
import { OneAtATime } from "../runtime/one_at_a_time.ts";
import type { DatabaseClock, Log, Store } from "../runtime/ports.ts";
import { type Cluster, TTL_MS } from "./ports.ts";

const BEAT_MS = TTL_MS / 4;
const LOOK_MS = TTL_MS / 8;
/** An answer older than this says nothing about now. */
const FRESH_MS = TTL_MS / 2;
/** Whoever has not looked for longer was stopped: others may have given signs of life that were not seen. */
const STOPPED_MS = LOOK_MS + FRESH_MS;

/** What a node says of itself. */
const Sign = z.object({
  /** Counts up: a sign that stays the same is one of the dead. */
  beat: z.int(),
  /** It takes no more partitions and gives up those that it has. */
  leaving: z.boolean(),
  /** The newest version of the journal that it can read. */
  journal: z.int(),
});
type Sign = z.output<typeof Sign>;

interface Heard extends Sign {
  readonly at: number;
}

export interface MembershipOptions {
  readonly cluster: Cluster;
  readonly store: Pick<Store, "now">;
  readonly clock: DatabaseClock;
  readonly log: Log;
  readonly health: Health;
  /** The newest version of the journal that this node can read. */
  readonly journal: number;
  /** Called after every look around. */
  readonly onLook: () => void;
}

/** A node that is alive and takes partitions. */
export interface Peer {
  readonly node: string;
  readonly journal: number;
}

/**
 * Who is alive. A node says so only while its database answers it, so that one that cannot commit is not waited for. The
 * absence of others counts only as long as this node sees its own sign: signs that were wiped or cannot be read are
 * evidence of nothing.
 */
export class Membership {
  readonly #options: MembershipOptions;
  readonly #heard = new Map<string, Heard>();
  #cancels: (() => void)[] = [];
  #beat = 0;
  #isLeaving = false;
  /** Since when this node has seen its own sign, without a gap: only so long can it miss others. */
  #sureSince: number | undefined;
  #hasJoined = false;
  #beatenAt = -Infinity;
  #lookedAt = -Infinity;
  #isStopped = false;
  readonly #looking = new OneAtATime(() => this.#look());
  /** What goes wrong now, by event, as it was logged: the same again and again is said once. */
  readonly #troubles = new Map<string, string>();

  constructor(options: MembershipOptions) {
    this.#options = options;
  }

  start(): void {
    this.#options.health.ail("cluster", "this node has not joined the others yet");
    this.#repeat(BEAT_MS, () => this.#beatOnce());
    this.#repeat(LOOK_MS, () => this.look());
  }

  stop(): void {
    this.#isStopped = true;
    for (const cancel of this.#cancels) cancel();
  }

  /** Everybody hears that this node takes nothing any more. */
  async leave(): Promise<void> {
    this.#isLeaving = true;
    await this.#beatOnce();
  }

  /** That node has said that it is leaving. */
  noteLeaving(node: string): void {
    const known = this.#heard.get(node);
    if (known !== undefined) this.#heard.set(node, { ...known, leaving: true });
  }

  /** Those who take partitions, this node among them; undefined while nothing is known for sure. */
  get peers(): readonly Peer[] | undefined {
    const now = this.#options.clock.now();
    if (this.#sureSince === undefined || this.#wasStopped(now)) return undefined;
    return [...this.#heard].flatMap(([node, { at, leaving, journal }]) =>
      leaving || now - at >= TTL_MS ? [] : [{ node, journal }]
    );
  }

  /** It has not been heard of for so long that nobody need wait for it: only the fence keeps it from committing. */
  isGone(node: string): boolean {
    const now = this.#options.clock.now();
    if (this.#sureSince === undefined || this.#wasStopped(now) || node === this.#options.cluster.node) return false;
    const silentSince = Math.max(this.#sureSince, this.#heard.get(node)?.at ?? -Infinity);
    return now - silentSince >= TTL_MS;
  }

  #wasStopped(now: number): boolean {
    return now - this.#lookedAt > STOPPED_MS;
  }

  /** Looks around now, or as soon as a look that is under way is over. */
  look(): Promise<void> {
    return this.#looking.run();
  }

  async #look(): Promise<void> {
    const { cluster, clock, log, onLook } = this.#options;
    const startedAt = clock.now();
    try {
      const signs = await cluster.signs();
      if (clock.now() - startedAt > FRESH_MS) this.#sureSince = undefined;
      else this.#hear(signs);
    } catch (error) {
      if (this.#sureSince !== undefined) log.warn("signs_unreadable", { error: String(error) });
      this.#sureSince = undefined;
    }
    this.#assess();
    if (!this.#isStopped) onLook();
  }

  #hear(signs: ReadonlyMap<string, string>): void {
    const { cluster, clock } = this.#options;
    const now = clock.now();
    if (this.#wasStopped(now)) this.#sureSince = undefined;
    this.#lookedAt = now;
    for (const [node, text] of signs) {
      const sign = readSign(text);
      if (sign === undefined) continue;
      const known = this.#heard.get(node);
      if (known?.beat !== sign.beat) {
        this.#heard.set(node, { ...sign, leaving: sign.leaving || known?.leaving === true, at: now });
      }
    }
    for (const [node, { at }] of this.#heard) {
      if (now - at > 10 * TTL_MS) this.#heard.delete(node);
    }
    if (!signs.has(cluster.node) || now - this.#beatenAt >= TTL_MS) {
      this.#sureSince = undefined;
      return;
    }
    this.#sureSince ??= now;
    this.#hasJoined = true;
  }

  /** Signs that cannot be read for a while, as when their keeper has died, keep nobody from committing and routing. */
  #assess(): void {
    const { cluster, health } = this.#options;
    if (!cluster.connected) health.ail("cluster", "this node is cut off from the others");
    else if (this.#hasJoined) health.recover("cluster");
  }

  async #beatOnce(): Promise<void> {
    const { cluster, store, clock, health, journal } = this.#options;
    // A database that falls silent is noticed before it answers, or does not.
    let isSlow = false;
    const cancel = clock.after(FRESH_MS, () => {
      isSlow = true;
      health.ail("database", "the database answers too slowly");
    });
    try {
      clock.catchUp(await store.now());
      if (isSlow) return;
      health.recover("database");
      this.#troubles.delete("database_away");
    } catch (error) {
      this.#trouble("database_away", error);
      return health.ail("database", "the database does not answer");
    } finally {
      cancel();
    }
    try {
      const sign: Sign = { beat: ++this.#beat, leaving: this.#isLeaving, journal };
      await cluster.beat(JSON.stringify(sign));
      this.#beatenAt = clock.now();
      this.#troubles.delete("beat_failed");
    } catch (error) {
      this.#trouble("beat_failed", error);
    }
  }

  #trouble(event: string, cause: unknown): void {
    const error = String(cause);
    if (this.#troubles.get(event) === error) return;
    this.#troubles.set(event, error);
    this.#options.log.warn(event, { error });
  }

  /** Again and again, each time after the last one has ended. */
  #repeat(intervalMs: number, task: () => Promise<void>): void {
    const place = this.#cancels.push(() => {}) - 1;
    const again = async (): Promise<void> => {
      await task();
      if (!this.#isStopped) this.#cancels[place] = this.#options.clock.after(intervalMs, again);
    };
    again();
  }
}

function readSign(text: string): Sign | undefined {
  try {
    return Sign.safeParse(JSON.parse(text)).data;
  } catch {
    return undefined;
  }
}
