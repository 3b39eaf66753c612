import { describe, it } from "@std/testing/bdd";
import { expect } from "@std/expect";
import { until } from "../../harness/until.ts";
import { SocketClient, type SocketOptions } from "./socket_client.ts";
import { ann, bob, ORDER_ID, serveStreams, type StreamServer, TRACKING_ID } from "./stream_server.ts";

const ANN = "customer/ann";
const ORDER = `order/${ORDER_ID}` as const;

function addressOf({ port }: StreamServer, path = "/ws"): string {
  return `ws://127.0.0.1:${port}${path}`;
}

async function annsSocket(server: StreamServer): Promise<SocketClient> {
  const headers = { authorization: `Bearer ${await server.tokenFor(ann)}` };
  return SocketClient.open(addressOf(server), { headers });
}

describe("a socket's channel", () => {
  it("begins with a snapshot, then shows every event, hidden ones as a cursor alone", async () => {
    await using server = await serveStreams();
    server.feeds.show(ANN);
    await using socket = await annsSocket(server);
    socket.say({ type: "subscribe", ref: "r1", channel: "customer" });

    expect(await socket.next()).toEqual({
      type: "snapshot",
      channel: "customer",
      cursor: "0.tag0",
      data: { cursor: "0.tag0", state: { count: 0 } },
    });
    expect(await socket.next()).toEqual({ type: "reply", ref: "r1", ok: true, result: { channel: "customer" } });
    server.feeds.publish(ANN, { eventType: "cart-updated" });
    server.feeds.publish(ANN, undefined);
    expect(await socket.next()).toEqual({
      type: "event",
      channel: "customer",
      cursor: "1.tag0",
      data: { eventType: "cart-updated" },
    });
    expect(await socket.next()).toEqual({ type: "event", channel: "customer", cursor: "2.tag0" });
  });

  it("resumes after a cursor with all that was missed", async () => {
    await using server = await serveStreams();
    server.feeds.show(ANN);
    for (const number of [1, 2, 3]) server.feeds.publish(ANN, { number });
    await using socket = await annsSocket(server);
    socket.say({ type: "subscribe", ref: 1, channel: "customer", after: "1.tag0" });

    expect(await socket.next()).toMatchObject({ type: "resumed", channel: "customer", cursor: "1.tag0" });
    expect([await socket.next(), await socket.next()].map(({ cursor, data }) => [cursor, data])).toEqual([
      ["2.tag0", { number: 2 }],
      ["3.tag0", { number: 3 }],
    ]);
  });

  it("answers a cursor that is not its own with a reset", async () => {
    await using server = await serveStreams();
    server.feeds.show(ANN);
    await using socket = await annsSocket(server);
    socket.say({ type: "subscribe", ref: 1, channel: "customer", after: "4.other" });
    expect(await socket.next()).toMatchObject({
      type: "reset",
      data: { reason: "cursor_foreign", state: { count: 0 } },
    });
  });

  it("shares its socket with others", async () => {
    await using server = await serveStreams({ aliases: { [TRACKING_ID]: ORDER } });
    for (const address of [ANN, ORDER] as const) server.feeds.show(address);
    await using socket = await annsSocket(server);
    const names = ["customer", `order:${ORDER_ID}`, `track:${TRACKING_ID}`];
    for (const channel of names) socket.say({ type: "subscribe", ref: channel, channel });
    await until(() => socket.messages.length === 6, { what: () => "three channels" });

    server.feeds.publish(ORDER, { eventType: "order-status-changed" });
    await until(() => socket.messages.length === 8, { what: () => "the event on two of them" });
    expect(socket.messages.slice(6).map(({ channel }) => channel)).toEqual(names.slice(1));
    expect(server.registry.open).toEqual({ sse: 0, websocket: 1 });
  });

  it("ends alone when it is unsubscribed", async () => {
    await using server = await serveStreams();
    server.feeds.show(ANN);
    await using socket = await annsSocket(server);
    socket.say({ type: "subscribe", ref: 1, channel: "customer" });
    socket.say({ type: "ping" });
    await until(() => server.feeds.listeners(ANN) === 1, { what: () => "it to listen" });
    socket.say({ type: "unsubscribe", ref: 2, channel: "customer" });
    await until(() => server.feeds.listeners(ANN) === 0, { what: () => "it to be detached" });
    await until(() => socket.messages.some(({ ref }) => ref === 2), { what: () => "the reply" });
    expect(socket.isOpen).toBe(true);
  });

  it("begins anew when it is subscribed again, and is never doubled", async () => {
    await using server = await serveStreams();
    server.feeds.show(ANN);
    await using socket = await annsSocket(server);
    for (const ref of [1, 2, 3]) socket.say({ type: "subscribe", ref, channel: "customer" });
    await until(() => socket.messages.some(({ ref }) => ref === 3), { what: () => "the last reply" });
    expect(server.feeds.listeners(ANN)).toBe(1);
  });

  it("is refused when nobody may read it, when it is none, and when nothing stands behind it", async () => {
    await using server = await serveStreams();
    server.feeds.show(ANN);
    server.feeds.show(ORDER, ({ sub }) => sub === "bob");
    await using socket = await annsSocket(server);
    const wanted = [`order:${ORDER_ID}`, "track:trk_x", "store:main:orders", "cart:1", "flash-sales"];
    for (const channel of wanted) {
      socket.say({ type: "subscribe", ref: channel, channel });
      expect(await socket.next()).toMatchObject({ type: "reply", ref: channel, ok: false });
    }
    const codes = socket.messages.map(({ error }) => Object(error).code);
    expect(codes).toEqual(["not_found", "not_found", "forbidden", "invalid_request", "unavailable"]);
    socket.say({ type: "subscribe", ref: "after all", channel: "customer" });
    expect((await socket.next()).type).toBe("snapshot");
  });

  it("says when to try again when it cannot be served now", async () => {
    await using server = await serveStreams();
    server.feeds.failure = "unavailable";
    await using socket = await annsSocket(server);
    socket.say({ type: "subscribe", ref: 1, channel: "customer" });
    expect(await socket.next()).toMatchObject({ ok: false, error: { code: "unavailable", retryAfterMs: 1000 } });
  });

  it("takes the whole socket along when its owner lets go", async () => {
    await using server = await serveStreams();
    server.feeds.show(ANN);
    await using socket = await annsSocket(server);
    socket.say({ type: "subscribe", ref: 1, channel: "customer" });
    await until(() => server.feeds.listeners(ANN) === 1, { what: () => "it to listen" });
    server.feeds.letGo(ANN, "moved");
    expect(await socket.untilClosed()).toEqual({ code: 1012, reason: "moved" });
    expect(socket.messages.at(-1)).toEqual({ type: "reconnect", afterMs: 1250, code: "moved" });
    expect(server.feeds.listeners(ANN)).toBe(0);
  });

  it("is one of so many", async () => {
    await using server = await serveStreams({ limits: { channelsPerSocket: 1 } });
    for (const address of [ANN, ORDER] as const) server.feeds.show(address);
    await using socket = await annsSocket(server);
    socket.say({ type: "subscribe", ref: 1, channel: "customer" });
    socket.say({ type: "subscribe", ref: 2, channel: `order:${ORDER_ID}` });
    await until(() => socket.messages.length === 3, { what: () => "both replies" });
    expect(socket.messages.find(({ ref }) => ref === 2)).toMatchObject({
      ok: false,
      error: { code: "invalid_request" },
    });
  });
});

