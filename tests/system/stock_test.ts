import { describe } from "@std/testing/bdd";
import { expect } from "@std/expect";
import { z } from "zod";
import { until } from "../harness/until.ts";
import { type Chance, seeded } from "../machines/seeded.ts";
import { it } from "./bounded.ts";
import type { Answer } from "./client/api.ts";
import { Order, OrderPage, PlacedOrder } from "./client/shapes_of_answers.ts";
import { Shop } from "./client/shop.ts";
import { Shopper } from "./client/shopper.ts";
import { withJournal } from "./load/journal.ts";
import { compareMoney } from "./load/reckoning.ts";

const BUYERS = 500;
const UNITS = 10;
const Checkout = z.looseObject({ checkoutId: z.string() });

/** One order by nervous fingers: repeats of a click, other clicks, a second tab. */
async function buy(shop: Shop, shopper: Shopper, { sku, chance }: { sku: string; chance: Chance }): Promise<string> {
  const { api } = shop;
  const { token } = shopper;
  const one = { sku, quantity: 1 };
  const paymentMethod = chance.pick(["card", "card", "test_slow", "test_decline", "test_timeout_done", "test_twice"]);
  if (chance.happens(50)) {
    const body = { items: chance.happens(30) ? [one, one] : [one], paymentMethod };
    const clicks = chance.int(1, 3);
    const ask = { token, key: "the-order", body };
    return onlyOrder(await Promise.all(Array.from({ length: clicks }, () => api.post("/api/v1/orders", ask))));
  }
  const { cartId } = await shopper.openCart();
  for (let line = chance.int(1, 2); line > 0; line--) await shopper.addItem(cartId, one);
  const { checkoutId } = (await api.post("/api/checkouts", { token, body: { cartId } })).as(Checkout, 201);
  const complete = `/api/checkouts/${checkoutId}/complete`;
  return onlyOrder(
    await Promise.all([
      api.post(complete, { token, key: "first-tab", body: { paymentMethod } }),
      api.post(complete, { token, key: "second-tab", body: { paymentMethod } }),
      api.post("/api/v1/orders", { token, key: "third-tab", body: { cartId, paymentMethod } }),
    ]),
  );
}

/** Whoever is not told of the order is told that the cart has gone. */
function onlyOrder(answers: readonly Answer[]): string {
  const orderIds = new Set(answers.map((answer) => {
    return answer.status === 201 || answer.status === 200
      ? answer.as(PlacedOrder, answer.status).orderId
      : String(answer.problem(409, "cart_is_closed").orderId);
  }));
  expect(orderIds.size).toBe(1);
  return [...orderIds].join();
}

async function ended(shop: Shop, orderId: string, token: string): Promise<Order> {
  let order = await shop.readOrder(orderId, token);
  await until(async () => {
    if (order.status === "PENDING") order = await shop.readOrder(orderId, token);
    return order.status !== "PENDING";
  }, { withinMs: 60_000, what: () => `an end of ${orderId}` });
  return order;
}

function pieces(orders: readonly Order[]): number {
  const paid = orders.filter(({ status }) => status === "PAID");
  return paid.flatMap(({ lines }) => lines).reduce((sum, { quantity }) => sum + quantity, 0);
}

/** Follows holds and sales through the journal; the most that was ever promised. */
function mostPromised(events: readonly Readonly<Record<string, unknown>>[]): number {
  const Change = z.looseObject({ type: z.string(), orderId: z.string().default(""), quantity: z.int().default(0) });
  const promised = new Map<string, number>();
  let most = 0;
  for (const event of events) {
    const { type, orderId, quantity } = Change.parse(event);
    expect(event.available).toBeGreaterThanOrEqual(0);
    if (type === "held") promised.set(orderId, quantity);
    if (type === "released" || type === "expired" || type === "restocked") promised.delete(orderId);
    most = Math.max(most, [...promised.values()].reduce((sum, held) => sum + held, 0));
  }
  return most;
}

describe("ten pieces and five hundred buyers", () => {
  it("are never promised more than once, and every cart becomes one order that is paid once at most", async () => {
    const seed = Number(Deno.env.get("VITRINE_TEST_SEED") ?? Math.floor(Math.random() * 1e9));
    console.info(`VITRINE_TEST_SEED=${seed}`);
    const chance = seeded(seed);
    await using shop = await Shop.open({ patienceMs: 60_000 });
    const sku = await shop.stock({ quantity: UNITS });
    const shoppers: Shopper[] = [];
    for (let buyer = 0; buyer < BUYERS; buyer++) shoppers.push(await Shopper.arrive(shop.api));

    const seen = new Set<number>();
    const watch = setInterval(() => shop.available(sku).then((available = 0) => seen.add(available), () => {}), 50);
    const begunAt = performance.now();
    const orders = await Promise.all(shoppers.map(async (shopper) => {
      return await ended(shop, await buy(shop, shopper, { sku, chance }), shopper.token);
    }));
    const tookMs = Math.round(performance.now() - begunAt);
    clearInterval(watch);
    expect([...seen].filter((available) => available < 0 || available > UNITS)).toEqual([]);
    expect(pieces(orders)).toBeLessThanOrEqual(UNITS);
    for (const { status, reason } of orders) {
      if (status === "FAILED") expect(["out_of_stock", "payment_declined"]).toContain(reason);
      else expect(status).toBe("PAID");
    }
    console.info(`${BUYERS} orders ended in ${tookMs} ms; ${pieces(orders)} of ${UNITS} sold in the rush`);

    const late: Order[] = [];
    for (const shopper of shoppers.slice(0, UNITS + 2)) {
      const { orderId } = await shop.order(shopper, [{ sku, quantity: 1 }], { paymentMethod: "card" });
      late.push(await ended(shop, orderId, shopper.token));
    }
    expect(pieces([...orders, ...late])).toBe(UNITS);
    const [first] = shoppers;
    const listed = (await shop.api.call("/api/v1/orders?limit=100", { token: first?.token })).as(OrderPage);
    expect(listed.items.length).toBeLessThanOrEqual(2);

    await compareMoney(shop, [...orders, ...late]);
    expect(await shop.server.stop()).toBe(0);
    await withJournal(shop.server.dataDir, async (journal) => {
      expect(mostPromised(await journal.eventsOf("stock", sku))).toBe(UNITS);
      expect([await journal.gaps(), await journal.deadLetters()]).toEqual([0, 0]);
    });
  }, { withinMs: 120_000 });
});
