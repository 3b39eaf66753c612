import { z } from "zod";
import { addressOf } from "../../actors/runtime/address.ts";
import { cart } from "../../actors/cart.ts";
import { customer } from "../../actors/customer.ts";
import { order } from "../../actors/order.ts";
import { payment } from "../../actors/payment.ts";
import { product } from "../../actors/product.ts";
import { stock } from "../../actors/stock.ts";
import type { RunningActors } from "../../actors/runtime/running_actors.ts";
import { startActors } from "../../actors/runtime/start.ts";
import type { StockCommand } from "../../machines/stock/messages.ts";
import { freshIds } from "../../src/clock/fresh_ids.ts";
import { monotonicClock } from "../../src/clock/monotonic_clock.ts";
import { paymentActivity } from "../../src/gateways/payment_activity.ts";
import { SimulatedGateway } from "../../src/gateways/simulated_gateway.ts";
import { ShopDesk } from "../../src/import/shop_desk.ts";
import { MemoryStore } from "../../src/store/memory_store.ts";
import { until } from "../harness/until.ts";
import { silentLog } from "../store/silent_log.ts";

const StockView = z.object({ available: z.number(), sold: z.number() });

/** A shop in this process that keeps nothing. */
export class MemoryShop implements AsyncDisposable {
  readonly actors: RunningActors;
  readonly desk: ShopDesk;
  readonly secret: string;

  private constructor(actors: RunningActors, { desk, secret }: { readonly desk: ShopDesk; readonly secret: string }) {
    this.actors = actors;
    this.desk = desk;
    this.secret = secret;
  }

  static async open(): Promise<MemoryShop> {
    const clock = monotonicClock(Date.UTC(2026, 0, 2, 12));
    const store = new MemoryStore({ now: () => clock.now() });
    const gateway = new SimulatedGateway({ clock, random: Math.random });
    const actors = await startActors({
      node: "test",
      store,
      clock,
      ids: freshIds(),
      random: Math.random,
      log: silentLog,
      metrics: { committed: nothing, fenced: nothing, deadLettered: nothing, pushed: nothing, resumed: nothing },
      kinds: [cart, customer, order, payment, product, stock],
      activities: new Map([["gateway", paymentActivity(gateway)]]),
    });
    return new MemoryShop(actors, { desk: new ShopDesk({ actors, clock }), secret: store.identity.secret });
  }

  async receive(sku: string, quantity: number): Promise<void> {
    const command: StockCommand = { type: "receive", quantity, reason: "delivery" };
    await this.desk.ask({ to: addressOf("stock", sku), command, key: `${quantity}`, correlationId: "test" });
  }

  /** Orders tell stock items by letter: a moment later. */
  async untilStock(sku: string, wanted: { readonly available?: number; readonly sold?: number }): Promise<void> {
    const { available, sold } = wanted;
    await until(async () => {
      const view = StockView.parse(await this.desk.read(addressOf("stock", sku)));
      return (available ?? view.available) === view.available && (sold ?? view.sold) === view.sold;
    }, { withinMs: 30_000, what: () => `stock of ${sku} to be ${JSON.stringify(wanted)}` });
  }

  [Symbol.asyncDispose](): Promise<void> {
    return this.actors.close();
  }
}

function nothing(): void {}
