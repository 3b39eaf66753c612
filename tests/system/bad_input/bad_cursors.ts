import { expect } from "@std/expect";
import { until } from "../../harness/until.ts";
import { EventStreamLine } from "../client/event_stream_line.ts";
import type { FeedListener, Opening } from "../client/feed_listener.ts";
import { Changes } from "../client/shapes_of_answers.ts";
import type { Shop } from "../client/shop.ts";
import { Shopper } from "../client/shopper.ts";
import { SocketLine } from "../client/socket_line.ts";

/** Hears how a feed begins. */
class FirstFrame implements FeedListener {
  opening: Opening | undefined;
  opened(opening: Opening): void {
    this.opening = opening;
  }
  frame(): void {}
  sentAway(): void {}
  ended(): void {}
}

/** On every stream, by every transport: never silence, and never anything but the state. */
export async function badCursorsAreToldSo(shop: Shop): Promise<void> {
  const { api } = shop;
  const sku = await shop.stock({ quantity: 10 });
  const [mine, other] = [await Shopper.arrive(api), await Shopper.arrive(api)];
  const order = await shop.order(mine, [{ sku, quantity: 1 }]);
  const foreign = (await shop.order(other, [{ sku, quantity: 1 }])).cursor;
  const channels = {
    customer: "/sse/storefront",
    [`order:${order.orderId}`]: `/api/v1/orders/${order.orderId}/events`,
    [`track:${order.trackingId}`]: `/track/${order.trackingId}/events`,
  };
  for (const [channel, path] of Object.entries(channels)) {
    const current = (await api.call(`/api/changes?channel=${channel}`, { token: mine.token })).as(Changes);
    const tag = current.cursor.split(".")[1];
    const cursors: Readonly<Record<string, string>> = {
      cursor_foreign: foreign,
      cursor_ahead: `999999999.${tag}`,
      cursor_invalid: "1e3.aaaaaaaa",
    };
    const broken = [
      "-1." + tag,
      "9".repeat(40) + "." + tag,
      "'; drop table event;--",
      "0",
      ".",
      "\t",
      "x".repeat(5000),
    ];
    for (
      const [reason, cursor] of [
        ...Object.entries(cursors),
        ...broken.map((bad) => ["cursor_invalid", bad] as const),
      ]
    ) {
      const first = new FirstFrame();
      const line = await EventStreamLine.open(`${api.url}${path}`, { token: mine.token, cursor, listener: first });
      await until(() => first.opening !== undefined, { what: () => `the first frame after ${cursor}` });
      await line.close();
      // A blank header is none.
      const expected = cursor.trim() === "" ? { outcome: "snapshot" } : { outcome: "reset", reason };
      expect({ channel, after: cursor, ...first.opening }).toMatchObject({
        channel,
        after: cursor,
        ...expected,
        state: current.state,
      });
    }
    for (const [reason, after] of Object.entries(cursors)) {
      const query = new URLSearchParams({ channel, after });
      const polled = (await api.call(`/api/changes?${query}`, { token: mine.token })).as(Changes);
      expect(polled).toMatchObject({ outcome: "reset", reason, cursor: current.cursor, state: current.state });
      const first = new FirstFrame();
      const socket = await SocketLine.open(`${api.url}/ws`, { token: mine.token });
      await socket.subscribe(channel, first, after);
      expect(first.opening).toMatchObject({ outcome: "reset", reason, state: current.state });
      await socket.close();
    }
  }
}

/** Whoever asks for what is another's hears the same as who asks for what is nobody's. */
export async function foreignFeedsLookMissing(shop: Shop): Promise<void> {
  const { api } = shop;
  const sku = await shop.stock({ quantity: 10 });
  const [owner, stranger] = [await Shopper.arrive(api), await Shopper.arrive(api)];
  const { orderId } = await shop.order(owner, [{ sku, quantity: 1 }]);
  const missing = `ord_${"b".repeat(26)}`;
  const { token } = stranger;
  const socket = await SocketLine.open(`${api.url}/ws`, { token });
  const heard: unknown[] = [];
  for (const id of [orderId, missing, `${orderId.slice(0, -1)}${orderId.endsWith("a") ? "b" : "a"}`]) {
    const answers = [
      await api.call(`/api/v1/orders/${id}`, { token }),
      await api.call(`/api/v1/orders/${id}/events`, { token }),
      await api.call(`/orders/${id}/events`, { token }),
      await api.call(`/api/changes?channel=order:${id}`, { token }),
      await api.post(`/api/v1/orders/${id}/cancel`, { token, body: {} }),
      await api.post(`/api/v1/orders/${id}/pay`, { token, body: {} }),
      await api.call(`/track/${id.replace("ord_", "trk_")}/events`),
    ];
    const { error } = await socket.subscribe(`order:${id}`, new FirstFrame());
    const commanded = await socket.command("order.cancel", { orderId: id });
    heard.push({ texts: answers.map(({ status, text }) => [status, text]), socket: [error, commanded.error] });
  }
  await socket.close();
  expect(heard[0]).toEqual(heard[1]);
  expect(heard[2]).toEqual(heard[1]);
  expect(JSON.stringify(heard[1])).toContain("not_found");
  expect(JSON.stringify(heard[1])).not.toContain("illegal");
}
