import { EdgeFeeds } from "../../actors/cluster/edge_feeds.ts";
import { OwnerDesk } from "../../actors/cluster/owner_desk.ts";
import { type Answers, readAnswer, type Request, write } from "../../actors/cluster/wire.ts";
import { addressOf, deriveId } from "../../actors/runtime/address.ts";
import type { RuntimeMetrics } from "../../actors/runtime/runtime_metrics.ts";
import type { RuntimeOptions } from "../../actors/runtime/running_actors.ts";
import { startActors } from "../../actors/runtime/start.ts";
import type { CartCommand } from "../../machines/cart/messages.ts";
import type { CustomerCommand } from "../../machines/customer/messages.ts";
import type { Address, Principal } from "../../machines/decision.ts";
import { MemoryStore } from "../store/memory_store.ts";

const CUSTOMERS = 30;
const CHANGES = 30;
const LINE = { sku: "REHEARSAL", name: "Rehearsal", unitMinor: 100 };

const nothing = (): void => {};
const METRICS: RuntimeMetrics = {
  committed: nothing,
  fenced: nothing,
  deadLettered: nothing,
  pushed: nothing,
  resumed: nothing,
};

/**
 * Has customers who do not exist shop in a store that is thrown away, for a tenth of a second: the code of a turn is
 * compiled before this node takes its first partitions, whose customers would wait for it.
 */
export async function rehearse(
  { clock, ids, random, log, kinds }: Pick<RuntimeOptions, "clock" | "ids" | "random" | "log" | "kinds">,
): Promise<void> {
  const store = new MemoryStore({ now: () => clock.now() });
  const options = { store, clock, ids, random, log, kinds, node: "rehearsal", metrics: METRICS, activities: new Map() };
  const shoppers = Array.from({ length: CUSTOMERS }, (_, n) => new Shopper(`gst_rehearsal${n}`, store.identity.secret));
  // Those who come again are found in the store, as after a move.
  for (const visit of ["first", "second"] as const) {
    const runtime = await startActors(options);
    const feeds = new EdgeFeeds({ cluster: { send: nothing }, runtime, clock, log });
    const desk = new OwnerDesk({ runtime, partitionCount: store.identity.partitions, feeds });
    try {
      await Promise.all(shoppers.map((shopper) => shopper.shop(desk, visit)));
    } finally {
      feeds.stop();
      await runtime.close();
    }
  }
}

class Shopper {
  readonly #principal: Principal;
  readonly #cartId: string;
  #asked = 0;

  constructor(sub: string, secret: string) {
    this.#principal = { sub, roles: ["customer"], stores: [] };
    this.#cartId = deriveId("crt", { routingKey: sub, secret, seed: "cart" });
  }

  async shop(desk: OwnerDesk, visit: "first" | "second"): Promise<void> {
    if (visit === "first") {
      await this.#ask(desk, this.#customer, { type: "open_cart", cartId: this.#cartId, currency: "EUR" });
    }
    await this.#ask(desk, this.#cart, { type: "add_line", ...LINE, quantity: 1 });
    const subscription = { address: this.#customer, feed: "owner", principal: this.#principal };
    await askOwner(desk, { what: "attach", edge: "rehearsal", subscriptions: [subscription] });
    for (let quantity = 2; quantity < 2 + CHANGES; quantity++) {
      await this.#ask(desk, this.#cart, { type: "change_quantity", sku: LINE.sku, quantity });
    }
  }

  get #customer(): Address {
    return addressOf("customer", this.#principal.sub);
  }

  get #cart(): Address {
    return addressOf("cart", this.#cartId);
  }

  async #ask(desk: OwnerDesk, to: Address, command: CartCommand | CustomerCommand): Promise<void> {
    const commandId = `rehearsal:${++this.#asked}`;
    const ask = { to, command, commandId, fresh: false, principal: this.#principal, correlationId: "rehearsal" };
    const answer = await askOwner(desk, { what: "ask", ask });
    if (!answer.ok) throw new Error(`Cannot rehearse "${command.type}": ${answer.reason}`);
  }
}

/** As another node does. */
async function askOwner<What extends keyof Answers>(
  desk: OwnerDesk,
  request: Request & { readonly what: What },
): Promise<Answers[What]> {
  return readAnswer<What>(request.what, await desk.answer(write(request)));
}
