import type { Actors, Answer, Ask, Opening, Outlet, Read, ReadAnswer, Subscription } from "../runtime/actors.ts";
import type { RunningActors } from "../runtime/running_actors.ts";
import type { Address } from "../../machines/decision.ts";
import type { Attachments } from "./attachments.ts";
import type { Calls } from "./calls.ts";

/** The owner gives up on a message after its sender has, never before. */
const OWNER_WAITS_LONGER_MS = 1000;

export interface RoutedActorsOptions {
  readonly runtime: RunningActors;
  readonly calls: Calls;
  readonly attachments: Attachments;
  readonly partitionOf: (address: Address) => number;
  readonly timeoutMs: number;
}

/** The door to every actor of the cluster. */
export class RoutedActors implements Actors {
  readonly #options: RoutedActorsOptions;

  constructor(options: RoutedActorsOptions) {
    this.#options = options;
  }

  ask(ask: Ask): Promise<Answer> {
    const { runtime, calls, partitionOf, timeoutMs } = this.#options;
    const partition = partitionOf(ask.to);
    // It may be sent twice, and so be done before the second arrives: its id has to be looked for.
    const waiting = (leftMs: number): Ask => ({ ...ask, fresh: false, timeoutMs: leftMs });
    return calls.reach({
      what: "ask",
      partition,
      timeoutMs: ask.timeoutMs ?? timeoutMs,
      here: (leftMs) => runtime.ask(waiting(leftMs)),
      there: (leftMs) => {
        const request = { what: "ask", ask: waiting(leftMs + OWNER_WAITS_LONGER_MS) } as const;
        return calls.ask(partition, { request, timeoutMs: leftMs });
      },
    });
  }

  read(read: Read): Promise<ReadAnswer> {
    const { runtime, calls, partitionOf, timeoutMs } = this.#options;
    const partition = partitionOf(read.address);
    return calls.reach({
      what: "read",
      partition,
      timeoutMs,
      here: () => runtime.read(read),
      there: (leftMs) => calls.ask(partition, { request: { what: "read", read }, timeoutMs: leftMs }),
    });
  }

  subscribe(subscription: Subscription, outlet: Outlet): Promise<() => void> {
    return this.#options.attachments.subscribe(subscription, outlet);
  }

  changes(subscription: Subscription): Promise<Opening> {
    const { runtime, calls, partitionOf, timeoutMs } = this.#options;
    const partition = partitionOf(subscription.address);
    return calls.reach({
      what: "read",
      partition,
      timeoutMs,
      here: () => runtime.changes(subscription),
      there: (leftMs) => calls.ask(partition, { request: { what: "changes", subscription }, timeoutMs: leftMs }),
    });
  }
}
