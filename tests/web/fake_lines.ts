import { Connection } from "../../src/client/connection.ts";
import type { ConnectionStatus } from "../../src/client/connection_status.ts";
import type { FeedMessage } from "../../src/client/feed_message.ts";
import type { OpenTransport, Reachability, TransportEvents } from "../../src/client/transport.ts";
import { VirtualClock } from "./virtual_clock.ts";

/** One line that was opened, to be played by the test. */
export interface FakeLine {
  readonly kind: string;
  readonly after: string | undefined;
  readonly on: TransportEvents;
  probes: number;
  closed: boolean;
}

export const resumed: FeedMessage = { type: "resumed" };

export function event(cursor: string): FeedMessage {
  return { type: "event", cursor, data: { eventType: "noise" } };
}

/** A connection over lines that do what the test says. */
export class FakeLines {
  readonly clock = new VirtualClock();
  readonly lines: FakeLine[] = [];
  readonly messages: FeedMessage[] = [];
  readonly statuses: ConnectionStatus[] = [];
  checks = 0;
  signedOut = 0;
  reachability: Reachability = "unreachable";
  readonly connection: Connection;

  constructor() {
    this.connection = new Connection({
      transports: ["socket", "stream", "poll"].map((kind) => this.#transport(kind)),
      check: () => {
        this.checks += 1;
        return Promise.resolve(this.reachability);
      },
      clock: this.clock,
      random: () => 0.5,
      onMessage: (message) => this.messages.push(message),
      onStatus: (status) => this.statuses.push(status),
      onSignedOut: () => this.signedOut += 1,
    });
  }

  get line(): FakeLine {
    const line = this.lines.at(-1);
    if (line === undefined) throw new Error("Cannot play a line: none was opened");
    return line;
  }

  get phases(): readonly string[] {
    return this.statuses.map(({ phase }) => phase);
  }

  /** The present line opens and begins with a snapshot. */
  begin(cursor = "1.a"): void {
    this.line.on.connected();
    this.line.on.message({ type: "snapshot", cursor, state: {} });
  }

  #transport(kind: string): OpenTransport {
    return (after, on) => {
      const line: FakeLine = { kind, after, on, probes: 0, closed: false };
      this.lines.push(line);
      return { probe: () => line.probes += 1, close: () => line.closed = true };
    };
  }
}
