import type { Clock } from "./clock.ts";
import { bannerWords, type ConnectionStatus, isStale, statusWords } from "./connection_status.ts";
import { SteadyStatus } from "./steady_status.ts";
import { part, write } from "./template.ts";

const LOOK_AGAIN_MS = 20_000;

export interface LiveStatusParts {
  readonly clock: Clock;
  readonly staleAfterMs: number;
  readonly retry: () => void;
}

/** Says in words how live the page is, in the header; and in a banner when what it shows is old. */
export class LiveStatus {
  readonly #parts: LiveStatusParts;
  readonly #live = part(document, "[data-live]");
  readonly #words = part(document, "[data-live-words]");
  readonly #banner = part(document, "[data-banner]");
  readonly #bannerWords = part(document, "[data-banner-words]");
  readonly #steady: SteadyStatus;
  #status: ConnectionStatus | undefined;
  #trouble: string | undefined;

  constructor(parts: LiveStatusParts) {
    this.#parts = parts;
    this.#steady = new SteadyStatus({
      clock: parts.clock,
      say: (status) => {
        this.#status = status;
        this.#say();
      },
    });
    part(document, "[data-banner-retry]").addEventListener("click", parts.retry);
    this.#lookAgain();
  }

  show(status: ConnectionStatus): void {
    this.#steady.show(status);
  }

  /** There is nothing on the page that could be live. */
  hide(): void {
    this.#live.hidden = true;
    this.#status = undefined;
  }

  /** Nothing works until that is mended, whatever the connection does: it stands in the banner. */
  get trouble(): string | undefined {
    return this.#trouble;
  }

  set trouble(words: string | undefined) {
    this.#trouble = words;
    this.#say();
  }

  #say(): void {
    if (this.#trouble !== undefined) return this.#write("stale", { words: "Not connected", banner: this.#trouble });
    if (this.#status === undefined) return;
    const moment = { now: this.#parts.clock.now(), staleAfterMs: this.#parts.staleAfterMs };
    const phase = isStale(this.#status, moment) ? "stale" : this.#status.phase;
    this.#write(phase, { words: statusWords(this.#status, moment), banner: bannerWords(this.#status, moment) });
  }

  #write(phase: string, { words, banner }: { readonly words: string; readonly banner: string | undefined }): void {
    this.#live.dataset.phase = phase;
    write(this.#words, words);
    this.#banner.hidden = banner === undefined;
    write(this.#bannerWords, banner ?? "");
  }

  #lookAgain(): void {
    this.#parts.clock.after(Math.min(LOOK_AGAIN_MS, this.#parts.staleAfterMs / 2), () => {
      this.#say();
      this.#lookAgain();
    });
  }
}
