import { describe, it } from "@std/testing/bdd";
import { expect } from "@std/expect";
import { Leadership, type Locks } from "../../src/client/leadership.ts";
import { settle } from "./virtual_clock.ts";

function candidate(request: Locks["request"]): { readonly leadership: Leadership; readonly log: string[] } {
  const log: string[] = [];
  const leadership = new Leadership({
    locks: { request },
    name: "lead",
    elected: () => log.push("elected"),
    deposed: () => log.push("deposed"),
  });
  return { leadership, log };
}

/** Never the turn of whoever waits. */
const busy: Locks["request"] = (_name, { signal }) =>
  new Promise((_resolve, reject) => signal?.addEventListener("abort", () => reject(signal.reason)));

describe("the lead among tabs", () => {
  it("is each tab's own where the browser gives no locks", async () => {
    const { leadership, log } = candidate(() => Promise.reject(new DOMException("not here", "SecurityError")));
    leadership.stand();
    await settle();
    expect(leadership.leads).toBe(true);
    expect(log).toEqual(["elected"]);
  });

  it("is not lost by whoever takes it twice", async () => {
    const asked: { readonly hold: () => Promise<void>; readonly refuse: (reason: unknown) => void }[] = [];
    const { leadership, log } = candidate((_name, _wish, hold) =>
      new Promise((_resolve, refuse) => asked.push({ hold, refuse }))
    );
    leadership.seize();
    leadership.seize();
    for (const { hold } of asked) void hold();
    asked[0]?.refuse(new DOMException("stolen", "AbortError"));
    await settle();
    expect(leadership.leads).toBe(true);
    expect(log).toEqual(["elected"]);
    asked[1]?.refuse(new DOMException("stolen", "AbortError"));
    await settle();
    expect(log).toEqual(["elected", "deposed"]);
  });

  it("is not taken by whoever has stopped waiting", async () => {
    const { leadership, log } = candidate(busy);
    leadership.stand();
    leadership.withdraw();
    await settle();
    expect(leadership.leads).toBe(false);
    expect(log).toEqual([]);
  });
});
