import { describe, it } from "@std/testing/bdd";
import { expect } from "@std/expect";
import { LaneGate, type Waiting } from "../../../actors/runtime/lane_gate.ts";

class FakeLane implements Waiting {
  wakes = 0;

  constructor(public size: number) {}

  wake(): void {
    this.wakes++;
  }
}

describe("the gate of the lanes", () => {
  it("lets one through when nothing is under way, and another only with enough", () => {
    const gate = new LaneGate(3);
    const [one, small, large] = [new FakeLane(1), new FakeLane(2), new FakeLane(3)];
    expect([one, small, large].map((lane) => gate.begins(lane))).toEqual([true, false, true]);
    small.size = 3;
    expect(gate.begins(small)).toBe(true);
  });

  it("lets those who wait go first, in the order in which they came", () => {
    const gate = new LaneGate(9);
    const [busy, second, third] = [new FakeLane(1), new FakeLane(1), new FakeLane(1)];
    expect([busy, second, third].map((lane) => gate.begins(lane))).toEqual([true, false, false]);
    gate.ended();
    expect([busy.wakes, second.wakes, third.wakes]).toEqual([0, 1, 0]);
    expect(gate.begins(busy)).toBe(false);
    expect(gate.begins(third)).toBe(false);
    expect(gate.begins(second)).toBe(true);
    gate.ended();
    expect(gate.begins(third)).toBe(true);
  });

  it("lets a small one in when a commit ends, however much two large ones have to do", () => {
    const gate = new LaneGate(3);
    const [one, other, small] = [new FakeLane(9), new FakeLane(9), new FakeLane(1)];
    expect([one, other, small].map((lane) => gate.begins(lane))).toEqual([true, true, false]);
    gate.ended();
    expect(gate.begins(one)).toBe(true);
    expect(small.wakes).toBe(1);
    expect(gate.begins(small)).toBe(true);
  });

  it("keeps nobody waiting behind one that has nothing left to do", () => {
    const gate = new LaneGate(9);
    const [busy, idle, next] = [new FakeLane(1), new FakeLane(1), new FakeLane(1)];
    expect([busy, idle, next].map((lane) => gate.begins(lane))).toEqual([true, false, false]);
    gate.ended();
    gate.passes(idle);
    expect(next.wakes).toBe(1);
    expect(gate.begins(next)).toBe(true);
    gate.ended();
    expect(gate.begins(busy)).toBe(true);
  });
});
