import { describe, it } from "@std/testing/bdd";
import { expect } from "@std/expect";
import type { Wish } from "../../src/client/cart_state.ts";
import { type UnsentParts, type UnsentWishes, unsentWishes } from "../../src/client/unsent_wishes.ts";

const addMug: Wish = {
  kind: "add",
  key: "k1",
  sku: "MUG",
  name: "Mug",
  price: { minor: 1450, currency: "GBP" },
  quantity: 1,
};
const setMug: Wish = { kind: "set", key: "k2", lineId: "MUG", quantity: 3 };

/** The pages of one tab, one after the other. */
function pagesOfATab(): (parts?: Partial<UnsentParts>) => UnsentWishes {
  const kept = new Map<string, string>();
  const storage = (): ReturnType<UnsentParts["storage"]> => ({
    getItem: (name) => kept.get(name) ?? null,
    setItem: (name, value) => void kept.set(name, value),
  });
  return (parts) => unsentWishes({ customerId: "ann", storage, now: () => 0, ...parts });
}

describe("wishes without an answer", () => {
  it("are found by the next page, in their order, until they are answered", () => {
    const page = pagesOfATab();
    for (const wish of [addMug, setMug]) page().add(wish);
    expect(page().all()).toEqual([addMug, setMug]);
    page().remove("k1");
    expect(page().all()).toEqual([setMug]);
  });

  it("are nobody else's, and do not come back the next day", () => {
    const page = pagesOfATab();
    page().add(addMug);
    expect(page({ customerId: "bob" }).all()).toEqual([]);
    expect(page({ now: () => 86_400_000 }).all()).toEqual([]);
  });

  it("end with their page where the browser keeps nothing, or something else", () => {
    const denied = pagesOfATab()({
      storage: () => {
        throw new DOMException("denied", "SecurityError");
      },
    });
    denied.add(addMug);
    denied.remove("k1");
    expect(denied.all()).toEqual([]);
    const strange = pagesOfATab()({ storage: () => ({ getItem: () => '[{"wish":1}]', setItem: () => {} }) });
    expect(strange.all()).toEqual([]);
  });
});
