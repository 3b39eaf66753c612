import { describe } from "@std/testing/bdd";
import { expect } from "@std/expect";
import { tokenFor } from "../client/people.ts";
import { Order, OrderPage, PlacedOrder } from "../client/shapes_of_answers.ts";
import { Shopper } from "../client/shopper.ts";
import { it } from "../bounded.ts";
import type { OnTrial } from "./on_trial.ts";

/** Orders: placing, paying, what staff do, what nobody may. */
export function orderContract(shop: OnTrial): void {
  const act = (orderId: string, action: string, { token, body = {} }: { token: string; body?: object }) =>
    shop().api.post(`/api/v1/orders/${orderId}/${action}`, { token, body });

  describe("orders", () => {
    it("need a key, and are answered as soon as they are committed", async () => {
      const { api } = shop();
      const sku = await shop().stock({ quantity: 100, priceMinor: 999 });
      const { token } = await Shopper.arrive(api);
      const body = { items: [{ sku, quantity: 2 }], paymentMethod: "card" };
      (await api.post("/api/v1/orders", { token, body })).problem(400, "idempotency_key_required");
      (await api.post("/api/v1/orders", { token, key: "k", body: {} })).problem(400, "invalid_request");

      const headers = { "correlation-id": "order-7" };
      const first = await api.post("/api/v1/orders", { token, key: "k", body, headers });
      const order = first.as(PlacedOrder, 201);
      expect(order).toMatchObject({ status: "PENDING", totalAmount: { minor: 1998, currency: "GBP" } });
      expect(order.correlationId).toBe("order-7");
      expect(order.trackingId).toMatch(/^trk_/);
      const again = await api.post("/api/v1/orders", { token, key: "k", body });
      expect(again.replayed).toBe(true);
      expect(again.as(PlacedOrder, 201)).toEqual(order);
      const other = await api.post("/api/v1/orders", { token, key: "k", body: { ...body, paymentMethod: "invoice" } });
      other.problem(422, "idempotency_key_reused");

      const alias = await api.post("/api/orders", { token, key: "l", body: { items: body.items } });
      expect(alias.as(PlacedOrder, 201).orderId).not.toBe(order.orderId);
    });

    it("go from PENDING to DELIVERED, and every step is in the history once", async () => {
      const { api, staff } = shop();
      const sku = await shop().stock({ quantity: 100 });
      const shopper = await Shopper.arrive(api);
      const { orderId } = await shop().order(shopper, [{ sku, quantity: 1 }], { paymentMethod: "card" });
      await shop().orderThatIs("PAID", orderId);

      const illegal = await act(orderId, "ship", { token: staff, body: { carrier: "Post", trackingNumber: "1" } });
      expect(illegal.problem(409, "illegal_transition").allowed).toEqual(["cancel", "accept", "refund"]);
      const carriage = { carrier: "Post", trackingNumber: "PX-1" };
      for (
        const [action, status, body] of [
          ["accept", "ACCEPTED", {}],
          ["ready", "READY", {}],
          ["ship", "SHIPPED", carriage],
          ["deliver", "DELIVERED", {}],
        ] as const
      ) {
        const answers = await Promise.all(
          Array.from(
            { length: 5 },
            () => api.post(`/api/v1/orders/${orderId}/${action}`, { token: staff, key: action, body }),
          ),
        );
        for (const answer of answers) expect(answer.as(Order).status).toBe(status);
        expect(answers.filter(({ replayed }) => !replayed).length).toBe(1);
        (await act(orderId, action, { token: staff, body })).problem(409, "illegal_transition");
      }
      const delivered = await shop().readOrder(orderId, shopper.token);
      expect(delivered.history.map(({ status }) => status))
        .toEqual(["PENDING", "PAID", "ACCEPTED", "READY", "SHIPPED", "DELIVERED"]);
      expect(delivered.shipment).toMatchObject({ ...carriage, status: "DELIVERED" });
      expect((await act(orderId, "refund", { token: staff, body: { reason: "broken" } })).as(Order))
        .toMatchObject({ status: "REFUNDED", reason: "broken" });
      (await act(orderId, "refund", { token: staff })).problem(409, "illegal_transition");
    });

    it("wait for payment when no method was given", async () => {
      const { api } = shop();
      const sku = await shop().stock({ quantity: 100 });
      const shopper = await Shopper.arrive(api);
      const { token } = shopper;
      const { orderId } = await shop().order(shopper, [{ sku, quantity: 1 }]);
      expect((await shop().readOrder(orderId, token)).allowed).toEqual(["pay", "cancel"]);
      (await act(orderId, "pay", { token, body: { paymentMethod: "card" } })).as(Order);
      await shop().orderThatIs("PAID", orderId);
      const late = (await act(orderId, "cancel", { token })).problem(409, "illegal_transition");
      expect(late.allowed).toEqual([]);
      (await act(orderId, "pay", { token })).problem(409, "illegal_transition");
    });

    it("are canceled by their owner while they are pending, by staff until they are shipped", async () => {
      const { api, staff } = shop();
      const sku = await shop().stock({ quantity: 2 });
      const shopper = await Shopper.arrive(api);
      const pending = await shop().order(shopper, [{ sku, quantity: 2 }]);
      const canceled = await act(pending.orderId, "cancel", {
        token: shopper.token,
        body: { reason: "changed my mind" },
      });
      expect(canceled.as(Order)).toMatchObject({ status: "CANCELED", reason: "changed my mind" });

      const paid = await shop().order(shopper, [{ sku, quantity: 2 }], { paymentMethod: "card" });
      await shop().orderThatIs("PAID", paid.orderId);
      expect((await act(paid.orderId, "cancel", { token: staff })).as(Order).status).toBe("CANCELED");
      const again = await shop().order(shopper, [{ sku, quantity: 2 }], { paymentMethod: "card" });
      await shop().orderThatIs("PAID", again.orderId);
    });

    it("fail with a reason: nothing left, no money", async () => {
      const { api } = shop();
      const sku = await shop().stock({ quantity: 1 });
      const shopper = await Shopper.arrive(api);
      const { orderId } = await shop().order(shopper, [{ sku, quantity: 2 }], { paymentMethod: "card" });
      expect((await shop().orderThatIs("FAILED", orderId)).reason).toBe("out_of_stock");
      const declined = await shop().order(shopper, [{ sku, quantity: 1 }], { paymentMethod: "test_decline" });
      expect((await shop().orderThatIs("FAILED", declined.orderId)).reason).toBe("payment_declined");
      const third = await shop().order(shopper, [{ sku, quantity: 1 }], { paymentMethod: "card" });
      await shop().orderThatIs("PAID", third.orderId);
    });

    it("are listed to their owner, also the one just made, and to the staff of their store", async () => {
      const { api, staff } = shop();
      const sku = await shop().stock({ quantity: 100 });
      const shopper = await Shopper.arrive(api);
      const { orderId, cursor } = await shop().order(shopper, [{ sku, quantity: 1 }]);
      const own = await api.call(`/api/v1/orders?after=${cursor}`, { token: shopper.token });
      expect(own.as(OrderPage).items.map((item) => item.orderId)).toEqual([orderId]);
      const seen = await api.call(`/api/v1/orders?after=${cursor}&limit=100`, { token: staff });
      expect(seen.as(OrderPage).items.map((item) => item.orderId)).toContain(orderId);
      const elsewhere = await tokenFor(api, { sub: "other-staff", roles: ["staff"], stores: ["outlet"] });
      const unseen = await api.call(`/api/v1/orders?after=${cursor}`, { token: elsewhere });
      expect(unseen.as(OrderPage).items).toEqual([]);
    });

    it("look missing to strangers and to the staff of other stores", async () => {
      const { api } = shop();
      const sku = await shop().stock({ quantity: 100 });
      const { orderId } = await shop().order(await Shopper.arrive(api), [{ sku, quantity: 1 }]);
      const stranger = await Shopper.arrive(api);
      const elsewhere = await tokenFor(api, { sub: "other-staff", roles: ["staff"], stores: ["outlet"] });
      for (const token of [stranger.token, elsewhere]) {
        const missing = await api.call(`/api/v1/orders/ord_${"a".repeat(26)}`, { token });
        missing.problem(404, "not_found");
        const foreign = [
          await api.call(`/api/v1/orders/${orderId}`, { token }),
          await api.call(`/api/v1/orders/${orderId}/events`, { token }),
          await act(orderId, "cancel", { token }),
        ];
        for (const answer of foreign) {
          expect({ status: answer.status, text: answer.text }).toEqual({ status: 404, text: missing.text });
        }
      }
      (await act(orderId, "accept", { token: elsewhere })).problem(404, "not_found");
      (await act(orderId, "accept", { token: stranger.token })).problem(403, "forbidden");
    });

    it("are acted on only at the version that was asked for", async () => {
      const { api, staff: token } = shop();
      const sku = await shop().stock({ quantity: 100 });
      const { orderId } = await shop().order(await Shopper.arrive(api), [{ sku, quantity: 1 }], {
        paymentMethod: "card",
      });
      const { version } = await shop().orderThatIs("PAID", orderId);
      const accept = `/api/v1/orders/${orderId}/accept`;
      (await api.post(accept, { token, headers: { "if-match": `"${version - 1}"` } })).problem(412, "version_mismatch");
      (await api.post(accept, { token, headers: { "if-match": `"${version}"` } })).as(Order);
    });
  });
}
