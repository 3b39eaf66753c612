import { describe, it } from "@std/testing/bdd";
import { expect } from "@std/expect";
import { demoCatalogue } from "../../src/catalogue/demo_catalogue.ts";
import { productPicture } from "../../src/web/picture.ts";

const skus = demoCatalogue.products.map(({ sku }) => sku);

describe("a product's picture", () => {
  it("is the same every time", () => {
    for (const sku of [...skus, "85123A", "☃"]) expect(productPicture(sku)).toBe(productPicture(sku));
  });

  it("differs from the picture of every other demo product", () => {
    expect(new Set(skus.map(productPicture)).size).toBe(skus.length);
  });

  it("is one svg whose numbers are numbers and whose elements are closed", () => {
    for (const sku of [...skus, "85123A", "71053", "POST"]) {
      const picture = productPicture(sku);
      expect(picture).not.toMatch(/NaN|undefined|Infinity/);
      expect(openElements(picture)).toEqual([]);
    }
  });

  it("gives each shape within it its own id", () => {
    for (const sku of skus) {
      const ids = [...productPicture(sku).matchAll(/ id="([^"]+)"/g)].map(([, id]) => id);
      expect(new Set(ids).size).toBe(ids.length);
    }
  });

  it("of a product that nobody has drawn is a present, not always the same one", () => {
    const wrapped = Array.from({ length: 200 }, (_, index) => productPicture(`SKU${index}`));
    expect(new Set(wrapped).size).toBeGreaterThan(60);
  });

  it("shows nothing of the SKU itself", () => {
    expect(productPicture(`"><script>alert(1)</script>`)).not.toContain("script");
  });
});

function openElements(svg: string): readonly string[] {
  const open: string[] = [];
  for (const [, slash, name = "", end] of svg.matchAll(/<(\/?)([a-zA-Z]+)[^>]*?(\/?)>/g)) {
    if (slash === "/") expect(open.pop()).toBe(name);
    else if (end !== "/") open.push(name);
  }
  return open;
}
