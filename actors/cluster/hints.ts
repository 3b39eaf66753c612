import type { LetterRow, Log } from "../runtime/ports.ts";
import { portions } from "./portions.ts";
import type { Cluster } from "./ports.ts";
import { write } from "./wire.ts";

export interface HintsOptions {
  readonly cluster: Pick<Cluster, "tell">;
  readonly log: Log;
}

/** Tells the owners of other partitions of letters that have been committed for them; their sweeps find what is lost. */
export class Hints {
  readonly #options: HintsOptions;
  #letters: LetterRow[] = [];

  constructor(options: HintsOptions) {
    this.#options = options;
  }

  /** Letters of one commit travel together. */
  add(letter: LetterRow): void {
    if (this.#letters.push(letter) === 1) queueMicrotask(() => this.#send());
  }

  #send(): void {
    const { cluster, log } = this.#options;
    const byPartition = Map.groupBy(this.#letters, ({ toPartition }) => toPartition);
    this.#letters = [];
    for (const [partition, all] of byPartition) {
      const portioned = portions(all, {
        chars: (letter) => JSON.stringify(letter).length,
        tooLarge: ({ id }, chars) => log.info("letter_too_large_to_hint", { id, chars }),
      });
      for (const letters of portioned) cluster.tell(partition, write({ what: "letters", letters }));
    }
  }
}
