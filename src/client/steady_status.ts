import type { Clock } from "./clock.ts";
import type { ConnectionStatus } from "./connection_status.ts";

/** A connection that is back this fast was never gone, as far as anybody needs to know. */
const UNSAID_MS = 700;

export interface SteadyStatusParts {
  readonly clock: Clock;
  readonly say: (status: ConnectionStatus) => void;
}

/** Says what the connection is, but nothing of a line that is back at once. */
export class SteadyStatus {
  readonly #parts: SteadyStatusParts;
  #saidLive = false;
  #latest: ConnectionStatus | undefined;
  #cancelSaying: (() => void) | undefined;

  constructor(parts: SteadyStatusParts) {
    this.#parts = parts;
  }

  show(status: ConnectionStatus): void {
    this.#latest = status;
    if (!this.#saidLive || status.phase === "live" || status.phase === "offline") return this.#say();
    this.#cancelSaying ??= this.#parts.clock.after(UNSAID_MS, () => this.#say());
  }

  #say(): void {
    this.#cancelSaying?.();
    this.#cancelSaying = undefined;
    if (this.#latest === undefined) return;
    this.#saidLive = this.#latest.phase === "live";
    this.#parts.say(this.#latest);
  }
}
