import { until } from "../../harness/until.ts";

export interface StreamEvent {
  readonly type: string;
  readonly data: string;
  readonly lastEventId: string;
}

export interface OpenOptions {
  readonly token?: string;
  readonly lastEventId?: string;
}

/**
 * Reads an event stream as the HTML standard says that `EventSource` does: what it dispatches, which id it would send
 * when it comes back, how long it would wait.
 */
export class EventStreamReader {
  readonly events: StreamEvent[] = [];
  comments = 0;
  lastEventId: string;
  retryMs: number | undefined;
  ended = false;
  readonly response: Response;
  readonly #abort: AbortController;
  #next = 0;
  #type = "";
  #data: string[] = [];

  private constructor(response: Response, abort: AbortController, lastEventId: string) {
    this.response = response;
    this.#abort = abort;
    this.lastEventId = lastEventId;
    void this.#read();
  }

  static async open(url: string, { token, lastEventId }: OpenOptions = {}): Promise<EventStreamReader> {
    const abort = new AbortController();
    const headers = new Headers();
    if (token !== undefined) headers.set("authorization", `Bearer ${token}`);
    if (lastEventId !== undefined) headers.set("last-event-id", lastEventId);
    const response = await fetch(url, { headers, signal: abort.signal });
    return new EventStreamReader(response, abort, lastEventId ?? "");
  }

  /** The next event that has not been asked for yet. */
  async next(): Promise<StreamEvent> {
    const index = this.#next++;
    await until(() => this.events.length > index, { what: () => `event ${index}` });
    const event = this.events[index];
    if (event === undefined) throw new Error(`Cannot read event ${index}: there is none`);
    return event;
  }

  async untilEnd(): Promise<void> {
    await until(() => this.ended, { what: () => "the stream's end" });
  }

  close(): void {
    this.#abort.abort();
  }

  async [Symbol.asyncDispose](): Promise<void> {
    this.close();
    await this.untilEnd();
  }

  async #read(): Promise<void> {
    let rest = "";
    try {
      for await (const text of this.response.body?.pipeThrough(new TextDecoderStream()) ?? []) {
        const lines = (rest + text).split("\n");
        rest = lines.pop() ?? "";
        for (const line of lines) this.#take(line);
      }
    } catch {
      // Cut off: like the end.
    }
    this.ended = true;
  }

  #take(line: string): void {
    if (line === "") return this.#dispatch();
    if (line.startsWith(":")) {
      this.comments++;
      return;
    }
    const [, field, value = ""] = /^([^:]*)(?:: ?(.*))?$/.exec(line) ?? [];
    if (field === "event") this.#type = value;
    if (field === "data") this.#data.push(value);
    if (field === "id") this.lastEventId = value;
    if (field === "retry" && /^\d+$/.test(value)) this.retryMs = Number(value);
  }

  #dispatch(): void {
    const data = this.#data.join("\n");
    const type = this.#type || "message";
    const hasData = this.#data.length > 0;
    this.#data = [];
    this.#type = "";
    if (hasData) this.events.push({ type, data, lastEventId: this.lastEventId });
  }
}
