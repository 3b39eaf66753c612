import { describe } from "@std/testing/bdd";
import { expect } from "@std/expect";
import { Cart, Product, ProductPage } from "../client/shapes_of_answers.ts";
import { Shopper } from "../client/shopper.ts";
import { it } from "../bounded.ts";
import type { OnTrial } from "./on_trial.ts";

/** Products: anybody looks, admins change. */
export function productContract(shop: OnTrial): void {
  describe("products", () => {
    it("are listed, changed and withdrawn, and every price has its version", async () => {
      const { api, admin: token } = shop();
      const sku = `LAMP-${crypto.randomUUID().slice(0, 8)}`;
      const body = { sku, name: "Harbour lamp", price: { minor: 4200, currency: "GBP" } };
      const listed = (await api.post("/api/v1/products", { token, body })).as(Product, 201);
      expect(listed).toMatchObject({ ...body, imageUrl: `/images/products/${sku}.svg` });
      (await api.post("/api/v1/products", { token, body })).problem(409, "product_exists");

      const at = `/api/v1/products/${sku}`;
      const price = { minor: 3900, currency: "GBP" };
      const changed = (await api.call(at, { method: "PATCH", token, body: { price } })).as(Product);
      expect(changed).toMatchObject({ price, priceVersion: listed.priceVersion + 1 });
      expect((await api.call(at)).as(Product)).toMatchObject({ name: "Harbour lamp", price });

      expect((await api.call(at, { method: "DELETE", token })).status).toBe(200);
      const gone = await api.call(at);
      gone.problem(404, "not_found");
      expect(gone.text).toBe((await api.call("/api/v1/products/NEVER-WAS")).text);
    });

    it("are found by anybody, the one just listed too", async () => {
      const { api, admin: token } = shop();
      const sku = `KITE-${crypto.randomUUID().slice(0, 8)}`;
      const body = { sku, name: `Kite ${sku}`, price: { minor: 1100, currency: "GBP" } };
      await api.post(`/api/v1/stock/${sku}/receive`, { token, body: { quantity: 7 } });
      const { cursor } = (await api.post("/api/v1/products", { token, body })).as(Product, 201);
      const found = (await api.call(`/api/products?q=${sku}&after=${cursor}`)).as(ProductPage);
      expect(found.items).toMatchObject([{ sku, name: body.name, price: body.price, available: 7 }]);
    });

    it("come page by page, each once", async () => {
      const { api } = shop();
      const skus: string[] = [];
      let after = "";
      do {
        const { items, next } = (await api.call(`/api/products?limit=7${after}`)).as(ProductPage);
        skus.push(...items.map(({ sku }) => sku));
        after = next === null ? "" : `&after=${encodeURIComponent(next)}`;
      } while (after !== "" && skus.length < 10_000);
      expect(skus.length).toBeGreaterThanOrEqual(60);
      expect(new Set(skus).size).toBe(skus.length);
      (await api.call("/api/products?after=nonsense")).problem(400, "invalid_request");
      (await api.call("/api/products?limit=0")).problem(400, "invalid_request");
    });

    it("are sold at today's price, and nothing silently changes a total", async () => {
      const { api, admin } = shop();
      const sku = await shop().stock({ quantity: 10, priceMinor: 500 });
      const shopper = await Shopper.arrive(api);
      const { token } = shopper;
      const { cartId } = await shopper.openCart();
      await shopper.addItem(cartId, { sku, quantity: 1 });
      const price = { minor: 900, currency: "GBP" };
      await api.call(`/api/v1/products/${sku}`, { method: "PATCH", token: admin, body: { price } });
      expect((await api.post("/api/carts", { token, body: {} })).as(Cart).totalAmount.minor).toBe(500);
      expect((await shopper.addItem(cartId, { sku, quantity: 1 })).totalAmount.minor).toBe(1400);
      const body = { sku, quantity: 1, price: { minor: 1, currency: "GBP" } };
      (await api.post(`/api/carts/${cartId}/items`, { token, body })).problem(400, "invalid_request");
    });

    it("have pictures, and the shop has a page", async () => {
      const { api } = shop();
      const { items } = (await api.call("/api/products?limit=1")).as(ProductPage);
      const picture = await api.call(items[0]?.imageUrl ?? "");
      expect(picture.status).toBe(200);
      expect(picture.headers.get("content-type")).toContain("image/svg+xml");
      const page = await api.call("/");
      expect(page.status).toBe(200);
      expect(page.headers.get("content-type")).toContain("text/html");
    });
  });
}
