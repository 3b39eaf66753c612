import { changesSince, reachability } from "./changes.ts";
import type { Clock } from "./clock.ts";
import { Connection, type ConnectionParts } from "./connection.ts";
import { eventSourceTransport } from "./event_source_transport.ts";
import { pollingTransport } from "./polling_transport.ts";
import { socketTransport } from "./socket_transport.ts";

interface LineOptions extends Pick<ConnectionParts, "onMessage" | "onStatus" | "onSignedOut"> {
  readonly channel: string;
  /** The same channel as an event stream. */
  readonly stream: string;
  readonly clock: Clock;
  readonly fetch: (path: string, init: RequestInit) => Promise<Response>;
}

/** A connection to one channel: WebSocket first, event stream where those are blocked, polling where both are. */
export function lineTo({ channel, stream, clock, fetch, ...events }: LineOptions): Connection {
  const options = { channel, fetch };
  const url = new URL("/ws", location.href);
  url.protocol = url.protocol === "https:" ? "wss:" : "ws:";
  const changes = (after: string | undefined): ReturnType<typeof changesSince> => changesSince(after, options);
  return new Connection({
    transports: [
      socketTransport({ url: url.href, channel }),
      eventSourceTransport({ url: stream, changes }),
      pollingTransport({ changes, clock }),
    ],
    check: (after) => reachability(after, options),
    clock,
    random: Math.random,
    ...events,
  });
}
