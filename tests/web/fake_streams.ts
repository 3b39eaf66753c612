import { type Context, Hono } from "hono";
import { customerIn } from "./fake_api.ts";
import type { FakeEvent, FakeFeed, FakeOpening } from "./fake_feed.ts";
import type { FakeShop } from "./fake_shop.ts";

/** What a fake network does to streams. */
export interface FakeNetwork {
  /** A proxy that lets no WebSocket through. */
  blocksSockets: boolean;
  /** The carts' source is down; the rest of the shop is not. */
  losesCarts: boolean;
  /** Lines open now, by transport. */
  readonly open: { sockets: number; streams: number };
  /** Ends every line at once, as a killed process would. */
  readonly cut: Set<() => void>;
}

/** `/ws`, `/sse/storefront`, `/track/{id}/events` and `/api/changes`, all from the same feeds. */
export function fakeStreams(shop: FakeShop, network: FakeNetwork): Hono {
  const app = new Hono();
  const feedOf = (customerId: string | undefined, channel: string): FakeFeed | undefined => {
    if (channel.startsWith("track:")) {
      return [...shop.orders.values()].find(({ trackingId }) => `track:${trackingId}` === channel)?.tracking;
    }
    return channel === "customer" && customerId !== undefined ? shop.feedOf(customerId) : undefined;
  };

  app.get("/ws", (c) => {
    if (network.blocksSockets) return c.text("", 403);
    const customerId = customerIn(c);
    const { socket, response } = Deno.upgradeWebSocket(c.req.raw);
    const done: (() => void)[] = [];
    const close = (): void => socket.close();
    network.cut.add(close);
    network.open.sockets += 1;
    socket.onmessage = ({ data }) => {
      const message = JSON.parse(String(data));
      if (message.type === "ping") return socket.send(`{"type":"pong"}`);
      const feed = feedOf(customerId, message.channel);
      if (feed === undefined) {
        return socket.send(
          JSON.stringify({ type: "reply", ref: message.ref, ok: false, error: { code: "not_found" } }),
        );
      }
      const { channel } = message;
      const say = ({ cursor, data }: FakeEvent): void =>
        socket.send(JSON.stringify({ type: "event", channel, cursor, data }));
      const opening = feed.open(message.after);
      socket.send(JSON.stringify({ type: opening.type, channel, cursor: opening.cursor, data: stateOf(opening) }));
      for (const event of missedIn(opening)) say(event);
      done.push(feed.subscribe(say));
    };
    socket.onclose = () => {
      network.cut.delete(close);
      network.open.sockets -= 1;
      for (const end of done) end();
    };
    return response;
  });

  const stream = (channelOf: (c: Context) => string) => (c: Context): Response => {
    const feed = feedOf(customerIn(c), channelOf(c));
    if (feed === undefined) return c.text("", 404);
    const encoder = new TextEncoder();
    let end = (): void => {};
    network.open.streams += 1;
    const body = new ReadableStream<Uint8Array>({
      start(controller): void {
        const write = (text: string): void => controller.enqueue(encoder.encode(text));
        const say = ({ cursor, data }: FakeEvent): void =>
          write(data === undefined ? `id: ${cursor}\n\n` : `id: ${cursor}\ndata: ${JSON.stringify(data)}\n\n`);
        const opening = feed.open(c.req.header("last-event-id") ?? c.req.query("after"));
        write(`event: ${opening.type}\nid: ${opening.cursor}\ndata: ${JSON.stringify(stateOf(opening))}\n\n`);
        for (const event of missedIn(opening)) say(event);
        const leave = feed.subscribe(say);
        const cut = (): void => {
          end();
          controller.close();
        };
        network.cut.add(cut);
        end = () => {
          leave();
          network.cut.delete(cut);
          network.open.streams -= 1;
          end = () => {};
        };
      },
      cancel: () => end(),
    });
    return new Response(body, { headers: { "content-type": "text/event-stream" } });
  };
  app.get("/sse/storefront", stream(() => "customer"));
  app.get("/track/:trackingId/events", stream((c) => `track:${c.req.param("trackingId")}`));

  app.get("/api/changes", (c) => {
    const feed = feedOf(customerIn(c), c.req.query("channel") ?? "");
    if (feed === undefined) return c.json({ code: "not_found" }, c.req.query("channel") === "customer" ? 401 : 404);
    const opening = feed.open(c.req.query("after"));
    const frames = missedIn(opening);
    const cursor = frames.at(-1)?.cursor ?? opening.cursor;
    return c.json({ outcome: opening.type, ...stateOf(opening), cursor, frames });
  });
  return app;
}

function stateOf(opening: FakeOpening): Readonly<Record<string, unknown>> {
  const { cursor } = opening;
  return opening.type === "resumed" ? { cursor } : { cursor, state: opening.state };
}

function missedIn(opening: FakeOpening): readonly FakeEvent[] {
  return opening.type === "resumed" ? opening.missed : [];
}
