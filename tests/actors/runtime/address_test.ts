import { describe, it } from "@std/testing/bdd";
import { expect } from "@std/expect";
import { addressOf, deriveId, isWellFormedId, makeId, partitionOf, slotOf } from "../../../actors/runtime/address.ts";

const REST = "a".repeat(24);

describe("an address", () => {
  it("of what a customer owns routes with the customer, whatever the customer is called", () => {
    for (
      const customerId of ["ann", "17850", "gst_" + "b".repeat(24), "abc_" + "z".repeat(26), "ord_" + "q".repeat(26)]
    ) {
      const cartId = makeId("crt", { key: customerId, rest: REST });
      expect(slotOf(addressOf("cart", cartId))).toBe(slotOf(addressOf("customer", customerId)));
    }
  });

  it("is derived again from the same wish, and from no other", () => {
    const wish = { routingKey: "ann", secret: "s", seed: "open\nkey-1" };
    expect(deriveId("crt", wish)).toBe(deriveId("crt", { ...wish }));
    expect(deriveId("crt", { ...wish, seed: "open\nkey-2" })).not.toBe(deriveId("crt", wish));
    expect(deriveId("crt", { ...wish, secret: "t" })).not.toBe(deriveId("crt", wish));
    expect(isWellFormedId(deriveId("crt", wish), "slot")).toBe(true);
  });

  it("spreads over all partitions", () => {
    const used = new Set(Array.from({ length: 2000 }, (_, n) => partitionOf(addressOf("stock", `SKU-${n}`), 64)));
    expect(used.size).toBe(64);
  });

  it("exists nowhere when its id is not of its routing", () => {
    expect(isWellFormedId("crt_1", "slot")).toBe(false);
    expect(isWellFormedId("../etc", "hash")).toBe(false);
    expect(isWellFormedId("", "hash")).toBe(false);
  });
});
