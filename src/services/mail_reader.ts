import { type Consumer, type ConsumerMessages, jetstream, type JsMsg } from "@nats-io/jetstream";
import type { NatsConnection } from "@nats-io/nats-core";
import type { Clock, Log } from "../../actors/runtime/ports.ts";
import { MAIL_CONSUMER, MAIL_STREAM } from "../cluster/jetstream_topology.ts";
import type { MailLimits } from "./mail_limits.ts";

export interface MailReaderOptions {
  readonly nats: NatsConnection;
  /** Makes the stream and its consumer be there. */
  readonly reconcile: () => Promise<void>;
  /** Deals with one piece, to the last acknowledgement; never rejects. */
  readonly handle: (message: JsMsg) => Promise<void>;
  readonly clock: Clock;
  readonly log: Log;
  readonly limits: Pick<MailLimits, "inHand" | "pullMs">;
}

const RETRY_MS = 1000;

/**
 * Pulls mail for this node, so many pieces at once, until it is disposed: then it takes no more, and finishes what is in
 * hand. All nodes pull from one consumer; what this node does not get to acknowledge is given to another.
 */
export class MailReader implements AsyncDisposable {
  readonly #options: MailReaderOptions;
  readonly #inHand = new Set<Promise<void>>();
  readonly #reading: Promise<void>;
  #isClosing = false;
  #saidOfSetUp: string | undefined;
  #batch: ConsumerMessages | undefined;
  #wake: () => void = () => {};
  #madeRoom: () => void = () => {};

  constructor(options: MailReaderOptions) {
    this.#options = options;
    this.#reading = this.#read();
  }

  async [Symbol.asyncDispose](): Promise<void> {
    this.#isClosing = true;
    this.#wake();
    this.#stopPulling();
    await this.#reading;
    await Promise.all(this.#inHand);
  }

  async #read(): Promise<void> {
    const { nats, log } = this.#options;
    let said: string | undefined;
    while (!this.#isClosing && !nats.isClosed()) {
      try {
        const consumer = await jetstream(nats).consumers.get(MAIL_STREAM, MAIL_CONSUMER);
        if (said !== undefined) log.info("mail_read_again");
        said = undefined;
        await this.#pullFrom(consumer);
      } catch (error) {
        const why = error instanceof Error ? error.message : String(error);
        if (why !== said && !this.#isClosing) log.warn("mail_not_read", { why });
        said = why;
        await this.#recover();
      }
    }
  }

  async #pullFrom(consumer: Consumer): Promise<void> {
    const { inHand, pullMs } = this.#options.limits;
    while (!this.#isClosing) {
      if (this.#inHand.size >= inHand) {
        await new Promise<void>((resolve) => this.#madeRoom = resolve);
        continue;
      }
      this.#batch = await consumer.fetch({ max_messages: inHand - this.#inHand.size, expires: pullMs });
      if (this.#isClosing) this.#stopPulling();
      for await (const message of this.#batch) this.#take(message);
    }
  }

  /** Not awaited: a batch is closed once it has been read to its end. */
  #stopPulling(): void {
    this.#batch?.close();
  }

  #take(message: JsMsg): void {
    // Not begun: another node may have it at once.
    if (this.#isClosing) return message.nak();
    const handled = this.#options.handle(message).finally(() => {
      this.#inHand.delete(handled);
      this.#madeRoom();
    });
    this.#inHand.add(handled);
  }

  /** The stream may be gone, with its consumer; or JetStream is away, which takes as long as it takes. */
  async #recover(): Promise<void> {
    const { reconcile, log } = this.#options;
    await this.#pause();
    if (this.#isClosing) return;
    try {
      await reconcile();
      this.#saidOfSetUp = undefined;
    } catch (error) {
      const why = error instanceof Error ? error.message : String(error);
      if (why !== this.#saidOfSetUp) log.warn("mail_not_set_up", { why });
      this.#saidOfSetUp = why;
    }
  }

  #pause(): Promise<void> {
    return new Promise((resolve) => {
      const cancel = this.#options.clock.after(RETRY_MS, resolve);
      this.#wake = () => {
        cancel();
        resolve();
      };
    });
  }
}
