import { describe } from "@std/testing/bdd";
import { expect } from "@std/expect";
import { Cart, FreshSection } from "../client/shapes_of_answers.ts";
import { Shopper } from "../client/shopper.ts";
import { it } from "../bounded.ts";
import type { OnTrial } from "./on_trial.ts";

/** Carts and their views. */
export function cartContract(shop: OnTrial): void {
  describe("carts", () => {
    it("are opened once, filled, changed and emptied", async () => {
      const { api } = shop();
      const sku = await shop().stock({ quantity: 100, priceMinor: 1533 });
      const { token, customerId } = await Shopper.arrive(api);
      const opened = (await api.post("/api/carts", { token, body: {} })).as(Cart, 201);
      expect(opened).toMatchObject({ customerId, status: "open", currency: "GBP", lines: [], itemCount: 0 });
      expect((await api.post("/api/carts", { token, body: {} })).as(Cart, 200).cartId).toBe(opened.cartId);

      const items = `/api/carts/${opened.cartId}/items`;
      const filled = (await api.post(items, { token, body: { sku, quantity: 3 } })).as(Cart);
      expect(filled.lines).toMatchObject([
        { sku, quantity: 3, price: { minor: 1533, currency: "GBP" }, lineTotal: { minor: 4599, currency: "GBP" } },
      ]);
      expect(filled.totalAmount).toEqual({ minor: 4599, currency: "GBP" });
      expect(filled.itemCount).toBe(3);
      expect(filled.version).toBe(opened.version + 1);

      const ask = { method: "PATCH", token, body: { quantity: 2 } } as const;
      expect((await api.call(`${items}/${sku}`, ask)).as(Cart).itemCount).toBe(2);
      const emptied = (await api.call(`${items}/${sku}`, { method: "DELETE", token })).as(Cart);
      expect(emptied).toMatchObject({ lines: [], itemCount: 0, totalAmount: { minor: 0 } });
      (await api.call(`${items}/${sku}`, { method: "DELETE", token })).problem(404, "line_is_missing");
      (await api.post(items, { token, body: { sku: "NO-SUCH-SKU", quantity: 1 } })).problem(404, "product_is_missing");
    });

    it("answer the same key with the same answer, and another body under it not at all", async () => {
      const { api } = shop();
      const sku = await shop().stock({ quantity: 100 });
      const shopper = await Shopper.arrive(api);
      const { token } = shopper;
      const { cartId } = await shopper.openCart();
      const ask = { token, key: "click-1", body: { sku, quantity: 2 } };
      const first = await api.post(`/api/carts/${cartId}/items`, ask);
      const again = await api.post(`/api/carts/${cartId}/items`, ask);
      expect(first.replayed).toBe(false);
      expect(again.replayed).toBe(true);
      expect(again.text).toBe(first.text);
      expect(again.as(Cart).itemCount).toBe(2);

      const other = await api.post(`/api/carts/${cartId}/items`, { ...ask, body: { sku, quantity: 3 } });
      other.problem(422, "idempotency_key_reused");
      expect((await shopper.openCart()).itemCount).toBe(2);
    });

    it("change once for a hundred twins of one click", async () => {
      const { api } = shop();
      const sku = await shop().stock({ quantity: 1000 });
      const shopper = await Shopper.arrive(api);
      const { cartId } = await shopper.openCart();
      const ask = { token: shopper.token, key: "a-nervous-finger", body: { sku, quantity: 1 } };
      const answers = await Promise.all(Array.from({ length: 100 }, () => api.post(`/api/carts/${cartId}/items`, ask)));
      expect(new Set(answers.map(({ text }) => text)).size).toBe(1);
      expect(answers.filter(({ replayed }) => !replayed).length).toBe(1);
      expect((await shopper.openCart()).itemCount).toBe(1);
    });

    it("add up exactly under a hundred parallel clicks", async () => {
      const { api } = shop();
      const skus = await Promise.all([3, 7].map((priceMinor) => shop().stock({ quantity: 1000, priceMinor })));
      const shopper = await Shopper.arrive(api);
      const { cartId } = await shopper.openCart();
      await Promise.all(Array.from({ length: 100 }, (_, click) => {
        return shopper.addItem(cartId, { sku: skus[click % 2] ?? "", quantity: 1 + click % 3 });
      }));
      const { itemCount, totalAmount, version } = await shopper.openCart();
      const expected = Array.from({ length: 100 }, (_, click) => [click % 2 === 0 ? 3 : 7, 1 + click % 3] as const);
      expect(itemCount).toBe(expected.reduce((sum, [, quantity]) => sum + quantity, 0));
      expect(totalAmount.minor).toBe(expected.reduce((sum, [price, quantity]) => sum + price * quantity, 0));
      expect(version).toBe(101);
    });

    it("are changed only at the version that was asked for", async () => {
      const { api } = shop();
      const sku = await shop().stock({ quantity: 100 });
      const shopper = await Shopper.arrive(api);
      const { token } = shopper;
      const { cartId, version } = await shopper.openCart();
      const items = `/api/carts/${cartId}/items`;
      const body = { sku, quantity: 1 };
      const added = await api.post(items, { token, body, headers: { "if-match": `"${version}"` } });
      expect(added.as(Cart).version).toBe(version + 1);
      expect(added.headers.get("etag")).toBe(`"${version + 1}"`);
      const late = await api.post(items, { token, body, headers: { "if-match": `"${version}"` } });
      late.problem(412, "version_mismatch");
      expect((await shopper.openCart()).itemCount).toBe(1);
    });

    it("are shown in sections, to their owner alone", async () => {
      const { api } = shop();
      const sku = await shop().stock({ quantity: 100 });
      const shopper = await Shopper.arrive(api);
      const { token, customerId } = shopper;
      const { cartId } = await shopper.openCart();
      const added = await shopper.addItem(cartId, { sku, quantity: 2 });
      const view = JSON.parse((await api.call(`/api/carts/${customerId}/view`, { token })).text);
      expect(Cart.parse(FreshSection.parse(view.cart).data)).toMatchObject({ cartId, itemCount: 2 });
      expect(view.cursor).toBe(added.cursor);
      const account = JSON.parse((await api.call("/api/account/view", { token })).text);
      for (const name of ["cart", "orders", "profile"]) FreshSection.parse(account[name]);

      const stranger = await Shopper.arrive(api);
      const foreign = await api.call(`/api/carts/${customerId}/view`, { token: stranger.token });
      const missing = await api.call("/api/carts/nobody/view", { token: stranger.token });
      foreign.problem(404, "not_found");
      expect(foreign.text).toBe(missing.text);
    });

    it("do not tell foreign ids from missing ones", async () => {
      const { api } = shop();
      const sku = await shop().stock({ quantity: 100 });
      const { cartId } = await (await Shopper.arrive(api)).openCart();
      const { token } = await Shopper.arrive(api);
      const body = { sku, quantity: 1 };
      const changed = `${cartId.slice(0, -1)}${cartId.endsWith("a") ? "b" : "a"}`;
      const texts = await Promise.all([cartId, changed, "crt_no", "x"].map(async (id) => {
        const answer = await api.post(`/api/carts/${id}/items`, { token, body });
        answer.problem(404, "not_found");
        return answer.text;
      }));
      expect(new Set(texts).size).toBe(1);
    });
  });
}
