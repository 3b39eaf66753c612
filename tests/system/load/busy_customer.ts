import { z } from "zod";
import type { Chance } from "../../machines/seeded.ts";
import type { Answer, Ask } from "../client/api.ts";
import { insist } from "../client/insist.ts";
import { Cart, Order, PlacedOrder } from "../client/shapes_of_answers.ts";
import type { Shopper } from "../client/shopper.ts";

export interface Wares {
  readonly sku: string;
  readonly priceMinor: number;
}

export interface BusyOptions {
  readonly wares: readonly Wares[];
  readonly paymentMethods: readonly string[];
  readonly chance: Chance;
  /** Thinks for up to so many milliseconds before each command. */
  readonly thinksMs?: number;
  /** False: fills a cart and never buys. */
  readonly buys?: boolean;
  /** How long a command may stay unknown before that is a failure. */
  readonly insistsMs?: number;
}

/** Pieces that the shop said are in the cart. */
export interface Acknowledged {
  readonly customerId: string;
  readonly key: string;
  readonly cartId: string;
  readonly sku: string;
  readonly quantity: number;
  /** The place in the customer's feed where it shows. */
  readonly cursor: string;
  /** When the answer came, on this process's monotonic clock. */
  readonly at: number;
}

/** An order as its customer believes it to be. */
export interface Bought {
  readonly orderId: string;
  readonly totalMinor: number;
  readonly lines: ReadonlyMap<string, number>;
  wish: "pay" | "cancel" | "none";
}

const Refused = z.looseObject({ code: z.string() });

/**
 * A customer who does one thing after another, each until it is acknowledged, and keeps books of it: what the books say
 * is what the shop must know in the end, no more and no less.
 */
export class BusyCustomer {
  readonly shopper: Shopper;
  readonly bought: Bought[] = [];
  readonly acknowledged: Acknowledged[] = [];
  /** Pieces in the open cart, by SKU. */
  cart = new Map<string, number>();
  cartId = "";
  commands = 0;
  unknown = 0;
  replayed = 0;
  readonly #options: BusyOptions;
  #keys = 0;

  constructor(shopper: Shopper, options: BusyOptions) {
    this.shopper = shopper;
    this.#options = options;
  }

  async work(isOver: () => boolean): Promise<void> {
    const { thinksMs = 0, chance } = this.#options;
    while (!isOver()) {
      if (thinksMs > 0) await new Promise((resolve) => setTimeout(resolve, chance.int(0, thinksMs)));
      await this.#doSomething();
    }
  }

  get cartMinor(): number {
    const priceOf = new Map(this.#options.wares.map(({ sku, priceMinor }) => [sku, priceMinor]));
    return [...this.cart].reduce((sum, [sku, pieces]) => sum + pieces * (priceOf.get(sku) ?? NaN), 0);
  }

  async #doSomething(): Promise<void> {
    const { chance, buys = true } = this.#options;
    if (this.cartId === "") return await this.#openCart();
    const roll = chance.int(1, buys ? 100 : 70);
    if (roll <= 60) return await this.#add();
    if (roll <= 70) return await this.#remove();
    if (roll <= 85) return await this.#buyCart();
    return await this.#buyItems();
  }

  async #openCart(): Promise<void> {
    const answer = await this.#insist("/api/carts", {});
    this.cartId = Cart.parse(JSON.parse(answer.text)).cartId;
    this.cart = new Map();
  }

  async #add(): Promise<void> {
    const { sku } = this.#options.chance.pick(this.#options.wares);
    const quantity = this.#options.chance.int(1, 3);
    const answer = await this.#insist(`/api/carts/${this.cartId}/items`, { sku, quantity });
    this.cart.set(sku, (this.cart.get(sku) ?? 0) + quantity);
    const cart = answer.as(Cart);
    this.#compare(cart);
    const { cartId, cursor } = cart;
    const { customerId } = this.shopper;
    this.acknowledged.push({ customerId, key: this.#lastKey, cartId, sku, quantity, cursor, at: performance.now() });
  }

  async #remove(): Promise<void> {
    const [sku] = this.cart.keys();
    if (sku === undefined) return;
    const answer = await this.#insist(`/api/carts/${this.cartId}/items/${sku}`, undefined, { method: "DELETE" });
    this.cart.delete(sku);
    this.#compare(answer.as(Cart));
  }

  /** An acknowledgement shows the cart as its own command left it. */
  #compare({ totalAmount, itemCount }: Cart): void {
    const pieces = [...this.cart.values()].reduce((sum, quantity) => sum + quantity, 0);
    if (totalAmount.minor !== this.cartMinor || itemCount !== pieces) {
      throw new Error(
        `A cart of ${pieces} pieces at ${this.cartMinor} is acknowledged as ${itemCount} at ${totalAmount.minor}`,
      );
    }
  }

  async #buyCart(): Promise<void> {
    if (this.cart.size === 0) return;
    const lines = this.cart;
    await this.#buy({ cartId: this.cartId }, { lines, totalMinor: this.cartMinor });
    this.cartId = "";
  }

  async #buyItems(): Promise<void> {
    const { wares, chance } = this.#options;
    const { sku, priceMinor } = chance.pick(wares);
    const quantity = chance.int(1, 4);
    const bought = { lines: new Map([[sku, quantity]]), totalMinor: quantity * priceMinor };
    await this.#buy({ items: [{ sku, quantity }] }, bought);
  }

  async #buy(what: object, expected: Pick<Bought, "lines" | "totalMinor">): Promise<void> {
    const { chance, paymentMethods } = this.#options;
    const paysAtOnce = chance.happens(60);
    const paymentMethod = chance.pick(paymentMethods);
    const answer = await this.#insist("/api/v1/orders", { ...what, ...(paysAtOnce && { paymentMethod }) });
    const { orderId, totalAmount } = answer.as(PlacedOrder, 201);
    if (totalAmount.minor !== expected.totalMinor) {
      throw new Error(`${orderId} costs ${totalAmount.minor} instead of ${expected.totalMinor}`);
    }
    const bought: Bought = { orderId, ...expected, wish: paysAtOnce ? "pay" : "none" };
    this.bought.push(bought);
    if (!paysAtOnce) await this.#decide(bought, paymentMethod);
  }

  async #decide(bought: Bought, paymentMethod: string): Promise<void> {
    const wish = this.#options.chance.happens(60) ? "pay" : "cancel";
    const body = wish === "pay" ? { paymentMethod } : { reason: "changed my mind" };
    const answer = await this.#insist(`/api/v1/orders/${bought.orderId}/${wish}`, body);
    if (answer.status === 200) {
      Order.parse(JSON.parse(answer.text));
      bought.wish = wish;
    } else if (answer.status !== 409 || Refused.parse(JSON.parse(answer.text)).code !== "illegal_transition") {
      throw new Error(`${wish} of ${bought.orderId} is answered ${answer.status} ${answer.text}`);
    }
  }

  get #lastKey(): string {
    return `busy-${this.#keys}`;
  }

  async #insist(path: string, body: object | undefined, ask: Pick<Ask, "method"> = {}): Promise<Answer> {
    const { api, token } = this.shopper;
    this.#keys++;
    const onUnknown = () => this.unknown++;
    const withinMs = this.#options.insistsMs;
    const answer = await insist(api, path, { token, key: this.#lastKey, body, ...ask, withinMs, onUnknown });
    this.commands++;
    if (answer.replayed) this.replayed++;
    return answer;
  }
}
