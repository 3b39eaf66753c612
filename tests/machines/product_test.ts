import { describe, it } from "@std/testing/bdd";
import { expect } from "@std/expect";
import { decide } from "../../machines/product/decide.ts";
import { evolve, initial, type Product } from "../../machines/product/machine.ts";
import type { ProductCommand, ProductEvent } from "../../machines/product/messages.ts";
import { walk } from "./arrows.ts";
import { after, sentencesAbout } from "./given.ts";
import { type Chance, forSeeds } from "./seeded.ts";

const given = sentencesAbout({ decide, evolve });

const list = {
  type: "list",
  sku: "mug",
  name: "Red mug",
  priceMinor: 255,
  currency: "GBP",
  description: "Holds tea",
  category: "kitchen",
  stocked: true,
} satisfies ProductCommand;

const listed = {
  type: "listed",
  name: "Red mug",
  priceMinor: 255,
  currency: "GBP",
  description: "Holds tea",
  category: "kitchen",
  stocked: true,
  priceVersion: 1,
} satisfies ProductEvent;

const dearer = { type: "price_changed", oldMinor: 255, newMinor: 300, priceVersion: 2 } satisfies ProductEvent;
const withdrawn: ProductEvent = { type: "withdrawn" };

describe("a product is listed", () => {
  it("with its first price", () => {
    given(mugAfter()).when(list).then(listed);
    given(mugAfter()).when({ ...list, description: undefined, category: undefined })
      .then({ ...listed, description: "", category: "" });
  });
  it("once", () => {
    given(mugAfter(listed)).when(list).thenRefuses("product_exists");
  });
  it("again after it was withdrawn, and another price is another version", () => {
    given(mugAfter(listed, withdrawn)).when(list).then(listed);
    given(mugAfter(listed, dearer, withdrawn)).when(list).then({ ...listed, priceVersion: 3 });
    given(mugAfter(listed, withdrawn)).when({ ...list, currency: "EUR" })
      .then({ ...listed, currency: "EUR", priceVersion: 2 });
  });
});

describe("a product changes", () => {
  it("only where it becomes different", () => {
    given(mugAfter(listed)).when({ type: "change", name: "Mug", description: "Holds tea", category: "gifts" })
      .then({ type: "changed", name: "Mug", category: "gifts" });
    given(mugAfter(listed)).when({ type: "change", name: "Red mug", priceMinor: 255 }).thenNothing();
    given(mugAfter(listed)).when({ type: "change" }).thenNothing();
  });
  it("its price with a new version", () => {
    given(mugAfter(listed)).when({ type: "change", priceMinor: 300 }).then(dearer);
    given(mugAfter(listed, dearer)).when({ type: "change", priceMinor: 255 })
      .then({ type: "price_changed", oldMinor: 300, newMinor: 255, priceVersion: 3 });
  });
  it("text and price in one go", () => {
    given(mugAfter(listed)).when({ type: "change", name: "Mug", priceMinor: 300 })
      .then({ type: "changed", name: "Mug" }, dearer);
  });
  it("only while it is listed", () => {
    given(mugAfter()).when({ type: "change", name: "Mug" }).thenRefuses("product_is_missing");
    given(mugAfter(listed, withdrawn)).when({ type: "change", name: "Mug" }).thenRefuses("product_is_missing");
  });
});

describe("a product is withdrawn", () => {
  it("once, a repeat has no effect", () => {
    given(mugAfter(listed)).when({ type: "withdraw" }).then(withdrawn);
    given(mugAfter(listed, withdrawn)).when({ type: "withdraw" }).thenNothing();
    given(mugAfter()).when({ type: "withdraw" }).thenRefuses("product_is_missing");
  });
});

describe("a product's facts", () => {
  walk(
    {
      absent: { listed: "listed", changed: null, price_changed: null, withdrawn: null },
      listed: { listed: null, changed: "listed", price_changed: "listed", withdrawn: "withdrawn" },
      withdrawn: { listed: "listed", changed: null, price_changed: null, withdrawn: null },
    },
    {
      evolve,
      states: { absent: mugAfter(), listed: mugAfter(listed), withdrawn: mugAfter(listed, withdrawn) },
      facts: {
        listed,
        changed: { type: "changed", name: "Mug" },
        price_changed: dearer,
        withdrawn: { type: "withdrawn" },
      },
    },
  );

  it("add up to all that is known of the product", () => {
    const changed: ProductEvent = { type: "changed", name: "Mug", description: "Holds more tea", category: "gifts" };
    expect(mugAfter(listed, changed, dearer).context).toEqual({
      sku: "mug",
      name: "Mug",
      priceMinor: 300,
      currency: "GBP",
      description: "Holds more tea",
      category: "gifts",
      stocked: true,
      priceVersion: 2,
    });
  });
  it("always have an arrow, and price versions only rise", () => {
    forSeeds(300, (chance) => {
      let product = mugAfter();
      for (let wish = 0; wish < 30; wish++) {
        const decision = decide(product, randomCommand(chance));
        for (const event of decision.accepted ? decision.events : []) {
          expect(product.can(event)).toBe(true);
          const next = evolve(product, event);
          const isNewPrice = next.context.priceMinor !== product.context.priceMinor;
          const rise = next.context.priceVersion - product.context.priceVersion;
          expect(rise).toBe(isNewPrice || product.matches("absent") ? 1 : 0);
          product = next;
        }
      }
    });
  });
});

function mugAfter(...events: readonly ProductEvent[]): Product {
  return after(initial("mug"), { evolve, events });
}

function randomCommand(chance: Chance): ProductCommand {
  const priceMinor = chance.pick([1, 255, 300]);
  return chance.pick<ProductCommand>([
    { ...list, priceMinor },
    { type: "change", priceMinor },
    { type: "change", name: chance.pick(["Mug", "Red mug"]), priceMinor },
    { type: "withdraw" },
  ]);
}
