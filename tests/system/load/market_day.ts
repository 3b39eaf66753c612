import type { Chance } from "../../machines/seeded.ts";
import { insist } from "../client/insist.ts";
import type { Transport } from "../client/lines.ts";
import type { Order } from "../client/shapes_of_answers.ts";
import { ReturningClient } from "../client/returning_client.ts";
import type { ShopFloor } from "../client/shop_floor.ts";
import { Shopper } from "../client/shopper.ts";
import { Transcript } from "../client/transcript.ts";
import { BusyCustomer, type Wares } from "./busy_customer.ts";
import { reckon } from "./reckoning.ts";

export interface MarketOptions {
  readonly customers: number;
  readonly wares: number;
  readonly transports: readonly Transport[];
  readonly paymentMethods: readonly string[];
  readonly chance: Chance;
  /** How long a connection stays at most, before its client changes to the next. */
  readonly restlessMs?: number;
  readonly thinksMs?: number;
  /** False: customers fill their carts and never buy. */
  readonly buys?: boolean;
  /** How long a command may stay unknown before that is a failure. */
  readonly insistsMs?: number;
  /** How long clients wait for a connection to begin, or to end; for ever when absent. */
  readonly patienceMs?: number;
  /** What each client heard is kept from the first word to the last. */
  readonly keepsTranscripts?: boolean;
}

interface Received extends Wares {
  received: number;
}

/** A shop full of busy customers, their connections, and somebody who fills the shelves. */
export class MarketDay {
  readonly customers: BusyCustomer[] = [];
  readonly clients: ReturningClient[] = [];
  readonly wares: Received[] = [];
  readonly transcripts: Transcript[] = [];
  readonly #shop: ShopFloor;
  readonly #options: MarketOptions;
  #isOver = false;
  #working: Promise<unknown> = Promise.resolve();

  private constructor(shop: ShopFloor, options: MarketOptions) {
    this.#shop = shop;
    this.#options = options;
  }

  static async open(shop: ShopFloor, options: MarketOptions): Promise<MarketDay> {
    const { chance, transports } = options;
    const day = new MarketDay(shop, options);
    for (let item = 0; item < options.wares; item++) {
      const [quantity, priceMinor] = [chance.int(20, 60), chance.int(1, 5000)];
      day.wares.push({ sku: await shop.stock({ quantity, priceMinor }), priceMinor, received: quantity });
    }
    for (let index = 0; index < options.customers; index++) {
      const shopper = await Shopper.arrive(shop.api);
      day.customers.push(new BusyCustomer(shopper, { ...options, wares: day.wares }));
      for (const transport of transports) {
        // Every second one changes its transport each time.
        const among = index % 2 === 0 ? [transport] : transports;
        const witness = options.keepsTranscripts === true ? new Transcript(shopper.customerId) : undefined;
        if (witness !== undefined) day.transcripts.push(witness);
        day.clients.push(new ReturningClient(shopper, { ...options, transports: among, witness }));
      }
    }
    const isOver = (): boolean => day.#isOver;
    day.#working = Promise.all([...day.customers.map((customer) => customer.work(isOver)), day.#deliver(isOver)]);
    // Found out by `end`.
    day.#working.catch(() => {});
    return day;
  }

  get commands(): number {
    return this.customers.reduce((sum, { commands }) => sum + commands, 0);
  }

  get orders(): number {
    return this.customers.reduce((sum, { bought }) => sum + bought.length, 0);
  }

  /** Everybody finishes what they are at. Rejects with what has gone wrong for anybody. */
  async finish(): Promise<void> {
    this.#isOver = true;
    await this.#working;
  }

  /** Once everybody has finished, everything must agree, the books of customers, shop and payment provider. */
  async reckon(): Promise<readonly Order[]> {
    return await reckon(this.#shop, this);
  }

  /** Everybody finishes what they are at; then everything must agree. One line of what it came to. */
  async end(): Promise<string> {
    await this.finish();
    const orders = await this.reckon();
    await Promise.all(this.clients.map((client) => client.stop()));

    const sum = (of: readonly number[]): number => of.reduce((total, part) => total + part, 0);
    const { customers, clients } = this;
    const counted = {
      commands: this.commands,
      repeats: sum(customers.map(({ unknown }) => unknown)),
      replayed: sum(customers.map(({ replayed }) => replayed)),
      orders: orders.length,
      paid: orders.filter(({ status }) => status === "PAID").length,
      connections: sum(clients.map(({ connections }) => connections)),
      frames: sum(clients.map(({ follower }) => follower.frames)),
      resumed: sum(clients.map(({ follower }) => follower.outcomes.resumed)),
      snapshots: sum(clients.map(({ follower }) => follower.outcomes.snapshot)),
    };
    return Object.entries(counted).map(([name, count]) => `${count} ${name}`).join(", ");
  }

  async #deliver(isOver: () => boolean): Promise<void> {
    const { chance, insistsMs: withinMs } = this.#options;
    for (let delivery = 0; !isOver(); delivery++) {
      const item = chance.pick(this.wares);
      const quantity = chance.int(1, 5);
      const ask = { token: this.#shop.admin, key: `delivery-${delivery}`, body: { quantity }, withinMs };
      const answer = await insist(this.#shop.api, `/api/v1/stock/${item.sku}/receive`, ask);
      if (answer.status !== 200) throw new Error(`Cannot deliver: ${answer.status} ${answer.text}`);
      item.received += quantity;
    }
  }
}
