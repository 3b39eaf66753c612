import { expect } from "@std/expect";
import { z } from "zod";
import { until } from "../../harness/until.ts";
import type { Answer } from "../client/api.ts";
import type { ReturningClient } from "../client/returning_client.ts";
import { Cart, Changes, type Order, OrderPage } from "../client/shapes_of_answers.ts";
import type { ShopFloor } from "../client/shop_floor.ts";
import type { BusyCustomer, Wares } from "./busy_customer.ts";
import { UNTOUCHED } from "./providers_books.ts";

export interface Reckoned {
  readonly customers: readonly BusyCustomer[];
  readonly clients: readonly ReturningClient[];
  readonly wares: readonly (Wares & { readonly received: number })[];
}

const SETTLED = new Set(["PAID", "CANCELED", "FAILED", "REFUNDED"]);

/**
 * Compares everybody's books with the shop's: every acknowledged command is there, once; every order has come to an end;
 * money and goods went together; every client knows what there is to know.
 */
export async function reckon(shop: ShopFloor, { customers, clients, wares }: Reckoned): Promise<readonly Order[]> {
  const orders = (await Promise.all(customers.map((customer) => ordersOf(shop, customer)))).flat();
  for (const customer of customers) await compareCart(shop, customer);
  await compareMoney(shop, orders);
  for (const item of wares) await compareStock(shop, { item, customers, orders });
  await Promise.all(clients.map((client) => compareFeed(shop, client)));
  return orders;
}

async function ordersOf(shop: ShopFloor, { bought, shopper: { token } }: BusyCustomer): Promise<readonly Order[]> {
  const listed = await listedOf(shop, token);
  expect(listed.toSorted()).toEqual(bought.map(({ orderId }) => orderId).toSorted());

  return await Promise.all(bought.map(async ({ orderId, totalMinor, lines, wish }) => {
    let order = await shop.readOrder(orderId, token);
    const isDone = (): boolean => SETTLED.has(order.status) || (wish === "none" && order.status === "PENDING");
    await until(async () => {
      if (!isDone()) order = await shop.readOrder(orderId, token);
      return isDone();
    }, { withinMs: 90_000, what: () => `an end of ${orderId}: ${JSON.stringify(order)}` });
    expect(order.totalAmount.minor).toBe(totalMinor);
    expect(new Map(order.lines.map(({ sku, quantity }) => [sku, quantity]))).toEqual(lines);
    const statuses = order.history.map(({ status }) => status);
    expect(statuses).toEqual([...new Set(statuses)]);
    if (wish === "cancel") expect(order.status).toBe("CANCELED");
    if (wish === "pay") expect(["PAID", "FAILED"]).toContain(order.status);
    return order;
  }));
}

/** All that the lists show, the latest too. */
async function listedOf({ api }: ShopFloor, token: string): Promise<readonly string[]> {
  const { cursor } = (await api.call("/api/changes?channel=customer", { token })).as(Changes);
  const listed: string[] = [];
  let after: string | null = cursor;
  while (after !== null) {
    const page: Answer = await api.call(`/api/v1/orders?limit=100&after=${after}`, { token });
    const { items, next }: z.infer<typeof OrderPage> = page.as(OrderPage);
    listed.push(...items.map(({ orderId }) => orderId));
    after = next;
  }
  return listed;
}

async function compareCart({ api }: ShopFloor, customer: BusyCustomer): Promise<void> {
  if (customer.cartId === "") return;
  const answer = await api.post("/api/carts", { token: customer.shopper.token, body: {} });
  const { cartId, totalAmount, lines } = answer.as(Cart);
  expect({ cartId, totalMinor: totalAmount.minor, lines: new Map(lines.map(({ sku, quantity }) => [sku, quantity])) })
    .toEqual({ cartId: customer.cartId, totalMinor: customer.cartMinor, lines: customer.cart });
}

/** Taken once from who got the goods; from others not at all, or given back. From nobody is any kept at the bank. */
export async function compareMoney({ books }: ShopFloor, orders: readonly Order[]): Promise<void> {
  const wrong = async (): Promise<readonly unknown[]> => {
    const balances = await books();
    return orders.flatMap(({ orderId, status, totalAmount }) => {
      const expected = status === "PAID" ? totalAmount.minor : 0;
      const account = balances.get(orderId) ?? UNTOUCHED;
      const isRight = account.balanceMinor === expected && account.captures <= 1 && !account.isBlocked;
      return isRight ? [] : [{ orderId, status, expected, ...account }];
    });
  };
  // Money goes back a while after the order has ended.
  let found = await wrong();
  await until(async () => (found = await wrong()).length === 0, {
    withinMs: 90_000,
    what: () => `money and orders to agree: ${JSON.stringify(found)}`,
  });
}

interface StockCompared {
  readonly item: Wares & { readonly received: number };
  readonly customers: readonly BusyCustomer[];
  readonly orders: readonly Order[];
}

async function compareStock(
  shop: ShopFloor,
  { item: { sku, received }, customers, orders }: StockCompared,
): Promise<void> {
  const statusOf = new Map(orders.map(({ orderId, status }) => [orderId, status]));
  const taken = customers.flatMap(({ bought }) => bought)
    .filter(({ orderId }) => ["PAID", "PENDING"].includes(statusOf.get(orderId) ?? ""))
    .reduce((sum, { lines }) => sum + (lines.get(sku) ?? 0), 0);
  let available: number | undefined;
  await until(async () => (available = await shop.available(sku)) === received - taken, {
    withinMs: 60_000,
    what: () => `${received - taken} of ${sku} to be available; ${available} are`,
  });
}

const About = z.looseObject({ customerId: z.string() });

async function compareFeed({ api }: ShopFloor, { follower, token }: ReturningClient): Promise<void> {
  const changes = (await api.call("/api/changes?channel=customer", { token })).as(Changes);
  await until(() => follower.cursor === changes.cursor, {
    withinMs: 60_000,
    what: () => `${About.parse(changes.state).customerId} to hear ${changes.cursor}; at ${follower.cursor}`,
  });
  expect(follower.state).toEqual(changes.state);
  expect(follower.complaints).toEqual([]);
  expect(follower.outcomes.reset).toBe(0);
}
