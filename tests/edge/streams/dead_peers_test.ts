import { describe, it } from "@std/testing/bdd";
import { expect } from "@std/expect";
import { DeadPeers, type Look, type Retransmitting, type Watched } from "../../../src/edge/streams/dead_peers.ts";
import { DEFAULT_STREAM_LIMITS } from "../../../src/edge/streams/stream_limits.ts";
import { TimerWheel } from "../../../src/edge/streams/timer_wheel.ts";
import { ManualClock } from "../manual_clock.ts";

const { lookMs, deadLooks } = DEFAULT_STREAM_LIMITS;

/** A kernel that says what the test has it say. */
class ScriptedKernel {
  looks = 0;
  answer: () => Look | Promise<Look> = () => ({ kind: "seen", retransmitting: [] });

  shows(...retransmitting: readonly Retransmitting[]): void {
    this.answer = () => ({ kind: "seen", retransmitting });
  }

  async look(): Promise<Look> {
    this.looks++;
    return await this.answer();
  }
}

interface Watching {
  readonly kernel: ScriptedKernel;
  readonly clock: ManualClock;
  readonly deadPeers: DeadPeers;
  readonly warnings: string[];
  /** Peers that were found dead. */
  readonly dead: string[];
  watch(peer: string | undefined): Watched;
  /** The time of one look passes, and its answer is weighed. */
  look(times?: number): Promise<void>;
}

function watching(): Watching {
  const clock = new ManualClock();
  const kernel = new ScriptedKernel();
  const warnings: string[] = [];
  const dead: string[] = [];
  const log = { info() {}, warn: (event: string) => void warnings.push(event), error() {} };
  const wheel = new TimerWheel({ clock, log });
  const deadPeers = new DeadPeers({ wheel, log, limits: DEFAULT_STREAM_LIMITS, retransmissions: kernel });
  return {
    kernel,
    clock,
    deadPeers,
    warnings,
    dead,
    watch(peer) {
      const watched: Watched = {
        peer,
        peerIsDead() {
          dead.push(String(peer));
          deadPeers.forget(watched);
        },
      };
      deadPeers.watch(watched);
      return watched;
    },
    async look(times = 1) {
      for (let look = 0; look < times; look++) {
        for (let passed = 0; passed < lookMs; passed += 250) clock.advance(250);
        await turnOfTheLoop();
      }
    },
  };
}

function turnOfTheLoop(): Promise<void> {
  return new Promise((resolve) => setTimeout(resolve, 0));
}

const ANN = "192.0.2.1:50000";
const BOB = "[2001:db8::1]:50000";

function silent(
  peer: string,
  { times = 3, socket = `socket of ${peer}` }: Partial<Retransmitting> = {},
): Retransmitting {
  return { peer, times, socket };
}

