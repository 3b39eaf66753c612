import { describe, it } from "@std/testing/bdd";
import { expect } from "@std/expect";
import { comeBackSpread } from "../../../src/edge/streams/come_back.ts";
import { ConnectionRegistry } from "../../../src/edge/streams/connection_registry.ts";
import type { Claim, Seat } from "../../../src/edge/streams/seat.ts";
import { DEFAULT_STREAM_LIMITS, type StreamLimits } from "../../../src/edge/streams/stream_limits.ts";
import { TimerWheel } from "../../../src/edge/streams/timer_wheel.ts";
import { ManualClock } from "../manual_clock.ts";

const log = { info() {}, warn() {}, error() {} };

function openRegistry(limits: Partial<StreamLimits> = {}): {
  readonly registry: ConnectionRegistry;
  readonly clock: ManualClock;
  admit(claim?: Partial<Claim>): Seat;
  refusal(claim?: Partial<Claim>): unknown;
} {
  const clock = new ManualClock();
  const wheel = new TimerWheel({ clock, log });
  const registry = new ConnectionRegistry({ limits: { ...DEFAULT_STREAM_LIMITS, ...limits }, wheel, clock });
  const ask = (claim: Partial<Claim>): ReturnType<ConnectionRegistry["admit"]> =>
    registry.admit({ transport: "sse", ...claim });
  return {
    registry,
    clock,
    admit(claim = {}) {
      const seat = ask(claim);
      if (typeof seat === "string") throw new Error(`Cannot admit: ${seat}`);
      return seat;
    },
    refusal: (claim = {}) => ask(claim),
  };
}

describe("admission", () => {
  it("counts connections for each customer", () => {
    const { admit, refusal } = openRegistry({ perCustomer: 2 });
    const first = admit({ customer: "ann" });
    admit({ customer: "ann", transport: "websocket" });
    expect(refusal({ customer: "ann" })).toBe("too_many_connections");
    admit({ customer: "bob" });
    first.leave();
    admit({ customer: "ann" });
  });

  it("counts connections for each network address, but not for this machine", () => {
    const { admit, refusal } = openRegistry({ perAddress: 1 });
    admit({ address: "192.0.2.1" });
    expect(refusal({ address: "192.0.2.1" })).toBe("too_many_connections");
    admit({ address: "192.0.2.2" });
    admit();
    admit();
  });

  it("stops at the limit, counting sockets that are closed but not gone", () => {
    const { admit, refusal, registry } = openRegistry({ connections: 2 });
    const leaving = admit();
    admit();
    leaving.leave();
    expect(registry.open.sse).toBe(1);
    expect(refusal()).toBe("at_capacity");
    leaving.ended();
    admit();
  });

  it("takes a closed socket for gone after twenty minutes, seen or unseen", () => {
    const { admit, registry, clock } = openRegistry();
    const seat = admit();
    seat.leave();
    clock.advance(1_190_000);
    expect(registry.descriptors).toBe(1);
    clock.advance(11_000);
    expect(registry.descriptors).toBe(0);
    seat.ended();
    expect(registry.descriptors).toBe(0);
  });

  it("counts a seat out once, however often it is left", () => {
    const { admit, registry } = openRegistry();
    const seat = admit({ customer: "ann" });
    admit({ customer: "ann" });
    for (let time = 0; time < 3; time++) {
      seat.leave();
      seat.ended();
    }
    expect(registry.open).toEqual({ sse: 1, websocket: 0 });
    expect(registry.descriptors).toBe(1);
  });
});

describe("dismissing a customer", () => {
  it("closes all that they have open, and nobody else's", () => {
    const { admit, registry } = openRegistry();
    const dismissed: string[] = [];
    for (const [name, customer] of [["a1", "ann"], ["b1", "bob"], ["a2", "ann"]] as const) {
      const seat = admit({ customer });
      seat.connection = { dismiss: (code) => void dismissed.push(`${name} ${code}`) };
    }
    registry.dismissCustomer("ann", "revoked");
    expect(dismissed).toEqual(["a1 revoked", "a2 revoked"]);
  });
});

describe("a drain", () => {
  it("lets nobody in any more", async () => {
    const { registry, refusal } = openRegistry();
    expect(registry.accepting).toBe(true);
    await registry.drain();
    expect(registry.accepting).toBe(false);
    expect(refusal()).toBe("draining");
  });

  it("waits for the sockets to be gone", async () => {
    const { registry, admit, clock } = openRegistry();
    const seats = [admit(), admit()];
    let drained = false;
    const draining = registry.drain().then(() => {
      drained = true;
    });
    for (const seat of seats) {
      await Promise.resolve();
      expect(drained).toBe(false);
      seat.ended();
    }
    await draining;
    expect(clock.pending).toBeLessThanOrEqual(1);
  });

  it("does not wait for ever", async () => {
    const { registry, admit, clock } = openRegistry({ drainWithinMs: 5000 });
    admit();
    const draining = registry.drain();
    clock.advance(5000);
    await draining;
  });

  for (const count of [10, 57, 5000]) {
    it(`spreads ${count} clients so that no second sees more than a tenth of them`, () => {
      const spreadMs = DEFAULT_STREAM_LIMITS.drainSpreadMs;
      const times = Array.from({ length: count }, (_, index) => comeBackSpread(index, { count, spreadMs }));
      const busiest = Math.max(...times.map((from) => times.filter((at) => at >= from && at < from + 1000).length));
      expect(busiest).toBeLessThanOrEqual(count / 10);
      expect(Math.min(...times)).toBeGreaterThanOrEqual(1000);
    });
  }
});
