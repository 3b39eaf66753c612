import type { Clock } from "../../actors/runtime/ports.ts";
import type { Publisher } from "./ports.ts";

export interface StreamWatchOptions {
  readonly publisher: Pick<Publisher, "stream" | "follow">;
  readonly clock: Clock;
  readonly checkMs: number;
  /** Which life of the stream is published to; undefined while nobody knows. */
  readonly createdAt: () => string | undefined;
  /** What the stream's last sequence was at least; 0 while nobody knows. */
  readonly endsAt: () => number;
  readonly onUnclear: (why: string) => void;
  readonly onReturned: () => void;
}

/** Notices that the stream has become another one, or lost its end, also while nothing is published. */
export class StreamWatch implements AsyncDisposable {
  readonly #options: StreamWatchOptions;
  readonly #stopListening: () => void;
  #cancelRest: () => void = () => {};
  #checking: Promise<void> = Promise.resolve();
  #isClosed = false;

  constructor(options: StreamWatchOptions) {
    this.#options = options;
    this.#stopListening = options.publisher.follow({ interrupted: options.onUnclear, returned: options.onReturned });
    this.#rest();
  }

  async [Symbol.asyncDispose](): Promise<void> {
    this.#isClosed = true;
    this.#stopListening();
    this.#cancelRest();
    await this.#checking;
  }

  #rest(): void {
    if (this.#isClosed) return;
    this.#cancelRest = this.#options.clock.after(this.#options.checkMs, () => {
      this.#checking = this.#check().finally(() => this.#rest());
    });
  }

  async #check(): Promise<void> {
    const { publisher, createdAt, endsAt, onUnclear } = this.#options;
    const [life, leastEnd] = [createdAt(), endsAt()];
    if (life === undefined) return;
    try {
      const { createdAt: lifeNow, lastSequence } = await publisher.stream();
      if (this.#isClosed || createdAt() !== life) return;
      if (lifeNow !== life) onUnclear("the stream was made anew");
      else if (lastSequence < leastEnd) onUnclear(`the stream went back to ${lastSequence} from ${leastEnd}`);
    } catch {
      // Whoever publishes notices as well, and says so.
    }
  }
}