describe("who may open a socket", () => {
  it("is whoever shows a token by header, cookie, ticket or subprotocol", async () => {
    await using server = await serveStreams();
    server.feeds.show(ANN);
    const token = await server.tokenFor(ann);
    const ways: readonly (SocketOptions & { readonly path?: string })[] = [
      { headers: { authorization: `Bearer ${token}` } },
      { headers: { cookie: `vitrine_session=${token}` } },
      { protocols: [`bearer.${token}`] },
      { path: `/ws/orders?ticket=${await server.ticketFor(ann)}` },
    ];
    for (const { path, ...options } of ways) {
      await using socket = await SocketClient.open(addressOf(server, path), options);
      socket.say({ type: "subscribe", ref: 1, channel: "customer" });
      expect((await socket.next()).type).toBe("snapshot");
    }
  });

  it("gets back the subprotocol it offered: its token only where it offered nothing else", async () => {
    await using server = await serveStreams();
    const bearer = `bearer.${await server.tokenFor(ann)}`;
    await using alone = await SocketClient.open(addressOf(server), { protocols: [bearer] });
    expect(alone.protocol).toBe(bearer);
    await using named = await SocketClient.open(addressOf(server), { protocols: [bearer, "vitrine.v1"] });
    expect(named.protocol).toBe("vitrine.v1");
  });

  async function refusal(
    server: StreamServer,
    { path = "/ws", headers = {} }: { readonly path?: string; readonly headers?: Readonly<Record<string, string>> },
  ): Promise<unknown> {
    const connection = await Deno.connect({ port: server.port, hostname: "127.0.0.1" });
    const lines = Object.entries({
      host: `127.0.0.1:${server.port}`,
      upgrade: "websocket",
      connection: "Upgrade",
      "sec-websocket-version": "13",
      "sec-websocket-key": "dGhlIHNhbXBsZSBub25jZQ==",
      ...headers,
    }).map(([name, value]) => `${name}: ${value}\r\n`).join("");
    await connection.write(new TextEncoder().encode(`GET ${path} HTTP/1.1\r\n${lines}\r\n`));
    const buffer = new Uint8Array(4096);
    const length = await connection.read(buffer);
    connection.close();
    const text = new TextDecoder().decode(buffer.subarray(0, length ?? 0));
    return [Number(text.slice(9, 12)), /"code":"(\w+)"/.exec(text)?.[1]];
  }

  it("is nobody without a token that counts, nor with a ticket that was used", async () => {
    await using server = await serveStreams();
    expect(await refusal(server, {})).toEqual([401, "unauthenticated"]);
    expect(await refusal(server, { headers: { authorization: "Bearer forged" } })).toEqual([401, "token_invalid"]);
    const path = `/ws?ticket=${await server.ticketFor(ann)}`;
    await using _socket = await SocketClient.open(addressOf(server, path));
    expect(await refusal(server, { path })).toEqual([401, "ticket_used"]);
    expect(server.registry.open.websocket).toBe(1);
  });

  it("is no page of another site, whoever's cookie it brings", async () => {
    await using server = await serveStreams();
    const cookie = `vitrine_session=${await server.tokenFor(ann)}`;
    const headers = { cookie, origin: "https://evil.example" };
    expect(await refusal(server, { headers })).toEqual([403, "origin_not_allowed"]);
    for (const origin of [`http://127.0.0.1:${server.port}`, "https://shop.example"]) {
      await using socket = await SocketClient.open(addressOf(server), { headers: { cookie, origin } });
      expect(socket.isOpen).toBe(true);
    }
  });

  it("is not who has too many open, nor anybody when the node is full or draining", async () => {
    await using server = await serveStreams({ limits: { perCustomer: 1, connections: 2 } });
    await using _first = await annsSocket(server);
    const anns = { authorization: `Bearer ${await server.tokenFor(ann)}` };
    expect(await refusal(server, { headers: anns })).toEqual([429, "rate_limited"]);
    const bobs = { authorization: `Bearer ${await server.tokenFor(bob)}` };
    await using _second = await SocketClient.open(addressOf(server), { headers: bobs });
    const others = { authorization: `Bearer ${await server.tokenFor({ ...bob, sub: "eve" })}` };
    expect(await refusal(server, { headers: others })).toEqual([503, "unavailable"]);
  });

  it("is nobody who asks for something else", async () => {
    await using server = await serveStreams();
    const headers = { authorization: `Bearer ${await server.tokenFor(ann)}` };
    const response = await fetch(`${server.url}/ws`, { headers });
    expect([response.status, (await response.json()).code]).toEqual([400, "invalid_request"]);
    expect(await refusal(server, { headers: { ...headers, "sec-websocket-key": "" } })).toMatchObject([101]);
    expect(await refusal(server, { headers: { ...headers, connection: "close" } })).toEqual([400, "invalid_request"]);
    await until(() => server.registry.open.websocket <= 1, { what: () => "the seats to be free" });
  });
});
