import { readSocketMessage } from "./feed_message.ts";
import type { OpenTransport } from "./transport.ts";

/** One channel over a WebSocket; the cookie says whose. */
export function socketTransport({ url, channel }: { readonly url: string; readonly channel: string }): OpenTransport {
  return (after, on) => {
    const socket = new WebSocket(url);
    socket.onopen = () => {
      on.connected();
      const from = after === undefined ? {} : { after };
      socket.send(JSON.stringify({ type: "subscribe", ref: channel, channel, ...from }));
    };
    socket.onmessage = ({ data }: MessageEvent<unknown>) => {
      on.heard();
      const message = readSocketMessage(String(data));
      if (message === undefined) return;
      if (message.type !== "reconnect" && message.type !== "refused") return on.message(message);
      close();
      on.closed(message.type === "reconnect" ? { afterMs: message.afterMs } : {});
    };
    socket.onclose = () => on.closed({});

    function close(): void {
      socket.onopen = socket.onmessage = socket.onclose = null;
      socket.close();
    }
    return {
      probe: () => {
        if (socket.readyState === WebSocket.OPEN) socket.send(JSON.stringify({ type: "ping" }));
      },
      close,
    };
  };
}