describe("a peer of an event stream", () => {
  it("is dead when it has acknowledged nothing in so many looks in a row, and not before", async () => {
    const { kernel, watch, look, dead } = watching();
    watch(ANN);
    watch(BOB);
    kernel.shows(silent(ANN));
    await look(deadLooks - 1);
    expect(dead).toEqual([]);
    await look();
    expect(dead).toEqual([ANN]);
  });

  it("is found dead within 45 seconds of its last sign of life, whenever that was", () => {
    const { heartbeatMs } = DEFAULT_STREAM_LIMITS;
    const tickMs = 250;
    // What is sent first after it, at the latest; the kernel's first repetitions; the first look; the others.
    const worst = heartbeatMs + tickMs + 3000 + deadLooks * (lookMs + tickMs);
    expect(worst).toBeLessThan(45_000 - 2000);
    expect((deadLooks - 1) * lookMs).toBeGreaterThanOrEqual(20_000);
  });

  it("takes every stream behind it along, over IPv6 as well", async () => {
    const { kernel, watch, look, dead } = watching();
    for (const peer of [BOB, ANN, BOB, undefined]) watch(peer);
    kernel.shows(silent(BOB));
    await look(deadLooks);
    expect(dead).toEqual([BOB, BOB]);
  });

  it("lives when it has acknowledged something in between, seen as silence that is shorter than before", async () => {
    const { kernel, watch, look, dead } = watching();
    watch(ANN);
    for (let turn = 0; turn < 5; turn++) {
      kernel.shows(silent(ANN, { times: 4 }));
      await look(deadLooks - 2);
      kernel.shows(silent(ANN, { times: 1 }));
      await look();
    }
    expect(dead).toEqual([]);
  });

  it("lives when it was once not seen", async () => {
    const { kernel, watch, look, dead } = watching();
    watch(ANN);
    for (let turn = 0; turn < 5; turn++) {
      kernel.shows(silent(ANN));
      await look(deadLooks - 1);
      kernel.shows(silent(BOB));
      await look();
    }
    expect(dead).toEqual([]);
  });

  it("is another one when its port was given to another connection", async () => {
    const { kernel, watch, look, dead } = watching();
    watch(ANN);
    kernel.shows(silent(ANN, { socket: "the first" }));
    await look(deadLooks - 1);
    kernel.shows(silent(ANN, { socket: "the second" }));
    await look(deadLooks - 1);
    expect(dead).toEqual([]);
    await look();
    expect(dead).toEqual([ANN]);
  });

  it("is not dead because this process stood still", async () => {
    const { kernel, clock, watch, look, dead } = watching();
    watch(ANN);
    kernel.shows(silent(ANN));
    for (let stall = 0; stall < deadLooks - 1; stall++) {
      clock.advance(600_000);
      await turnOfTheLoop();
    }
    expect([kernel.looks, dead]).toEqual([deadLooks - 1, []]);
    await look();
    expect(dead).toEqual([ANN]);
  });

  it("that has left is nobody's business", async () => {
    const { kernel, deadPeers, watch, look, dead } = watching();
    const left = watch(ANN);
    watch(BOB);
    kernel.shows(silent(ANN));
    await look(deadLooks - 1);
    deadPeers.forget(left);
    await look(deadLooks);
    expect(dead).toEqual([]);
  });
});

describe("the kernel", () => {
  it("is asked while somebody is watched, and not else", async () => {
    const { kernel, clock, deadPeers, watch, look } = watching();
    await look(3);
    expect([kernel.looks, clock.pending]).toEqual([0, 0]);
    const [one, other] = [watch(ANN), watch(BOB)];
    await look(3);
    expect(kernel.looks).toBe(3);
    deadPeers.forget(one);
    await look();
    expect(kernel.looks).toBe(4);
    deadPeers.forget(other);
    await look(3);
    expect([kernel.looks, clock.pending]).toEqual([4, 0]);
    watch(ANN);
    await look();
    expect(kernel.looks).toBe(5);
  });

  it("is asked one thing at a time, and a look that takes long counts as one", async () => {
    const { kernel, watch, look, dead } = watching();
    watch(ANN);
    const answered = Promise.withResolvers<Look>();
    kernel.answer = () => answered.promise;
    await look(deadLooks * 2);
    expect(kernel.looks).toBe(1);
    kernel.shows(silent(ANN));
    answered.resolve({ kind: "seen", retransmitting: [silent(ANN)] });
    await turnOfTheLoop();
    await look(deadLooks - 2);
    expect([kernel.looks, dead]).toEqual([deadLooks - 1, []]);
    await look();
    expect(dead).toEqual([ANN]);
  });

  it("is asked again after a look that failed, which does not count", async () => {
    const { kernel, watch, look, dead, warnings } = watching();
    watch(ANN);
    kernel.shows(silent(ANN));
    await look(deadLooks - 1);
    kernel.answer = () => Promise.reject(new Error("no descriptor left"));
    await look(2);
    expect([dead, warnings]).toEqual([[], ["dead_peers_look_failed", "dead_peers_look_failed"]]);
    kernel.shows(silent(ANN));
    await look();
    expect(dead).toEqual([ANN]);
  });

  it("is not asked again where it cannot be, which is said once", async () => {
    const { kernel, clock, deadPeers, watch, look, warnings } = watching();
    kernel.answer = () => ({ kind: "blind", why: "there is no such table" });
    const first = watch(ANN);
    await look(3);
    deadPeers.forget(first);
    watch(BOB);
    await look(3);
    expect([kernel.looks, clock.pending, warnings]).toEqual([1, 0, ["dead_peers_not_seen"]]);
  });
});
