const NANOS_PER_MS = 1_000_000;

/** Counts what an endpoint has answered, as NATS's `STATS` shows it. */
export class EndpointCounter {
  #requests = 0;
  #errors = 0;
  #lastError = "";
  #busyMs = 0;

  answered({ tookMs, error }: { readonly tookMs: number; readonly error?: string }): void {
    this.#requests++;
    this.#busyMs += tookMs;
    if (error === undefined) return;
    this.#errors++;
    this.#lastError = error;
  }

  /** Times in nanoseconds: from a message's arrival to its answer. */
  stats(): Readonly<Record<string, number | string>> {
    const busy = Math.round(this.#busyMs * NANOS_PER_MS);
    return {
      num_requests: this.#requests,
      num_errors: this.#errors,
      last_error: this.#lastError,
      processing_time: busy,
      average_processing_time: this.#requests === 0 ? 0 : Math.round(busy / this.#requests),
    };
  }
}
