import { describe, it } from "@std/testing/bdd";
import { expect } from "@std/expect";
import { statusSentence, timeline } from "../../src/client/order_words.ts";

const at = "2026-11-20T12:00:00.000Z";
const history = (...statuses: readonly string[]): Parameters<typeof timeline>[0] =>
  statuses.map((status) => ({ status, at }));
const states = (...statuses: readonly string[]): readonly string[] =>
  timeline(history(...statuses)).map(({ status, state }) => `${status} ${state}`);

describe("an order's timeline", () => {
  it("shows what is done, where it stands and what is ahead", () => {
    expect(states("PENDING", "PAID")).toEqual([
      "PENDING done",
      "PAID current",
      "ACCEPTED ahead",
      "READY ahead",
      "SHIPPED ahead",
      "DELIVERED ahead",
    ]);
  });

  it("is all done in the end", () => {
    const way = ["PENDING", "PAID", "ACCEPTED", "READY", "SHIPPED", "DELIVERED"];
    expect(states(...way)).toEqual(way.map((status) => `${status} done`));
  });

  it("ends where the order ended early, with nothing ahead", () => {
    expect(states("PENDING", "FAILED")).toEqual(["PENDING done", "FAILED ended"]);
    expect(states("PENDING", "PAID", "CANCELED")).toEqual(["PENDING done", "PAID done", "CANCELED ended"]);
  });

  it("knows no time for what is ahead", () => {
    for (const step of timeline(history("PENDING"))) expect(step.at).toBe(step.state === "ahead" ? undefined : at);
  });

  it("says why an order ended early", () => {
    expect(statusSentence("FAILED", "out_of_stock")).toContain("sold out");
    expect(statusSentence("FAILED", "a reason of tomorrow")).toBe(statusSentence("FAILED"));
  });
});
