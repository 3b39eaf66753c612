import { describe, it } from "@std/testing/bdd";
import { expect } from "@std/expect";
import type { RateLimit } from "../../../src/edge/rate_limit.ts";
import { until } from "../../harness/until.ts";
import { SocketClient } from "./socket_client.ts";
import { ann, bob, serveStreams, type StreamServer } from "./stream_server.ts";

const ANN = "customer/ann";

async function annsSocket(server: StreamServer, ttlSeconds?: number): Promise<SocketClient> {
  const headers = { authorization: `Bearer ${await server.tokenFor(ann, ttlSeconds)}` };
  return SocketClient.open(`ws://127.0.0.1:${server.port}/ws`, { headers });
}

/** Time to leave in, while one is being let in. */
const SLOW: RateLimit = {
  take: () => new Promise((resolve) => setTimeout(resolve, 40, 0)),
};

/** A client that has asked for a socket, and says no more. */
async function handshake(server: StreamServer, ttlSeconds?: number): Promise<Deno.TcpConn> {
  const client = await Deno.connect({ port: server.port, hostname: "127.0.0.1" });
  const request = `GET /ws HTTP/1.1\r\nhost: 127.0.0.1:${server.port}\r\nupgrade: websocket\r\n` +
    "connection: Upgrade\r\nsec-websocket-version: 13\r\nsec-websocket-key: dGhlIHNhbXBsZSBub25jZQ==\r\n" +
    `authorization: Bearer ${await server.tokenFor(ann, ttlSeconds)}\r\n\r\n`;
  await client.write(new TextEncoder().encode(request));
  return client;
}

/** Leaves while it is being let in. */
async function leaveAtOnce(server: StreamServer, { ttlSeconds }: { readonly ttlSeconds?: number } = {}): Promise<void> {
  const client = await handshake(server, ttlSeconds);
  await new Promise((resolve) => setTimeout(resolve, 10));
  client.close();
  await until(() => server.registry.open.websocket === 1, { what: () => "its seat" });
}

describe("a socket's token", () => {
  it("is asked for anew 30 seconds before it expires, and the socket is closed when it does", async () => {
    await using server = await serveStreams();
    server.feeds.show(ANN);
    await using socket = await annsSocket(server, 120);
    socket.say({ type: "subscribe", ref: 1, channel: "customer" });
    await until(() => socket.messages.length === 2, { what: () => "the channel" });
    const expiresAt = new Date(server.clock.now() + 120_000).toISOString();

    server.clock.advance(89_000);
    socket.say({ type: "ping" });
    await until(() => socket.messages.at(-1)?.type === "pong", { what: () => "the pong" });
    expect(socket.messages.length).toBe(3);
    server.clock.advance(1250);
    await until(() => socket.messages.length === 4, { what: () => "the request" });
    expect(socket.messages[3]).toEqual({ type: "refresh_needed", expiresAt });
    server.clock.advance(28_000);
    expect(server.registry.open.websocket).toBe(1);
    server.clock.advance(2000);
    expect(await socket.untilClosed()).toEqual({ code: 4401, reason: "token_expired" });
    expect(server.feeds.listeners(ANN)).toBe(0);
  });

  it("is renewed in place: channels stay, nothing is repeated", async () => {
    await using server = await serveStreams();
    server.feeds.show(ANN);
    await using socket = await annsSocket(server, 60);
    socket.say({ type: "subscribe", ref: 1, channel: "customer" });
    await until(() => socket.messages.length === 2, { what: () => "the channel" });
    server.clock.advance(31_000);
    await until(() => socket.messages.length === 3, { what: () => "the request" });

    socket.say({ type: "refresh", token: await server.tokenFor(ann, 600) });
    await until(() => socket.messages.length === 4, { what: () => "the reply" });
    const expiresAt = new Date(server.clock.now() + 600_000).toISOString();
    expect(socket.messages[3]).toEqual({ type: "reply", ref: null, ok: true, result: { expiresAt } });

    server.clock.advance(300_000);
    server.feeds.publish(ANN, { number: 1 });
    await until(() => socket.messages.length === 5, { what: () => "the event" });
    expect(socket.messages[4]).toMatchObject({ type: "event", cursor: "1.tag0" });
  });

  it("is not replaced in place by one with fewer rights: channels show what was allowed when they were opened", async () => {
    await using server = await serveStreams();
    await using socket = await SocketClient.open(`ws://127.0.0.1:${server.port}/ws`, {
      headers: { authorization: `Bearer ${await server.tokenFor({ ...ann, roles: ["customer", "staff"] })}` },
    });
    socket.say({ type: "refresh", token: await server.tokenFor({ ...ann, roles: ["customer", "staff", "admin"] }) });
    await until(() => socket.messages.length === 1, { what: () => "the reply" });
    expect(socket.messages[0]).toMatchObject({ ok: true });
    socket.say({ type: "refresh", token: await server.tokenFor(ann) });
    expect(await socket.untilClosed()).toEqual({ code: 1012, reason: "rights_changed" });
    expect(socket.messages.at(-1)).toMatchObject({ type: "reconnect", code: "rights_changed" });
  });

  it("is not replaced by another customer's, nor by one that does not count", async () => {
    await using server = await serveStreams();
    await using socket = await annsSocket(server, 60);
    const tokens = [await server.tokenFor(bob), "forged"];
    for (const [ref, token] of tokens.entries()) socket.say({ type: "refresh", ref, token });
    await until(() => socket.messages.length === 2, { what: () => "both replies" });
    const codes = socket.messages.map(({ ref, ok, error }) => [ref, ok, Object(error).code]);
    expect(codes.sort()).toEqual([[0, false, "forbidden"], [1, false, "token_invalid"]]);
    server.clock.advance(61_000);
    expect((await socket.untilClosed()).code).toBe(4401);
  });
});

