import type { ImportProgress } from "./import_invoices.ts";

export interface ProgressBarOptions {
  /** Takes text as it is, without a line end of its own. */
  readonly write: (text: string) => void;
  /** A terminal gets a bar that moves; a file gets a line now and then. */
  readonly isTerminal: boolean;
  /** Milliseconds. */
  readonly now: () => number;
}

const WIDTH = 30;
const REDRAW_MS = 100;
const STEPS_IN_FILE = 10;
const CLEAR_LINE = "\r\x1b[K";
const LABELS = { goods: "products and stock", invoices: "invoices" } as const;

/** Shows how far an import is. Problems are lines of their own, above the bar. */
export class ProgressBar implements ImportProgress {
  readonly #options: ProgressBarOptions;
  #label = "";
  #total = 0;
  #done = 0;
  #startedAt = 0;
  #drawnAt = -Infinity;

  constructor(options: ProgressBarOptions) {
    this.#options = options;
  }

  begin(phase: "goods" | "invoices", total: number): void {
    this.#label = LABELS[phase];
    this.#total = total;
    this.#done = 0;
    this.#startedAt = this.#options.now();
    this.#drawnAt = -Infinity;
    if (total > 0) this.#show();
  }

  advance(): void {
    this.#done += 1;
    this.#show();
  }

  problem(problem: string): void {
    this.note(problem);
  }

  /** A line above the bar. */
  note(text: string): void {
    const { write, isTerminal } = this.#options;
    write(isTerminal ? `${CLEAR_LINE}${text}\n` : `${text}\n`);
    this.#drawnAt = -Infinity;
  }

  #show(): void {
    const { write, isTerminal, now } = this.#options;
    const isLast = this.#done === this.#total;
    if (!isTerminal) {
      const step = Math.max(1, Math.ceil(this.#total / STEPS_IN_FILE));
      if (isLast || (this.#done > 0 && this.#done % step === 0)) write(`${this.#text()}\n`);
      return;
    }
    if (!isLast && now() - this.#drawnAt < REDRAW_MS) return;
    this.#drawnAt = now();
    const filled = Math.round(WIDTH * this.#done / Math.max(1, this.#total));
    write(`${CLEAR_LINE}[${"#".repeat(filled)}${"-".repeat(WIDTH - filled)}] ${this.#text()}${isLast ? "\n" : ""}`);
  }

  #text(): string {
    const seconds = (this.#options.now() - this.#startedAt) / 1_000;
    return `${this.#label} ${this.#done}/${this.#total} in ${seconds.toFixed(1)} s`;
  }
}
