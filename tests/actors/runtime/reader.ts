import type { Frame, Opening, Outlet } from "../../../actors/runtime/actors.ts";

/** What `tallyKind.feedState` shows. */
interface Shown {
  readonly total: number;
  readonly words: readonly string[];
}

/**
 * A client of one feed: folds what it is told into a total, keeps its cursor over connections, and writes down every
 * breach of the promise that events come once, in order and without a gap.
 */
export class Reader implements Outlet {
  readonly openings: Opening[] = [];
  readonly frames: Frame[] = [];
  readonly breaches: string[] = [];
  total = 0;
  version = 0;
  cursor: string | undefined;
  /** The code it was closed with, while it is. */
  closed: string | undefined = "not connected";

  /** Forgets the connection, keeps cursor and total. */
  disconnect(): void {
    this.closed = "disconnected";
  }

  /** What a client does before it connects again. */
  connecting(): void {
    this.closed = undefined;
    this.#isOpen = false;
  }

  open(opening: Opening): void {
    if (this.#isOpen || this.closed !== undefined) this.breaches.push(`opened ${opening.outcome} while ${this.#state}`);
    this.#isOpen = true;
    this.openings.push(opening);
    if (opening.outcome === "resumed") {
      for (const frame of opening.frames) this.#apply(frame);
      if (opening.cursor !== this.cursor && opening.frames.length > 0) {
        this.breaches.push(`resumed to ${opening.cursor}, frames end at ${this.cursor}`);
      }
      return;
    }
    const shown: Shown = JSON.parse(opening.stateJson);
    this.total = shown.total;
    this.cursor = opening.cursor;
    this.version = Number(opening.cursor.split(".")[0]);
  }

  deliver(frame: Frame): void {
    if (!this.#isOpen || this.closed !== undefined) this.breaches.push(`frame ${frame.version} while ${this.#state}`);
    this.#apply(frame);
  }

  close(code: string): void {
    if (this.closed !== undefined) this.breaches.push(`closed ${code} while ${this.#state}`);
    this.closed = code;
  }

  get lastOutcome(): Opening["outcome"] | undefined {
    return this.openings.at(-1)?.outcome;
  }

  #isOpen = false;

  get #state(): string {
    return this.closed ?? (this.#isOpen ? "open" : "connecting");
  }

  #apply(frame: Frame): void {
    if (frame.version !== this.version + 1) this.breaches.push(`frame ${frame.version} after ${this.version}`);
    this.frames.push(frame);
    this.version = frame.version;
    this.cursor = frame.cursor;
    if (frame.dataJson === undefined) return;
    const added: { readonly amount: number } = JSON.parse(frame.dataJson);
    this.total += added.amount;
  }
}
