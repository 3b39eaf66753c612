import { describe, it } from "@std/testing/bdd";
import { expect } from "@std/expect";
import { ProductName, Sku, UnitMinor } from "../../machines/product/messages.ts";
import { demoCatalogue } from "../../src/catalogue/demo_catalogue.ts";

const { products } = demoCatalogue;

describe("the demo catalogue", () => {
  it("has some sixty products on at least six shelves, each SKU once", () => {
    expect(products.length).toBeGreaterThanOrEqual(60);
    expect(new Set(products.map(({ sku }) => sku)).size).toBe(products.length);
    expect(new Set(products.map(({ category }) => category)).size).toBeGreaterThanOrEqual(6);
  });

  it("can be listed as it is", () => {
    for (const { sku, name, priceMinor } of products) {
      expect([Sku.parse(sku), ProductName.parse(name), UnitMinor.parse(priceMinor)]).toEqual([sku, name, priceMinor]);
    }
  });

  it("is low on a few things, and out of none", () => {
    expect(products.filter(({ stock }) => stock >= 2 && stock <= 5).length).toBeGreaterThanOrEqual(8);
    expect(products.every(({ stock }) => stock >= 2)).toBe(true);
  });
});
