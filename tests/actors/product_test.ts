import { describe, it } from "@std/testing/bdd";
import { expect } from "@std/expect";
import { product } from "../../actors/product.ts";
import type { Principal } from "../../machines/decision.ts";
import type { ProductCommand, ProductEvent } from "../../machines/product/messages.ts";
import { admin, after, ann, bob, clerk, service } from "../machines/given.ts";

const EVERYBODY: readonly Principal[] = [ann, bob, clerk, service, admin];

const list: ProductCommand = {
  type: "list",
  sku: "BANK CHARGES",
  name: "Bank charges",
  priceMinor: 1_500,
  currency: "GBP",
  stocked: false,
};

const listed: ProductEvent = {
  type: "listed",
  name: "Bank charges",
  priceMinor: 1_500,
  currency: "GBP",
  description: "",
  category: "fees",
  stocked: false,
  priceVersion: 1,
};

const absent = product.initial("BANK CHARGES");
const onSale = after(absent, { evolve: product.evolve, events: [listed] });
const withdrawn = after(onSale, { evolve: product.evolve, events: [{ type: "withdrawn" }] });

describe("a product", () => {
  it("takes commands from services and admins, also when it is missing", () => {
    for (const command of [list, { type: "withdraw" } as const]) {
      for (const state of [absent, onSale, withdrawn]) {
        expect(EVERYBODY.filter((principal) => product.mayCommand(state, principal, command))).toEqual([
          service,
          admin,
        ]);
      }
    }
  });
  it("is never listed under another's SKU", () => {
    expect(product.mayCommand(product.initial("mug"), admin, list)).toBe(false);
  });
  it("is read by anybody once it was listed", () => {
    expect(EVERYBODY.filter((principal) => product.mayRead(onSale, principal))).toEqual(EVERYBODY);
    expect(EVERYBODY.filter((principal) => product.mayRead(withdrawn, principal))).toEqual(EVERYBODY);
    expect(EVERYBODY.filter((principal) => product.mayRead(absent, principal))).toEqual([]);
    expect(EVERYBODY.filter((principal) => product.mayRead(onSale, principal, "public"))).toEqual([]);
  });
  it("shows its price with its version", () => {
    expect(product.view(onSale, { version: 1, cursor: "1.k3f9" })).toEqual({
      sku: "BANK CHARGES",
      name: "Bank charges",
      price: { minor: 1_500, currency: "GBP" },
      description: "",
      category: "fees",
      imageUrl: "/images/products/BANK%20CHARGES.svg",
      priceVersion: 1,
      status: "listed",
      stocked: false,
      version: 1,
      cursor: "1.k3f9",
    });
  });
  it("is stored as JSON that gives the same product again", () => {
    for (const state of [absent, onSale, withdrawn]) {
      const stored = product.freeze(state);
      expect(JSON.parse(JSON.stringify(stored))).toEqual(stored);
      expect(product.thaw(stored).toJSON()).toEqual(state.toJSON());
    }
    expect(() => product.thaw({ value: "open", context: {} })).toThrow();
  });
});
