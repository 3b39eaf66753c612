import type { Api } from "./api.ts";
import type { FeedListener, Line } from "./feed_listener.ts";
import { Changes } from "./shapes_of_answers.ts";

export interface PollingOptions {
  readonly channel: string;
  readonly token?: string;
  readonly cursor?: string;
  readonly listener: FeedListener;
  readonly everyMs?: number;
}

/** A feed by polling. */
export class PollingLine implements Line {
  readonly #api: Api;
  readonly #options: PollingOptions;
  readonly #polling: Promise<void>;
  readonly #stop = Promise.withResolvers<void>();
  #cursor: string | undefined;
  #stopped = false;

  constructor(api: Api, options: PollingOptions) {
    this.#api = api;
    this.#options = options;
    this.#cursor = options.cursor;
    this.#polling = this.#run();
  }

  async close(): Promise<void> {
    this.#stopped = true;
    this.#stop.resolve();
    await this.#polling;
  }

  async #run(): Promise<void> {
    const { listener, everyMs = 300 } = this.#options;
    try {
      for (let first = true; !this.#stopped; first = false) {
        await this.#poll(first);
        await Promise.race([this.#stop.promise, new Promise((resolve) => setTimeout(resolve, everyMs))]);
      }
    } catch (error) {
      // The server is away, or busy: like a stream that is cut off.
      if (!(error instanceof TypeError || error instanceof DOMException || error instanceof Away)) throw error;
    } finally {
      listener.ended();
    }
  }

  async #poll(first: boolean): Promise<void> {
    const { channel, token, listener } = this.#options;
    const query = new URLSearchParams({ channel, ...(this.#cursor === undefined ? {} : { after: this.#cursor }) });
    const answer = await this.#api.call(`/api/changes?${query}`, { token });
    if (answer.status === 503 || answer.status === 429) throw new Away(answer.text);
    const { outcome, cursor, state, reason, frames } = answer.as(Changes);
    if (this.#stopped) return;
    if (outcome !== "resumed") listener.opened({ outcome, cursor, state, reason });
    else if (first) listener.opened({ outcome, cursor: this.#cursor ?? cursor });
    for (const frame of frames) listener.frame(frame.cursor, frame.data);
    this.#cursor = cursor;
  }
}

class Away extends Error {}
