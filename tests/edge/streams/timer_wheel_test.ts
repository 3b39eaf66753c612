import { describe, it } from "@std/testing/bdd";
import { expect } from "@std/expect";
import { TimerWheel } from "../../../src/edge/streams/timer_wheel.ts";
import { ManualClock } from "../manual_clock.ts";

interface Turning {
  readonly clock: ManualClock;
  readonly wheel: TimerWheel;
  readonly calls: string[];
  readonly errors: string[];
  schedule(name: string, delayMs: number, again?: number): ReturnType<TimerWheel["schedule"]>;
  pass(seconds: number): void;
}

function turning(): Turning {
  const clock = new ManualClock();
  const begin = clock.now();
  const calls: string[] = [];
  const errors: string[] = [];
  const log = { info() {}, warn() {}, error: (event: string) => void errors.push(event) };
  const wheel = new TimerWheel({ clock, log });
  return {
    clock,
    wheel,
    calls,
    errors,
    schedule: (name, delayMs, again) =>
      wheel.schedule({
        onTime(now) {
          calls.push(`${name} at ${now - begin}`);
          return again;
        },
      }, delayMs),
    pass(seconds) {
      for (let passed = 0; passed < seconds * 1000; passed += 50) clock.advance(50);
    },
  };
}

describe("a timer wheel", () => {
  it("calls whoever is due, within a tick after their time and never before", () => {
    const { schedule, pass, calls } = turning();
    schedule("soon", 1000);
    schedule("later", 1100);
    pass(2);
    expect(calls).toEqual(["soon at 1000", "later at 1250"]);
  });

  it("calls again after as long as it is told, and not after that", () => {
    const { schedule, pass, calls, wheel } = turning();
    schedule("often", 500, 1000);
    schedule("once", 500);
    pass(3);
    expect(calls).toEqual(["often at 500", "once at 500", "often at 1500", "often at 2500"]);
    expect(wheel.size).toBe(1);
  });

  it("waits longer than the wheel goes round", () => {
    const { schedule, pass, calls } = turning();
    schedule("in an hour", 3_600_000);
    pass(3599);
    expect(calls).toEqual([]);
    pass(1);
    expect(calls).toEqual(["in an hour at 3600000"]);
  });

  it("calls nobody who has been cancelled", () => {
    const { schedule, pass, calls, wheel } = turning();
    wheel.cancel(schedule("cancelled", 500));
    pass(2);
    expect(calls).toEqual([]);
    expect(wheel.size).toBe(0);
  });

  it("calls everybody once who became due in a stall", () => {
    const { schedule, clock, calls } = turning();
    schedule("early", 1000, 1000);
    schedule("late", 90_000, 1000);
    clock.advance(3_600_000);
    expect(calls.sort()).toEqual(["early at 3600000", "late at 3600000"]);
  });

  it("goes on when one of them throws", () => {
    const { schedule, wheel, pass, calls, errors } = turning();
    wheel.schedule({
      onTime() {
        throw new Error("broken");
      },
    }, 500);
    schedule("sound", 500);
    pass(1);
    expect(calls).toEqual(["sound at 500"]);
    expect(errors).toEqual(["timer_failed"]);
    expect(wheel.size).toBe(0);
  });

  it("keeps one timer of the clock while somebody waits, and none when nobody does", () => {
    const { schedule, clock, wheel, pass } = turning();
    const timers = Array.from({ length: 100 }, (_, index) => schedule("many", 1000 + index, 1000));
    expect(clock.pending).toBe(1);
    pass(3);
    expect(clock.pending).toBe(1);
    for (const timer of timers) wheel.cancel(timer);
    pass(1);
    expect(clock.pending).toBe(0);
  });

  it("begins again after having stood still", () => {
    const { schedule, clock, calls, pass } = turning();
    schedule("first", 500);
    pass(1);
    clock.advance(600_000);
    schedule("second", 500);
    pass(1);
    expect(calls).toEqual(["first at 500", "second at 601500"]);
  });
});