describe("a socket that is of no use", () => {
  it("is pruned when it has not subscribed within 30 seconds", async () => {
    await using server = await serveStreams();
    server.feeds.show(ANN);
    await using useful = await annsSocket(server);
    useful.say({ type: "subscribe", ref: 1, channel: "customer" });
    await until(() => server.feeds.listeners(ANN) === 1, { what: () => "the channel" });
    await using idle = await annsSocket(server);
    idle.say({ type: "ping" });
    await idle.next();

    server.clock.advance(29_000);
    expect(server.registry.open.websocket).toBe(2);
    server.clock.advance(1500);
    expect(await idle.untilClosed()).toEqual({ code: 4408, reason: "never_subscribed" });
    expect(useful.isOpen).toBe(true);
  });

  it("is of use when it commands alone", async () => {
    await using server = await serveStreams();
    await using socket = await annsSocket(server);
    socket.say({ type: "command", ref: 1, name: "cart.open", params: {} });
    await socket.next();
    server.clock.advance(40_000);
    expect(server.registry.open.websocket).toBe(1);
    expect(socket.isOpen).toBe(true);
  });

  it("is freed when its client had left before it was open", async () => {
    await using server = await serveStreams({ rateLimit: SLOW });
    await leaveAtOnce(server, { ttlSeconds: 20 });
    expect(server.registry.descriptors).toBe(1);
    for (let second = 0; second < 31; second++) server.clock.advance(1000);
    expect(server.errors).toEqual([]);
    expect(server.registry.descriptors).toBe(0);
  });

  it("is freed when its peer is gone without a word: it answers no ping", async () => {
    await using server = await serveStreams({ limits: { deadPeerMs: 3000 } });
    server.feeds.show(ANN);
    const dead = await handshake(server);
    await using alive = await annsSocket(server);
    alive.say({ type: "subscribe", ref: 1, channel: "customer" });

    await until(() => server.registry.open.websocket === 2, { what: () => "both sockets" });
    await until(() => server.registry.open.websocket === 1, { what: () => "the dead one to be freed" });
    expect(server.registry.descriptors).toBe(1);
    // A client that is silent but alive answers pings without being told to.
    expect(alive.isOpen).toBe(true);
    dead.close();
  });

  it("is let go with all its channels when its client leaves", async () => {
    await using server = await serveStreams();
    server.feeds.show(ANN);
    {
      await using socket = await annsSocket(server);
      socket.say({ type: "subscribe", ref: 1, channel: "customer" });
      await until(() => server.feeds.listeners(ANN) === 1, { what: () => "the channel" });
    }
    await until(() => server.feeds.listeners(ANN) === 0, { what: () => "it to be detached" });
    expect(server.registry.descriptors).toBe(0);
    expect(server.dropped).toEqual([]);
  });
});

describe("a drain", () => {
  it("sends everybody away, though one had left before its socket was open", async () => {
    await using server = await serveStreams({ rateLimit: SLOW });
    await leaveAtOnce(server);
    await using socket = await annsSocket(server);
    await server.registry.drain();
    expect(await socket.untilClosed()).toEqual({ code: 1012, reason: "draining" });
    expect(server.registry.descriptors).toBe(0);
  });

  it("sends sockets away too, and waits for them", async () => {
    await using server = await serveStreams();
    await using first = await annsSocket(server);
    await using second = await annsSocket(server);
    await server.registry.drain();
    for (const socket of [first, second]) {
      expect(await socket.untilClosed()).toEqual({ code: 1012, reason: "draining" });
    }
    const returns = [first, second].map(({ messages }) => messages.at(-1));
    expect(returns).toEqual([
      { type: "reconnect", afterMs: 1000, code: "draining" },
      { type: "reconnect", afterMs: 10_000, code: "draining" },
    ]);
  });
});
