import { describe } from "@std/testing/bdd";
import { expect } from "@std/expect";
import { z } from "zod";
import { until } from "../../harness/until.ts";
import type { Api, Ask } from "../client/api.ts";
import { followCustomer } from "../client/customer_feed.ts";
import { openCustomerLine } from "../client/lines.ts";
import { Changes } from "../client/shapes_of_answers.ts";
import { Shopper } from "../client/shopper.ts";
import { it } from "../bounded.ts";
import type { OnTrial } from "./on_trial.ts";

const Receipt = z.looseObject({ cursor: z.string() });

async function receiptOf(api: Api, path: string, ask: Ask): Promise<z.infer<typeof Receipt>> {
  const answer = await api.call(path, { method: "POST", ...ask });
  return answer.as(Receipt, answer.status === 201 ? 201 : 200);
}

/** The receipt of a mutation is the id of the frame that shows its effect. */
export function receiptContract(shop: OnTrial): void {
  describe("receipts", () => {
    it("name the frame that shows the effect", async () => {
      const { api } = shop();
      const sku = await shop().stock({ quantity: 100 });
      const { token, customerId } = await Shopper.arrive(api);
      const follower = followCustomer(customerId);
      const line = await openCustomerLine(api, "sse", { token, listener: follower });
      await until(() => follower.isOpen, { what: () => "the first frame" });
      const arrived = async ({ cursor }: { readonly cursor: string }): Promise<unknown> => {
        const find = () => follower.told.find((frame) => frame.cursor === cursor);
        await until(() => find() !== undefined, { what: () => `${cursor}; at ${follower.cursor}` });
        return find()?.data;
      };

      const cart = await receiptOf(api, "/api/carts", { token, key: "open", body: {} });
      expect(await arrived(cart)).toMatchObject({ eventType: "cart-updated", cartId: cart.cartId, commandId: "open" });
      const items = `/api/carts/${cart.cartId}/items`;
      const added = await receiptOf(api, items, { token, key: "add", body: { sku, quantity: 4 } });
      expect(await arrived(added)).toMatchObject({ eventType: "cart-updated", itemCount: 4, commandId: "add" });
      const changed = await receiptOf(api, `${items}/${sku}`, {
        method: "PATCH",
        token,
        key: "change",
        body: { quantity: 2 },
      });
      expect(await arrived(changed)).toMatchObject({ eventType: "cart-updated", itemCount: 2, commandId: "change" });

      const body = { cartId: cart.cartId };
      const order = await receiptOf(api, "/api/v1/orders", { token, key: "order", body });
      await arrived(order);
      const orders = follower.told.filter(({ data }) => JSON.stringify(data).includes("order-status-changed"));
      expect(orders.map(({ data }) => data)).toMatchObject([{
        newStatus: "PENDING",
        orderId: order.orderId,
        commandId: "order",
      }]);
      const canceled = await receiptOf(api, `/api/v1/orders/${order.orderId}/cancel`, { token, key: "no", body: {} });
      expect(await arrived(canceled)).toMatchObject({ newStatus: "CANCELED", orderId: order.orderId, commandId: "no" });

      const nothing = await receiptOf(api, "/api/carts", { token, key: "open", body: {} });
      expect(nothing.cursor).toBe(cart.cursor);
      await line.close();
      expect(follower.complaints).toEqual([]);
    });

    it("are the present place when nothing changed", async () => {
      const { api } = shop();
      const { token } = await Shopper.arrive(api);
      const opened = await receiptOf(api, "/api/carts", { token, body: {} });
      expect((await receiptOf(api, "/api/carts", { token, body: {} })).cursor).toBe(opened.cursor);
    });

    it("of staff are in the order's own feed", async () => {
      const { api, staff } = shop();
      const sku = await shop().stock({ quantity: 100 });
      const shopper = await Shopper.arrive(api);
      const { orderId } = await shop().order(shopper, [{ sku, quantity: 1 }], { paymentMethod: "card" });
      await shop().orderThatIs("PAID", orderId);
      const { cursor } = await receiptOf(api, `/api/v1/orders/${orderId}/accept`, { token: staff, body: {} });
      const changes = (await api.call(`/api/changes?channel=order:${orderId}`, { token: staff })).as(Changes);
      expect(changes.cursor).toBe(cursor);
      expect(changes.state).toMatchObject({ status: "ACCEPTED" });
    });
  });
}
