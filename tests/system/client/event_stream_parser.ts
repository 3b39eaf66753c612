/** What `EventSource` dispatches, or keeps to itself. */
export interface EventStreamListener {
  event(event: { readonly type: string; readonly data: string; readonly id: string }): void;
  /** A bare `id:`: nothing is dispatched, and the browser comes back from here. */
  moved(id: string): void;
  comment(): void;
  retry(ms: number): void;
}

/** Reads an event stream as the HTML standard says that browsers do, however the bytes are cut. */
export class EventStreamParser {
  readonly #listener: EventStreamListener;
  readonly #decoder = new TextDecoder();
  #rest = "";
  #type = "";
  #data: string[] = [];
  #id: string;
  #idSeen = false;

  constructor(listener: EventStreamListener, lastEventId = "") {
    this.#listener = listener;
    this.#id = lastEventId;
  }

  push(bytes: Uint8Array): void {
    const text = this.#rest + this.#decoder.decode(bytes, { stream: true });
    // A carriage return at the end may be half of a line's end.
    const whole = text.endsWith("\r") ? text.slice(0, -1) : text;
    const lines = whole.split(/\r\n|\n|\r/);
    this.#rest = (lines.pop() ?? "") + text.slice(whole.length);
    for (const line of lines) this.#line(line);
  }

  #line(line: string): void {
    if (line === "") return this.#dispatch();
    if (line.startsWith(":")) return this.#listener.comment();
    const colon = line.indexOf(":");
    const field = colon === -1 ? line : line.slice(0, colon);
    const value = colon === -1 ? "" : line.slice(colon + 1).replace(/^ /, "");
    if (field === "data") this.#data.push(value);
    else if (field === "event") this.#type = value;
    else if (field === "retry" && /^\d+$/.test(value)) this.#listener.retry(Number(value));
    else if (field === "id" && !value.includes("\0")) {
      this.#id = value;
      this.#idSeen = true;
    }
  }

  #dispatch(): void {
    const [type, data, idSeen] = [this.#type || "message", this.#data, this.#idSeen];
    this.#type = "";
    this.#data = [];
    this.#idSeen = false;
    if (data.length > 0) this.#listener.event({ type, data: data.join("\n"), id: this.#id });
    else if (idSeen) this.#listener.moved(this.#id);
  }
}
