import type { CustomerFeed } from "../../../machines/customer/fold.ts";
import type { Chance } from "../../machines/seeded.ts";
import type { Api } from "./api.ts";
import { followCustomer } from "./customer_feed.ts";
import type { FeedListener, Line } from "./feed_listener.ts";
import type { Follower } from "./follower.ts";
import { openCustomerLine, type Transport } from "./lines.ts";
import type { Shopper } from "./shopper.ts";

export interface ReturningOptions {
  readonly transports: readonly Transport[];
  readonly chance: Chance;
  /** Leaves by itself after a while of up to so many milliseconds; stays when absent. */
  readonly restlessMs?: number;
}

const PAUSE_MS = 100;

/** Follows a customer whatever happens: comes back from its cursor, on any of its transports. */
export class ReturningClient {
  readonly token: string;
  readonly follower: Follower<CustomerFeed>;
  /** Those that were served. */
  connections = 0;
  readonly #api: Api;
  readonly #options: ReturningOptions;
  readonly #stop = Promise.withResolvers<void>();
  readonly #running: Promise<void>;
  #stopped = false;

  constructor({ api, token, customerId }: Shopper, options: ReturningOptions) {
    this.#api = api;
    this.token = token;
    this.#options = options;
    this.follower = followCustomer(customerId);
    this.#running = this.#run();
  }

  async stop(): Promise<void> {
    this.#stopped = true;
    this.#stop.resolve();
    await this.#running;
  }

  async #run(): Promise<void> {
    while (!this.#stopped) await this.#visit();
  }

  async #visit(): Promise<void> {
    const { transports, chance, restlessMs } = this.#options;
    const { connections } = this;
    const ended = Promise.withResolvers<void>();
    const line = await this.#open(chance.pick(transports), () => ended.resolve());
    if (line !== undefined) {
      const leave = restlessMs === undefined ? [] : [this.#pause(chance.int(1, restlessMs))];
      await Promise.race([ended.promise, this.#stop.promise, ...leave]);
      await line.close();
    }
    if (this.connections === connections) await this.#pause(PAUSE_MS);
  }

  async #open(transport: Transport, ended: () => void): Promise<Line | undefined> {
    const { follower } = this;
    const listener: FeedListener = {
      opened: (opening) => {
        this.connections++;
        follower.opened(opening);
      },
      frame: (cursor, data) => follower.frame(cursor, data),
      sentAway: (code) => follower.sentAway(code),
      ended: () => {
        follower.ended();
        ended();
      },
    };
    try {
      const options = { token: this.token, cursor: follower.cursor, listener };
      return await openCustomerLine(this.#api, transport, options);
    } catch {
      return undefined;
    }
  }

  async #pause(ms: number): Promise<void> {
    const done = Promise.withResolvers<void>();
    const timer = setTimeout(done.resolve, ms);
    await Promise.race([done.promise, this.#stop.promise]);
    clearTimeout(timer);
  }
}
