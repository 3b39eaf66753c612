import type { Clock } from "../../actors/runtime/ports.ts";
import { every } from "./every.ts";
import type { Publisher } from "./ports.ts";

export interface StreamWatchOptions {
  readonly publisher: Pick<Publisher, "stream" | "follow">;
  readonly clock: Clock;
  readonly checkMs: number;
  /** Which life of the stream is published to; undefined while nobody knows, or nothing is published. */
  readonly createdAt: () => string | undefined;
  /** What the stream's last sequence was at least; 0 while nobody knows. */
  readonly endsAt: () => number;
  readonly onUnclear: (why: string) => void;
  /** The stream has lost its end. */
  readonly onWentBack: (why: string) => void;
  readonly onReturned: () => void;
}

/** Notices that the stream has become another one, or lost its end, also while nothing is published. */
export class StreamWatch implements AsyncDisposable {
  readonly #options: StreamWatchOptions;
  readonly #stopListening: () => void;
  readonly #checks: AsyncDisposable;
  #isClosed = false;

  constructor(options: StreamWatchOptions) {
    this.#options = options;
    this.#stopListening = options.publisher.follow({ interrupted: options.onUnclear, returned: options.onReturned });
    this.#checks = every({ clock: options.clock, restMs: options.checkMs }, () => this.#check());
  }

  async [Symbol.asyncDispose](): Promise<void> {
    this.#isClosed = true;
    this.#stopListening();
    await this.#checks[Symbol.asyncDispose]();
  }

  async #check(): Promise<void> {
    const { publisher, createdAt, endsAt, onUnclear, onWentBack } = this.#options;
    const [life, leastEnd] = [createdAt(), endsAt()];
    if (life === undefined) return;
    try {
      const { createdAt: lifeNow, lastSequence } = await publisher.stream();
      if (this.#isClosed || createdAt() !== life) return;
      if (lifeNow !== life) onUnclear("the stream was made anew");
      else if (lastSequence < leastEnd && endsAt() >= leastEnd) {
        onWentBack(`the stream went back to ${lastSequence} from ${leastEnd}`);
      }
    } catch {
      // Whoever publishes notices as well, and says so.
    }
  }
}
