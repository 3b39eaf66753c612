/** The browser's locks, `navigator.locks`: one holder per name, whichever tab it is in. */
export interface Locks {
  request(name: string, options: LockWish, hold: () => Promise<void>): Promise<void>;
}

export interface LockWish {
  readonly signal?: AbortSignal;
  readonly steal?: boolean;
}

export interface LeadershipParts {
  readonly locks: Locks;
  /** One leader per name and browser. */
  readonly name: string;
  readonly elected: () => void;
  readonly deposed: () => void;
}

/**
 * At most one tab leads. The browser hands the lead to the next tab the moment the leading one is closed, crashed or
 * navigated away. A browser that refuses to, as to pages that may store nothing, lets each lead for itself.
 */
export class Leadership {
  readonly #parts: LeadershipParts;
  #waiting: AbortController | undefined;
  #resign: (() => void) | undefined;

  constructor(parts: LeadershipParts) {
    this.#parts = parts;
  }

  get leads(): boolean {
    return this.#resign !== undefined;
  }

  /** Waits for its turn to lead. */
  stand(): void {
    if (this.#waiting !== undefined || this.leads) return;
    const waiting = new AbortController();
    this.#waiting = waiting;
    this.#request({ signal: waiting.signal });
  }

  /** Takes the lead from a tab that does not answer. */
  seize(): void {
    if (this.leads) return;
    this.#stopWaiting();
    this.#request({ steal: true });
  }

  withdraw(): void {
    this.#stopWaiting();
    const resign = this.#resign;
    this.#resign = undefined;
    resign?.();
  }

  #request(options: LockWish): void {
    let resign: (() => void) | undefined;
    const lead = (): Promise<void> => {
      this.#stopWaiting();
      const led = this.leads;
      const term = new Promise<void>((resolve) => this.#resign = resign = resolve);
      if (!led) this.#parts.elected();
      return term;
    };
    // Rejects when the wait is called off, when another tab takes the lead away, and where there are no locks to be had.
    this.#parts.locks.request(this.#parts.name, options, lead).catch(() => {
      if (resign !== undefined) return this.#lost(resign);
      if (options.signal?.aborted !== true) void lead();
    });
  }

  #lost(resign: () => void): void {
    // Whoever takes the lead twice takes it from themselves.
    if (this.#resign !== resign) return;
    this.#resign = undefined;
    this.#parts.deposed();
  }

  #stopWaiting(): void {
    this.#waiting?.abort();
    this.#waiting = undefined;
  }
}
