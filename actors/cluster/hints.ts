import type { LetterRow } from "../runtime/ports.ts";
import type { Cluster } from "./ports.ts";
import { write } from "./wire.ts";

const TOGETHER = 100;

/** Tells the owners of other partitions of letters that have been committed for them; their sweeps find what is lost. */
export class Hints {
  readonly #cluster: Pick<Cluster, "tell">;
  #letters: LetterRow[] = [];

  constructor(cluster: Pick<Cluster, "tell">) {
    this.#cluster = cluster;
  }

  /** Letters of one commit travel together. */
  add(letter: LetterRow): void {
    if (this.#letters.push(letter) === 1) queueMicrotask(() => this.#send());
  }

  #send(): void {
    const byPartition = Map.groupBy(this.#letters, ({ toPartition }) => toPartition);
    this.#letters = [];
    for (const [partition, letters] of byPartition) {
      for (let at = 0; at < letters.length; at += TOGETHER) {
        this.#cluster.tell(partition, write({ what: "letters", letters: letters.slice(at, at + TOGETHER) }));
      }
    }
  }
}
