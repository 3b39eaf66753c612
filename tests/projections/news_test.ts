import { describe, it } from "@std/testing/bdd";
import { expect } from "@std/expect";
import type { EventRow } from "../../actors/runtime/ports.ts";
import { News } from "../../src/projections/news.ts";

describe("news", () => {
  it("gives what follows, in order, and keeps the rest", () => {
    const news = newsOf(4, 5, 6, 7);
    expect(positions(news.take(1, { after: 4, limit: 2 }))).toEqual([5, 6]);
    expect(positions(news.take(1, { after: 6, limit: 2 }))).toEqual([7]);
    expect(news.take(1, { after: 7, limit: 2 })).toBe(undefined);
  });

  it("knows nothing when something before it is missing", () => {
    expect(newsOf(4, 5).take(1, { after: 2, limit: 10 })).toBe(undefined);
  });

  it("forgets what came before a gap", () => {
    const news = newsOf(4, 5, 9);
    expect(news.take(1, { after: 3, limit: 10 })).toBe(undefined);
    expect(positions(news.take(1, { after: 8, limit: 10 }))).toEqual([9]);
  });

  it("is bounded", () => {
    const news = newsOf(...Array.from({ length: 20_001 }, (_, n) => n + 1));
    expect(news.take(1, { after: 0, limit: 10 })).toBe(undefined);
    expect(positions(news.take(1, { after: 20_000, limit: 10 }))).toEqual([20_001]);
  });
});

function newsOf(...all: readonly number[]): News {
  const news = new News();
  for (const position of all) news.add(event(position));
  return news;
}

function event(position: number): EventRow {
  const said = { address: "cart/a", version: position, type: "said", dataJson: "{}", occurredAt: 0 } as const;
  return { partition: 1, position, commandId: ":c", correlationId: "c", ...said };
}

function positions(events: readonly EventRow[] | undefined): number[] | undefined {
  return events?.map(({ position }) => position);
}
