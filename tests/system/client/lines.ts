import type { Api } from "./api.ts";
import { EventStreamLine } from "./event_stream_line.ts";
import type { FeedListener, Line } from "./feed_listener.ts";
import { PollingLine } from "./polling_line.ts";
import { SocketLine } from "./socket_line.ts";

export type Transport = "sse" | "websocket" | "polling";

export interface CustomerLineOptions {
  readonly token: string;
  readonly cursor?: string;
  readonly listener: FeedListener;
}

/** Opens the customer's feed over any of the transports. Rejects when it cannot be had now. */
export async function openCustomerLine(
  api: Api,
  transport: Transport,
  { token, cursor, listener }: CustomerLineOptions,
): Promise<Line> {
  switch (transport) {
    case "sse":
      return await EventStreamLine.open(`${api.url}/sse/storefront`, { token, cursor, listener });
    case "websocket": {
      const socket = await SocketLine.open(`${api.url}/ws`, { token });
      const { ok, error } = await socket.subscribe("customer", listener, cursor);
      if (ok) return socket;
      await socket.close();
      throw new Error(`Cannot subscribe: ${error?.code}`);
    }
    case "polling":
      return new PollingLine(api, { channel: "customer", token, cursor, listener });
  }
}
