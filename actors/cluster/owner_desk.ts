import { partitionOf } from "../runtime/address.ts";
import type { Subscription } from "../runtime/actors.ts";
import { ActorError } from "../runtime/errors.ts";
import type { RunningActors } from "../runtime/running_actors.ts";
import type { EdgeFeeds } from "./edge_feeds.ts";
import { MESSAGE_CHARS } from "./portions.ts";
import type { PartitionService } from "./ports.ts";
import {
  type Answers,
  type Attached,
  readRequest,
  readTold,
  type Request,
  wireError,
  writeAnswer,
  writeError,
} from "./wire.ts";

export interface OwnerDeskOptions {
  readonly runtime: RunningActors;
  readonly partitionCount: number;
  readonly feeds: EdgeFeeds;
}

/** Serves other nodes what they ask of the partitions here. */
export class OwnerDesk implements PartitionService {
  readonly #options: OwnerDeskOptions;

  constructor(options: OwnerDeskOptions) {
    this.#options = options;
  }

  async answer(body: string): Promise<string> {
    try {
      const request = readRequest(body);
      if (request === undefined) throw new ActorError("unavailable", "retry", "Cannot answer: not understood");
      return writeAnswer(await this.#serve(request));
    } catch (error) {
      return writeError(error);
    }
  }

  tell(body: string): void {
    const told = readTold(body);
    if (told?.what === "letters") this.#options.runtime.receive(told.letters);
    if (told?.what === "detach") this.#options.feeds.detach(told.edge, told.feed);
  }

  #serve(request: Request): Promise<Answers[keyof Answers]> | Answers[keyof Answers] {
    const { runtime, feeds } = this.#options;
    switch (request.what) {
      case "ask":
        return runtime.ask(request.ask);
      case "read":
        return runtime.read(request.read);
      case "changes":
        return runtime.changes(request.subscription);
      case "attach":
        return this.#attachAll(request.edge, request.subscriptions);
      case "check":
        return feeds.check(request.edge, request.feeds);
    }
  }

  async #attachAll(edge: string, subscriptions: readonly Subscription[]): Promise<readonly Attached[]> {
    this.#refuseIfMoved(subscriptions);
    const attached = await Promise.all(subscriptions.map((subscription) => this.#attach(edge, subscription)));
    let chars = 0;
    return attached.map((one, index) => {
      chars += JSON.stringify(one).length;
      return index > 0 && chars > MESSAGE_CHARS ? { again: true } : one;
    });
  }

  async #attach(edge: string, subscription: Subscription): Promise<Attached> {
    try {
      return { opening: await this.#options.feeds.attach(edge, subscription) };
    } catch (error) {
      return { error: wireError(error) };
    }
  }

  #refuseIfMoved(subscriptions: readonly Subscription[]): void {
    const { runtime, partitionCount } = this.#options;
    const gone = subscriptions.find(({ address }) => !runtime.owns(partitionOf(address, partitionCount)));
    if (gone !== undefined) throw new ActorError("moved", "retry", `Cannot attach to "${gone.address}": it has moved`);
  }
}
