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
  /** How long it waits for a connection to begin, or to end; for ever when absent. */
  readonly patienceMs?: number;
  /** Hears all that the follower hears. */
  readonly witness?: FeedListener;
}

const PAUSE_MS = 100;

/** Follows a customer whatever happens: comes back from its cursor, on any of its transports. */
export class ReturningClient {
  readonly token: string;
  readonly customerId: string;
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
    this.customerId = customerId;
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
    const ear = this.#ear();
    const line = await this.#open(chance.pick(transports), ear);
    if (line !== undefined) {
      const leave = restlessMs === undefined ? [] : [this.#pause(chance.int(1, restlessMs))];
      await Promise.race([ear.ended, this.#stop.promise, ...leave]);
      await this.#patiently(line.close());
    }
    ear.deafen();
    if (this.connections === connections) await this.#pause(PAUSE_MS);
  }

  /** Undefined when none is to be had. One that begins too late is closed. */
  async #open(transport: Transport, { listener }: Ear): Promise<Line | undefined> {
    const options = { token: this.token, cursor: this.follower.cursor, listener };
    const opening = openCustomerLine(this.#api, transport, options).catch(() => undefined);
    const line = await this.#patiently(opening);
    if (line === undefined) opening.then((late) => late?.close()).catch(() => {});
    return line;
  }

  /** What one connection says goes to the follower until the next one is opened. */
  #ear(): Ear {
    const { follower } = this;
    const { witness } = this.#options;
    const ended = Promise.withResolvers<void>();
    let isDeaf = false;
    const hear = (say: (listener: FeedListener) => void): void => {
      if (isDeaf) return;
      say(follower);
      if (witness !== undefined) say(witness);
    };
    const hangUp = (): void => {
      hear((listener) => listener.ended());
      isDeaf = true;
      ended.resolve();
    };
    return {
      ended: ended.promise,
      deafen: hangUp,
      listener: {
        opened: (opening) => {
          if (!isDeaf) this.connections++;
          hear((listener) => listener.opened(opening));
        },
        frame: (cursor, data) => hear((listener) => listener.frame(cursor, data)),
        sentAway: (code, afterMs) => hear((listener) => listener.sentAway(code, afterMs)),
        ended: hangUp,
      },
    };
  }

  async #patiently<Result>(waited: Promise<Result>): Promise<Result | undefined> {
    const { patienceMs } = this.#options;
    if (patienceMs === undefined) return await waited;
    const { promise, resolve } = Promise.withResolvers<undefined>();
    const timer = setTimeout(() => resolve(undefined), patienceMs);
    try {
      return await Promise.race([waited, promise]);
    } finally {
      clearTimeout(timer);
    }
  }

  async #pause(ms: number): Promise<void> {
    const done = Promise.withResolvers<void>();
    const timer = setTimeout(done.resolve, ms);
    await Promise.race([done.promise, this.#stop.promise]);
    clearTimeout(timer);
  }
}

/** The listener of one connection. */
interface Ear {
  readonly listener: FeedListener;
  readonly ended: Promise<void>;
  readonly deafen: () => void;
}
