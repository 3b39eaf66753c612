import { describe, it } from "@std/testing/bdd";
import { expect } from "@std/expect";
import { eventSourceTransport, type StreamSource } from "../../src/client/event_source_transport.ts";
import type { FeedMessage } from "../../src/client/feed_message.ts";
import { settle } from "./virtual_clock.ts";

/** A browser's `EventSource`, played by the test. */
class FakeSource implements StreamSource {
  onopen: StreamSource["onopen"] = null;
  onmessage: StreamSource["onmessage"] = null;
  onerror: StreamSource["onerror"] = null;
  closed = false;
  readonly #listeners = new Map<string, (message: MessageEvent) => void>();

  constructor(readonly url: string) {}

  addEventListener(type: string, listen: (message: MessageEvent) => void): void {
    this.#listeners.set(type, listen);
  }

  close(): void {
    this.closed = true;
  }

  say(type: string, data: object, lastEventId = ""): void {
    const listen = type === "message" ? this.onmessage : this.#listeners.get(type);
    listen?.(new MessageEvent(type, { data: JSON.stringify(data), lastEventId }));
  }
}

function line(missed: () => Promise<readonly FeedMessage[]>): {
  readonly source: FakeSource;
  readonly heard: string[];
  readonly probe: () => Promise<void>;
} {
  const heard: string[] = [];
  const sources: FakeSource[] = [];
  const open = (url: string): FakeSource => {
    const source = new FakeSource(url);
    sources.push(source);
    return source;
  };
  const transport = eventSourceTransport({ url: "/sse/storefront", changes: missed, open })("1.k", {
    connected: () => heard.push("connected"),
    heard: () => heard.push("heard"),
    message: (message) => heard.push(message.type === "resumed" ? "resumed" : `${message.type} ${message.cursor}`),
    closed: ({ afterMs }) => heard.push(`closed ${afterMs}`),
  });
  const [source] = sources;
  if (source === undefined) throw new Error("Cannot play a line: none was opened");
  return {
    source,
    heard,
    probe: () => {
      transport.probe();
      return settle();
    },
  };
}

const resumed: FeedMessage = { type: "resumed" };
const noLine = (): Promise<readonly FeedMessage[]> => Promise.reject(new Error("down"));

describe("an event stream", () => {
  it("goes on after the cursor, and passes everything on", () => {
    const { source, heard } = line(noLine);
    expect(source.url).toBe("/sse/storefront?after=1.k");
    source.say("resumed", { cursor: "1.k" });
    source.say("message", { eventType: "noise" }, "2.k");
    source.say("reset", { cursor: "9.k", state: {}, reason: "cursor_foreign" });
    expect(heard).toEqual(["resumed", "event 2.k", "reset 9.k"]);
  });

  it("ends for as long as the server says, and does not come back by itself", () => {
    const { source, heard } = line(noLine);
    source.say("reconnect", { afterMs: 700, code: "draining" });
    expect(heard).toEqual(["closed 700"]);
    expect(source.closed).toBe(true);
  });

  it("is alive when nothing happened that it did not bring", async () => {
    const { heard, probe } = line(() => Promise.resolve([resumed]));
    await probe();
    expect(heard).toEqual(["heard"]);
  });

  it("moves on over bare ids, which the browser keeps to itself", async () => {
    const { heard, probe } = line(() => Promise.resolve([resumed, { type: "event", cursor: "2.k" }]));
    await probe();
    expect(heard).toEqual(["event 2.k", "heard"]);
  });

  it("is dead when something happened that it did not bring", async () => {
    const { heard, source, probe } = line(() => Promise.resolve([resumed, { type: "event", cursor: "2.k", data: {} }]));
    await probe();
    expect(heard).toEqual(["closed undefined"]);
    expect(source.closed).toBe(true);
  });

  it("gives no sign of life when the shop does not answer either", async () => {
    const { heard, probe } = line(noLine);
    await probe();
    expect(heard).toEqual([]);
  });
});
