import { expect } from "@std/expect";
import { until } from "../../harness/until.ts";
import { counted } from "../client/counted.ts";
import { followCustomer } from "../client/customer_feed.ts";
import type { Shop } from "../client/shop.ts";
import { Shopper } from "../client/shopper.ts";
import { SocketLine } from "../client/socket_line.ts";
import { rawExchange } from "./raw_exchange.ts";

const NONSENSE = [
  "",
  "hello",
  "{",
  "null",
  "[]",
  "7",
  '{"type":"subscribe"}',
  '{"type":"subscribe","channel":7}',
  '{"type":"subscribe","channel":"order:../../x"}',
  '{"type":"fly","ref":1}',
  '{"type":"ping","type":"ping"}',
  '{"type":"command","ref":{},"name":"cart.open"}',
  '{"type":"command","ref":1,"name":"__proto__","params":{}}',
  '{"type":"command","ref":1,"name":"cart.open","params":[1],"idempotencyKey":"two words"}',
  '{"type":"refresh","token":"x"}',
  '{"type":"ack","channel":"customer"}',
  `{"type":"command","ref":2,"name":"cart.add_item","params":${"[".repeat(500)}${"]".repeat(500)}}`,
];

/** Everything that is no message is answered, and costs the connection nothing. */
export async function nonsenseOnASocketIsAnswered(shop: Shop): Promise<void> {
  const { api } = shop;
  const { token, customerId } = await Shopper.arrive(api);
  const socket = await SocketLine.open(`${api.url}/ws`, { token });
  const follower = followCustomer(customerId);
  await socket.subscribe("customer", follower);
  for (const text of NONSENSE) socket.say(text);
  socket.sendBytes(crypto.getRandomValues(new Uint8Array(100)));
  await until(() => socket.unasked.length >= NONSENSE.length, { what: () => `${socket.unasked.length} replies` });
  for (const { ok, error } of socket.unasked) expect([ok, error?.status]).toEqual([false, expect.any(Number)]);
  expect((await socket.command("cart.open", {})).ok).toBe(true);
  await until(() => follower.state?.cart !== null, { what: () => "the cart" });
  await socket.close();
  expect(follower.complaints).toEqual([]);
}

export async function largeMessagesEndTheSocket(shop: Shop): Promise<void> {
  const { api } = shop;
  const { token } = await Shopper.arrive(api);
  const socket = await SocketLine.open(`${api.url}/ws`, { token });
  socket.say(JSON.stringify({ type: "ping", blanks: " ".repeat(70_000) }));
  expect((await socket.closed).code).toBe(1009);
}

export async function floodsEndTheSocket(shop: Shop): Promise<void> {
  const { api } = shop;
  const { token } = await Shopper.arrive(api);
  const socket = await SocketLine.open(`${api.url}/ws`, { token });
  const before = await counted(api, "connections_dropped_total", '"rate_limited"');
  for (let message = 0; message < 5000; message++) socket.say('{"type":"ping"}');
  await socket.closed;
  expect(await counted(api, "connections_dropped_total", '"rate_limited"')).toBeGreaterThan(before);
}

/** Frames that break the protocol itself. */
export async function brokenFramesEndTheSocket(shop: Shop): Promise<void> {
  const { api, server } = shop;
  const { token } = await Shopper.arrive(api);
  const handshake = [
    "GET /ws HTTP/1.1",
    "host: shop.test",
    "connection: upgrade",
    "upgrade: websocket",
    "sec-websocket-version: 13",
    "sec-websocket-key: dGhlIHNhbXBsZSBub25jZQ==",
    `authorization: Bearer ${token}`,
    "\r\n",
  ].join("\r\n");
  const frames: Readonly<Record<string, number[]>> = {
    "of an unknown kind": [0x8b, 0x80, 0, 0, 0, 0],
    "with reserved bits": [0xf1, 0x80, 0, 0, 0, 0],
    "text that is no UTF-8": [0x81, 0x82, 0, 0, 0, 0, 0xff, 0xfe],
    "that announces terabytes": [0x81, 0xff, 0, 0, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0, 0, 0, 0],
    "a long ping": [0x89, 0xfe, 0x04, 0x00, 0, 0, 0, 0],
  };
  for (const [what, frame] of Object.entries(frames)) {
    const answer = await rawExchange(server.port, { say: [handshake, new Uint8Array(frame)], untilClosed: true });
    expect({ what, ended: answer?.startsWith("HTTP/1.1 101 ") }).toEqual({ what, ended: true });
  }
  const plain = await rawExchange(server.port, {
    say: [handshake.replace("upgrade: websocket\r\n", "")],
    withinMs: 1500,
  });
  expect(plain ?? "HTTP/1.1 400 ").toMatch(/^HTTP\/1.1 400 /);
}
