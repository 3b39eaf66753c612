import { describe, it } from "@std/testing/bdd";
import { expect } from "@std/expect";
import {
  base32,
  deriveId,
  idOf,
  isWellFormedId,
  keyedText,
  kindOf,
  makeId,
  partitionOf,
  slotOf,
  slotOfKey,
} from "../../../actors/runtime/address.ts";

const SECRET = "5e".repeat(32);
const REST = "abcdefghijklmnopqrstuvwx";

describe("an address", () => {
  it("is a kind and an id, which may have a slash of its own", () => {
    expect([kindOf("cart/a/b"), idOf("cart/a/b")]).toEqual(["cart", "a/b"]);
  });

  it("routes by the slot in its id, without its routing key", () => {
    for (const key of ["ann", "bob", "gst_x", ""]) {
      const id = makeId("crt", { key, rest: REST });
      expect(slotOf(`cart/${id}`)).toBe(slotOfKey(key));
      expect(isWellFormedId(id, "slot")).toBe(true);
    }
  });

  it("routes by its id where that is the key", () => {
    expect(slotOf("stock/85123A")).toBe(slotOfKey("85123A"));
    expect(slotOf("stock/85123A")).toBe(slotOf("product/85123A"));
  });

  it("of a customer's world is in one partition", () => {
    const addresses = [`customer/ann`, `cart/${makeId("crt", { key: "ann", rest: REST })}`] as const;
    const [one, other] = addresses.map((address) => partitionOf(address, 64));
    expect(one).toBe(other);
  });

  it("spreads evenly over slots and partitions", () => {
    const counts = new Map<number, number>();
    for (let n = 0; n < 64_000; n++) {
      const partition = partitionOf(`customer/key ${n}`, 64);
      counts.set(partition, (counts.get(partition) ?? 0) + 1);
    }
    expect(counts.size).toBe(64);
    expect(Math.min(...counts.values())).toBeGreaterThan(800);
    expect(Math.max(...counts.values())).toBeLessThan(1200);
  });
});

describe("an id", () => {
  it("is derived again from the same wish, and from no other", () => {
    const wish = { routingKey: "ann", secret: SECRET, seed: "order\nkey-1" };
    const id = deriveId("ord", wish);
    expect(id).toMatch(/^ord_[a-z2-7]{26}$/);
    expect(deriveId("ord", wish)).toBe(id);
    const others = [
      deriveId("ord", { ...wish, seed: "order\nkey-2" }),
      deriveId("ord", { ...wish, routingKey: "bob" }),
      deriveId("ord", { ...wish, secret: "ab".repeat(32) }),
      deriveId("pay", wish),
    ];
    expect(new Set([id, ...others].map((text) => text.slice(6))).size).toBe(5);
  });

  it("from outside is taken only when it could be one", () => {
    const good = makeId("crt", { key: "ann", rest: REST });
    for (const bad of ["", "crt", `${good}x`, good.slice(1), good.toUpperCase(), `${good}\n`, good.replace("_", "-")]) {
      expect(isWellFormedId(bad, "slot")).toBe(false);
    }
    for (const sku of ["85123A", "POST", "a b", "x".repeat(100)]) expect(isWellFormedId(sku, "hash")).toBe(true);
    for (const bad of ["", " a", "a/b", "a\nb", "a\n", "x".repeat(101), "ä", "../a"]) {
      expect(isWellFormedId(bad, "hash")).toBe(false);
    }
  });

  it("is written in RFC 4648's letters", () => {
    const bytes = new TextEncoder().encode("foobar");
    expect(base32(bytes, 9)).toBe("mzxw6ytbo");
    expect(keyedText(SECRET, "text", 51)).toMatch(/^[a-z2-7]{51}$/);
  });
});
