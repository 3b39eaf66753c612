import type { Principal } from "../../machines/decision.ts";
import { admin } from "../edge/open_edge.ts";
import { until } from "../harness/until.ts";
import { type OpenServices, openServices } from "./open_services.ts";

/** A shop with nine mugs on the shelf, served by one node. */
export async function openedShop(): Promise<OpenServices> {
  const services = await openServices();
  await services.startNode();
  await stockMugs(services);
  return services;
}

export async function stockMugs(services: OpenServices): Promise<void> {
  const price = { minor: 450, currency: "GBP" };
  const mug = await services.ask("vitrine.cmd.product.MUG.create", {
    as: admin,
    json: { name: "Mug", price, stock: 9 },
  });
  if (!mug.ok) throw new Error(`Cannot open the shop: ${JSON.stringify(mug.body)}`);
}

/** The id of that customer's open cart. */
export async function openCartOf({ shop }: OpenServices, customer: Principal): Promise<string> {
  const { cartId } = await (await shop.edge.call("POST /api/carts", { as: customer })).json();
  return cartId;
}

/** The id of an order of one mug that the customer has paid. */
export async function paidOrderOf({ shop }: OpenServices, customer: Principal): Promise<string> {
  const json = { items: [{ sku: "MUG", quantity: 1 }], paymentMethod: "card" };
  const headers = { "idempotency-key": crypto.randomUUID() };
  const { orderId } = await (await shop.edge.call("POST /api/v1/orders", { as: customer, json, headers })).json();
  await until(async () => {
    const order = await (await shop.edge.call(`GET /api/v1/orders/${orderId}`, { as: customer })).json();
    return order.status === "PAID";
  }, { what: () => `the payment of ${orderId}` });
  return orderId;
}
