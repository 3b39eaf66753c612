import { TTL_MS } from "../../actors/cluster/ports.ts";

/** Hints come together for a moment, until what they hint at can be read. */
const GATHER_MS = 20;

/** Notices who appears among the living and who leaves, from what passes by. Somebody who dies in silence is not noticed. */
export class NatsAppearances {
  readonly #stirred: () => void;
  readonly #seen = new Map<string, number>();
  #timer: ReturnType<typeof setTimeout> | undefined;

  constructor(stirred: () => void) {
    this.#stirred = stirred;
  }

  /** A sign of life of that node has passed by, or its end. */
  note(node: string, { ends }: { readonly ends: boolean }): void {
    const now = performance.now();
    const seenAt = this.#seen.get(node) ?? -Infinity;
    if (ends) this.#seen.delete(node);
    else this.#seen.set(node, now);
    if (ends || now - seenAt > TTL_MS) this.#timer ??= setTimeout(() => this.#tell(), GATHER_MS);
  }

  /** Whatever was known may have changed unseen. */
  forget(): void {
    this.#seen.clear();
  }

  close(): void {
    clearTimeout(this.#timer);
  }

  #tell(): void {
    this.#timer = undefined;
    const now = performance.now();
    for (const [node, seenAt] of this.#seen) {
      if (now - seenAt > TTL_MS) this.#seen.delete(node);
    }
    this.#stirred();
  }
}
