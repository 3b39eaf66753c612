import { describe } from "@std/testing/bdd";
import { expect } from "@std/expect";
import { z } from "zod";
import { Cart, FreshSection, PlacedOrder } from "../client/shapes_of_answers.ts";
import { Shopper } from "../client/shopper.ts";
import { it } from "../bounded.ts";
import type { OnTrial } from "./on_trial.ts";

const Checkout = z.looseObject({ checkoutId: z.string() });
const address = { name: "A. Person", line1: "1 High Street", city: "Leeds", postcode: "LS1 1AA", country: "GB" };

/** From a cart to an order. */
export function checkoutContract(shop: OnTrial): void {
  describe("checkout", () => {
    it("goes from cart to order, by address and payment method", async () => {
      const { api } = shop();
      const sku = await shop().stock({ quantity: 100, priceMinor: 2000 });
      const shopper = await Shopper.arrive(api);
      const { token } = shopper;
      const { cartId } = await shopper.openCart();
      await shopper.addItem(cartId, { sku, quantity: 2 });

      const { checkoutId } = (await api.post("/api/checkouts", { token, body: { cartId } })).as(Checkout, 201);
      const at = `/api/checkouts/${checkoutId}`;
      (await api.call(`${at}/address`, { method: "PUT", token, body: address })).as(Cart);
      (await api.call(`${at}/payment-method`, { method: "PUT", token, body: { method: "card" } })).as(Cart);

      const view = JSON.parse((await api.call(`${at}/view`, { token })).text);
      expect(FreshSection.parse(view.cart).data).toMatchObject({ cartId, itemCount: 2 });
      expect(FreshSection.parse(view.addresses).data).toMatchObject([address]);
      expect(FreshSection.parse(view.totals).data).toMatchObject({ totalAmount: { minor: 4000, currency: "GBP" } });
      expect(FreshSection.parse(view.paymentMethods).data).toContainEqual({ method: "card", chosen: true });

      const key = "buy";
      const order = (await api.post(`${at}/complete`, { token, key, body: {} })).as(PlacedOrder, 201);
      expect(order).toMatchObject({ status: "PENDING", cartId, totalAmount: { minor: 4000, currency: "GBP" } });
      const paid = await shop().orderThatIs("PAID", order.orderId);
      expect(paid.payment).toMatchObject({ status: "captured", method: "card" });

      const after = (await api.post("/api/carts", { token, body: {} })).as(Cart, 201);
      expect(after.cartId).not.toBe(cartId);
      const late = await api.post(`/api/carts/${cartId}/items`, { token, body: { sku, quantity: 1 } });
      expect(late.problem(409, "cart_is_closed")).toMatchObject({ orderId: order.orderId });
    });

    it("makes one order of a cart, whichever way and however often it is asked", async () => {
      const { api } = shop();
      const sku = await shop().stock({ quantity: 100 });
      const shopper = await Shopper.arrive(api);
      const { token } = shopper;
      const { cartId } = await shopper.openCart();
      await shopper.addItem(cartId, { sku, quantity: 1 });
      const { checkoutId } = (await api.post("/api/checkouts", { token, body: { cartId } })).as(Checkout, 201);
      const body = { paymentMethod: "card" };
      const complete = `/api/checkouts/${checkoutId}/complete`;
      const answers = await Promise.all(Array.from({ length: 20 }, (_, click) => {
        return click % 4 === 3
          ? api.post("/api/v1/orders", { token, key: `tab-${click}`, body: { cartId, ...body } })
          : api.post(complete, { token, key: `click-${click % 5}`, body });
      }));
      const placed = answers.filter(({ status }) => status < 300).map((answer) =>
        answer.as(PlacedOrder, answer.status)
      );
      expect(answers.filter(({ status, replayed }) => status === 201 && !replayed).length).toBe(1);
      expect(new Set(placed.map(({ orderId }) => orderId)).size).toBe(1);
      const refused = answers.filter(({ status }) => status >= 300);
      for (const answer of refused) answer.problem(409, "cart_is_closed");
      await shop().orderThatIs("PAID", placed[0]?.orderId ?? "");
    });

    it("does not sell an empty cart", async () => {
      const { api } = shop();
      const shopper = await Shopper.arrive(api);
      const { token } = shopper;
      const { cartId } = await shopper.openCart();
      (await api.post("/api/checkouts", { token, body: { cartId } })).problem(409, "cart_is_empty");
      (await api.post("/api/v1/orders", { token, key: "k", body: { cartId } })).problem(409, "cart_is_empty");
    });

    it("shows nobody somebody else's checkout", async () => {
      const { api } = shop();
      const sku = await shop().stock({ quantity: 100 });
      const shopper = await Shopper.arrive(api);
      const { cartId } = await shopper.openCart();
      await shopper.addItem(cartId, { sku, quantity: 1 });
      const begun = await api.post("/api/checkouts", { token: shopper.token, body: { cartId } });
      const { checkoutId } = begun.as(Checkout, 201);
      const { token } = await Shopper.arrive(api);
      const foreign = await api.call(`/api/checkouts/${checkoutId}/view`, { token });
      foreign.problem(404, "not_found");
      expect(foreign.text).toBe((await api.call("/api/checkouts/chk_none/view", { token })).text);
      const completed = await api.post(`/api/checkouts/${checkoutId}/complete`, { token, key: "steal", body: {} });
      expect(completed.problem(404, "not_found")).toEqual(JSON.parse(foreign.text));
    });
  });
}
