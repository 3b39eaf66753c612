import { cart } from "../../actors/cart.ts";
import { customer } from "../../actors/customer.ts";
import { order } from "../../actors/order.ts";
import { payment } from "../../actors/payment.ts";
import { product } from "../../actors/product.ts";
import type { RunningActors } from "../../actors/runtime/running_actors.ts";
import { startActors } from "../../actors/runtime/start.ts";
import { stock } from "../../actors/stock.ts";
import { freshIds } from "../../src/clock/fresh_ids.ts";
import { monotonicClock } from "../../src/clock/monotonic_clock.ts";
import { paymentActivity } from "../../src/gateways/payment_activity.ts";
import { SimulatedGateway } from "../../src/gateways/simulated_gateway.ts";
import { MemoryStore } from "../../src/store/memory_store.ts";
import { type OpenEdge, openEdge } from "./open_edge.ts";

export interface OpenShop extends AsyncDisposable {
  readonly edge: OpenEdge;
  readonly actors: RunningActors;
  readonly store: MemoryStore;
}

/** The edge on real actors and rules, with rows kept in memory. */
export async function openShop(): Promise<OpenShop> {
  const clock = monotonicClock(Date.now());
  const ids = freshIds();
  const store = new MemoryStore({ now: () => clock.now() });
  const gateway = new SimulatedGateway({ clock, random: () => 0.5 });
  const silent = (): void => {};
  const actors = await startActors({
    node: "node",
    store,
    clock,
    ids,
    random: () => 0.5,
    log: { info: silent, warn: silent, error: silent },
    metrics: { committed: silent, fenced: silent, deadLettered: silent, pushed: silent, resumed: silent },
    kinds: [cart, customer, order, payment, product, stock],
    activities: new Map([["gateway", paymentActivity(gateway)]]),
  });
  const edge = await openEdge({ actors, store, clock, ids });
  return { edge, actors, store, [Symbol.asyncDispose]: () => actors.close() };
}
