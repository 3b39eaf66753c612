import { describe, it } from "@std/testing/bdd";
import { expect } from "@std/expect";
import { LaneGate, type Waiting } from "../../../actors/runtime/lane_gate.ts";

class FakeLane implements Waiting {
  wakes = 0;
  end: (() => void) | undefined;

  constructor(public size: number) {}

  wake(): void {
    this.wakes++;
  }

  begins(gate: LaneGate): boolean {
    this.end = gate.begin(this);
    return this.end !== undefined;
  }
}

function lanes<Sizes extends readonly number[]>(...sizes: Sizes): { [Index in keyof Sizes]: FakeLane };
function lanes(...sizes: readonly number[]): readonly FakeLane[] {
  return sizes.map((size) => new FakeLane(size));
}

describe("the gate of the lanes", () => {
  it("lets one through when nothing is under way, and another only with enough", () => {
    const gate = new LaneGate(3);
    const [one, small, large] = lanes(1, 2, 3);
    expect([one, small, large].map((lane) => lane.begins(gate))).toEqual([true, false, true]);
    small.size = 3;
    expect(small.begins(gate)).toBe(true);
  });

  it("lets those who wait go first, in the order in which they came", () => {
    const gate = new LaneGate(9);
    const [busy, second, third] = lanes(1, 1, 1);
    expect([busy, second, third].map((lane) => lane.begins(gate))).toEqual([true, false, false]);
    busy.end?.();
    expect([busy.wakes, second.wakes, third.wakes]).toEqual([0, 1, 0]);
    expect(busy.begins(gate)).toBe(false);
    expect(third.begins(gate)).toBe(false);
    expect(second.begins(gate)).toBe(true);
    second.end?.();
    expect(third.begins(gate)).toBe(true);
  });

  it("lets a small one in when a commit ends, however much two large ones have to do", () => {
    const gate = new LaneGate(3);
    const [one, other, small] = lanes(9, 9, 1);
    expect([one, other, small].map((lane) => lane.begins(gate))).toEqual([true, true, false]);
    one.end?.();
    expect(one.begins(gate)).toBe(true);
    expect(small.wakes).toBe(1);
    expect(small.begins(gate)).toBe(true);
  });

  it("keeps nobody waiting behind one that has nothing left to do", () => {
    const gate = new LaneGate(9);
    const [busy, idle, next] = lanes(1, 1, 1);
    expect([busy, idle, next].map((lane) => lane.begins(gate))).toEqual([true, false, false]);
    busy.end?.();
    gate.passes(idle);
    expect(next.wakes).toBe(1);
    expect(next.begins(gate)).toBe(true);
  });

  it("counts an end once, however often it is told", () => {
    const gate = new LaneGate(9);
    const [busy, second, third] = lanes(1, 1, 1);
    expect([busy, second, third].map((lane) => lane.begins(gate))).toEqual([true, false, false]);
    busy.end?.();
    busy.end?.();
    expect([second, third].map((lane) => lane.begins(gate))).toEqual([true, false]);
  });
});
