import { backoffMs } from "./backoff.ts";
import type { Clock } from "./clock.ts";
import { parts } from "./template.ts";

const SKELETON_MS = 5000;
/** What is old is asked for again this often; also by whoever shows such things without a section of their own. */
export const OLD_AGAIN_MS = 10_000;

export type SectionState = "loading" | "ready" | "empty" | "unavailable";

export interface LoadedSectionParts {
  readonly element: HTMLElement;
  readonly clock: Clock;
  /** Loads the section and shows it; rejects when its source does not answer. `unavailable`: asking again is no help. */
  readonly load: () => Promise<"ready" | "empty" | "unavailable">;
}

/**
 * A part of the page that lives and breaks by itself: a skeleton, after five seconds without an answer "temporarily
 * unavailable", and the moment there is one, the answer. What was shown once stays while it is loaded again.
 */
export class LoadedSection {
  readonly #parts: LoadedSectionParts;
  #failures = 0;
  #run = 0;
  #cancelRetry: (() => void) | undefined;

  constructor(sectionParts: LoadedSectionParts) {
    this.#parts = sectionParts;
    for (const button of parts(sectionParts.element, "[data-retry]")) {
      button.addEventListener("click", () => {
        this.show("loading");
        void this.refresh();
      });
    }
    sectionParts.clock.after(SKELETON_MS, () => {
      if (this.state === "loading") this.show("unavailable");
    });
  }

  get state(): string | undefined {
    return this.#parts.element.dataset.state;
  }

  show(state: SectionState): void {
    this.#parts.element.dataset.state = state;
  }

  /** What is shown is old: asks again in a while. */
  refreshLater(): void {
    this.#cancelRetry?.();
    this.#cancelRetry = this.#parts.clock.after(OLD_AGAIN_MS, () => void this.refresh());
  }

  /** Resolves after one try; more follow by themselves until one succeeds. */
  async refresh(): Promise<void> {
    this.#cancelRetry?.();
    const run = ++this.#run;
    try {
      const state = await this.#parts.load();
      if (run !== this.#run) return;
      this.#failures = 0;
      this.show(state);
    } catch {
      if (run !== this.#run) return;
      this.#failures += 1;
      if (this.#failures > 1 && this.state === "loading") this.show("unavailable");
      this.#cancelRetry = this.#parts.clock.after(
        backoffMs(this.#failures + 2, Math.random),
        () => void this.refresh(),
      );
    }
  }
}
