import { describe, it } from "@std/testing/bdd";
import { expect } from "@std/expect";
import { reloadOnce, type ReloadParts } from "../../src/client/reload_once.ts";

/** How often pages of one tab are begun anew when they are made for these customers, one after the other. */
function reloads(customers: readonly string[], parts: Partial<ReloadParts> = {}): number {
  const kept = new Map<string, string>();
  let count = 0;
  const storage = (): ReturnType<ReloadParts["storage"]> => ({
    getItem: (name) => kept.get(name) ?? null,
    setItem: (name, value) => void kept.set(name, value),
  });
  for (const customerId of customers) reloadOnce(customerId, { storage, reload: () => void (count += 1), ...parts });
  return count;
}

describe("a page that was made for somebody else", () => {
  it("is begun anew", () => {
    expect(reloads(["ann"])).toBe(1);
    expect(reloads(["ann", "bob"])).toBe(2);
  });

  it("is not begun anew for ever, when that does not help or cannot be noted", () => {
    expect(reloads(["ann", "ann", "ann"])).toBe(1);
    const denied = (): never => {
      throw new DOMException("denied", "SecurityError");
    };
    expect(reloads(["ann"], { storage: denied })).toBe(0);
  });
});
