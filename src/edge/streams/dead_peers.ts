import type { Log } from "../../../actors/runtime/ports.ts";
import type { PeerName } from "./peer_name.ts";
import type { StreamLimits } from "./stream_limits.ts";
import type { Timed, TimerWheel, WheelTimer } from "./timer_wheel.ts";

/** A connection on which the kernel sends the same again, because its peer acknowledges nothing. */
export interface Retransmitting {
  readonly peer: PeerName;
  /** Never two connections' at once. */
  readonly socket: string;
  /** How often it was sent again; begins anew as soon as the peer acknowledges something new. */
  readonly times: number;
}

export type Look =
  | { readonly kind: "seen"; readonly retransmitting: readonly Retransmitting[] }
  /** It cannot be seen here, now or ever: one sentence for whoever runs this. */
  | { readonly kind: "blind"; readonly why: string };

/** Knows which connections to our port are retransmitting. */
export interface Retransmissions {
  /** Rejects when it failed this time. */
  look(): Promise<Look>;
}

/** Something that ends with its peer. */
export interface Watched {
  /** Undefined: nobody knows, and it is never called. */
  readonly peer: PeerName | undefined;
  peerIsDead(): void;
}

/** What the body of a dead peer's response fails with: only then does Deno close the connection without its peer. */
export class PeerIsDead extends Error {
  override readonly name = "PeerIsDead";
}

export interface DeadPeersParts {
  readonly wheel: TimerWheel;
  readonly log: Log;
  readonly limits: Pick<StreamLimits, "lookMs" | "deadLooks">;
  readonly retransmissions: Retransmissions;
}

/** So often at least does the kernel send again to one that is dead, while it is looked at. */
const LEAST_TIMES = 3;

interface Suspect extends Retransmitting {
  /** In how many looks in a row it was seen, without a sign of life in between. */
  readonly looks: number;
}

/**
 * Finds peers that are gone without a word, as behind a cut line, long before the kernel gives them up. Silence is
 * counted in looks and not in time: after a stall of this process everybody is late, and nobody is dead.
 */
export class DeadPeers implements Timed {
  readonly #parts: DeadPeersParts;
  readonly #watched = new Set<Watched>();
  #suspects: ReadonlyMap<string, Suspect> = new Map();
  #timer: WheelTimer | undefined;
  #isLooking = false;
  #isBlind = false;

  constructor(parts: DeadPeersParts) {
    this.#parts = parts;
  }

  watch(watched: Watched): void {
    if (this.#isBlind) return;
    this.#watched.add(watched);
    this.#timer ??= this.#parts.wheel.schedule(this, this.#parts.limits.lookMs);
  }

  forget(watched: Watched): void {
    if (this.#watched.delete(watched) && this.#watched.size === 0) this.#rest();
  }

  onTime(): number {
    if (!this.#isLooking) void this.#look();
    return this.#parts.limits.lookMs;
  }

  async #look(): Promise<void> {
    const { retransmissions, log } = this.#parts;
    this.#isLooking = true;
    try {
      const look = await retransmissions.look();
      if (look.kind === "seen") this.#weigh(look.retransmitting);
      else this.#giveUp(look.why);
    } catch (error) {
      log.warn("dead_peers_look_failed", { error });
    } finally {
      this.#isLooking = false;
    }
  }

  #weigh(retransmitting: readonly Retransmitting[]): void {
    const before = this.#suspects;
    this.#suspects = new Map(retransmitting.map((seen) => [seen.socket, { ...seen, looks: looksAt(seen, before) }]));
    const { deadLooks } = this.#parts.limits;
    const dead = new Set(
      [...this.#suspects.values()].filter((suspect) => isDead(suspect, deadLooks)).map(({ peer }) => peer),
    );
    if (dead.size === 0) return;
    for (const watched of [...this.#watched]) {
      if (watched.peer !== undefined && dead.has(watched.peer)) watched.peerIsDead();
    }
  }

  #giveUp(why: string): void {
    this.#isBlind = true;
    this.#parts.log.warn("dead_peers_not_seen", { why });
    this.#watched.clear();
    this.#rest();
  }

  #rest(): void {
    if (this.#timer !== undefined) this.#parts.wheel.cancel(this.#timer);
    this.#timer = undefined;
    this.#suspects = new Map();
  }
}

/** With a low number it may have acknowledged something between any two looks. */
function isDead({ looks, times }: Suspect, deadLooks: number): boolean {
  return looks >= deadLooks && times >= LEAST_TIMES;
}

function looksAt({ socket, times }: Retransmitting, before: ReadonlyMap<string, Suspect>): number {
  const suspect = before.get(socket);
  return suspect === undefined || times < suspect.times ? 1 : suspect.looks + 1;
}
