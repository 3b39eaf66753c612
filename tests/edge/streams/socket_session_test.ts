import { describe, it } from "@std/testing/bdd";
import { expect } from "@std/expect";
import { until } from "../../harness/until.ts";
import { SocketClient } from "./socket_client.ts";
import { ann, serveStreams, type StreamServer } from "./stream_server.ts";

async function annsSocket(server: StreamServer): Promise<SocketClient> {
  const headers = { authorization: `Bearer ${await server.tokenFor(ann)}` };
  return SocketClient.open(`ws://127.0.0.1:${server.port}/ws`, { headers });
}

describe("a command on a socket", () => {
  it("runs as the caller, under the client's key, and is answered under its ref", async () => {
    await using server = await serveStreams();
    await using socket = await annsSocket(server);
    const params = { sku: "mug", quantity: 2 };
    socket.say({ type: "command", ref: "a", name: "cart.add_item", params, idempotencyKey: "key-1" });

    expect(await socket.next()).toEqual({
      type: "reply",
      ref: "a",
      ok: true,
      result: { cursor: "7.x" },
      commandId: "key-1",
    });
    expect(server.commands).toMatchObject([{ name: "cart.add_item", params, principal: ann, idempotencyKey: "key-1" }]);
  });

  it("is told why it failed", async () => {
    const problem = {
      status: 409,
      code: "out_of_stock",
      title: "There is not enough in stock",
      details: { sku: "mug" },
    };
    await using server = await serveStreams({ done: () => ({ ok: false, problem, replayed: false }) });
    await using socket = await annsSocket(server);
    socket.say({ type: "command", ref: 1, name: "order.place", params: {} });
    expect(await socket.next()).toMatchObject({ ref: 1, ok: false, error: { code: "out_of_stock", sku: "mug" } });
  });

  it("is told that its answer is a repeat's, as by a header elsewhere", async () => {
    const problem = { status: 409, code: "cart_is_full", title: "The cart is full", details: {} };
    await using server = await serveStreams({
      done: ({ name }) =>
        name === "refused"
          ? { ok: false, problem, replayed: true }
          : { ok: true, status: 200, bodyJson: "{}", version: 1, commandId: "key-1", replayed: true },
    });
    await using socket = await annsSocket(server);
    for (const name of ["granted", "refused"]) {
      socket.say({ type: "command", ref: name, name, params: {}, idempotencyKey: "key-1" });
      expect(await socket.next()).toMatchObject({ ref: name, ok: name === "granted", replayed: true });
    }
  });

  it("does not hold up the next one", async () => {
    const gate = Promise.withResolvers<void>();
    await using server = await serveStreams({
      async done({ name }) {
        if (name === "slow") await gate.promise;
        return { ok: true, status: 200, bodyJson: `"${name}"`, version: 1, commandId: name, replayed: false };
      },
    });
    await using socket = await annsSocket(server);
    for (const name of ["slow", "quick"]) socket.say({ type: "command", ref: name, name, params: {} });
    expect((await socket.next()).ref).toBe("quick");
    gate.resolve();
    expect((await socket.next()).ref).toBe("slow");
  });

  it("is refused when too many are in hand, and while the caller is limited", async () => {
    const gate = Promise.withResolvers<void>();
    let waitMs = 0;
    await using server = await serveStreams({
      limits: { commandsInFlight: 1 },
      rateLimit: { take: (key) => key === "sub ann" ? waitMs : 0 },
      async done({ name }) {
        await gate.promise;
        return { ok: true, status: 200, bodyJson: "{}", version: 1, commandId: name, replayed: false };
      },
    });
    await using socket = await annsSocket(server);
    for (const ref of [1, 2]) socket.say({ type: "command", ref, name: "cart.open", params: {} });
    expect(await socket.next()).toMatchObject({ ref: 2, ok: false, error: { code: "rate_limited" } });
    gate.resolve();
    expect(await socket.next()).toMatchObject({ ref: 1, ok: true });
    waitMs = 2500;
    socket.say({ type: "command", ref: 3, name: "cart.open", params: {} });
    expect(await socket.next()).toMatchObject({ ref: 3, error: { code: "rate_limited", retryAfterMs: 3000 } });
    expect(server.commands.length).toBe(1);
  });
});

describe("a message that means nothing", () => {
  const bad: Readonly<Record<string, string>> = {
    "no JSON": "hello",
    "an empty text": "",
    "no object": "[1,2]",
    "no type": `{"ref":1}`,
    "an unknown type": `{"type":"shout","ref":1}`,
    "a channel that is no text": `{"type":"subscribe","ref":1,"channel":7}`,
    "a key named twice": `{"type":"ping","type":"ping"}`,
    "nesting without end": `{"type":"command","ref":1,"name":"x","params":${"[".repeat(100)}${"]".repeat(100)}}`,
    "an idempotency key with blanks": `{"type":"command","ref":1,"name":"x","idempotencyKey":"a b"}`,
  };
  for (const [name, text] of Object.entries(bad)) {
    it(`is answered and costs nothing: ${name}`, async () => {
      await using server = await serveStreams();
      await using socket = await annsSocket(server);
      socket.say(text);
      expect(await socket.next()).toMatchObject({ type: "reply", ok: false, error: { code: "invalid_request" } });
      socket.say({ type: "ping" });
      expect(await socket.next()).toEqual({ type: "pong" });
      expect(server.commands).toEqual([]);
      expect(server.errors).toEqual([]);
    });
  }

  it("is answered under its ref where it has one, binary ones too", async () => {
    await using server = await serveStreams();
    await using socket = await annsSocket(server);
    socket.say({ type: "shout", ref: "mine" });
    expect(await socket.next()).toMatchObject({ ref: "mine", ok: false });
    socket.sendBytes(new Uint8Array([1, 2, 3]));
    expect(await socket.next()).toMatchObject({ ref: null, ok: false, error: { code: "invalid_request" } });
  });

  it("closes the socket when it is larger than 64 KB", async () => {
    await using server = await serveStreams();
    await using socket = await annsSocket(server);
    socket.say({ type: "command", ref: 1, name: "x", params: { text: "x".repeat(65_400) } });
    expect(await socket.next()).toMatchObject({ ref: 1, ok: true });
    socket.say({ type: "command", ref: 2, name: "x", params: { text: "£".repeat(32_768) } });
    expect(await socket.untilClosed()).toEqual({ code: 1009, reason: "message_too_large" });
  });
});

describe("a socket that talks too much", () => {
  it("is told, and closed when it goes on", async () => {
    await using server = await serveStreams({ limits: { messageBurst: 3, messagesPerSecond: 1 } });
    await using socket = await annsSocket(server);
    for (let count = 0; count < 3; count++) socket.say({ type: "ping" });
    socket.say({ type: "command", ref: "four", name: "cart.open" });
    await until(() => socket.messages.length === 4, { what: () => "four answers" });
    expect(socket.messages.map(({ type }) => type)).toEqual(["pong", "pong", "pong", "reply"]);
    expect(socket.messages[3]).toMatchObject({ ref: "four", error: { code: "rate_limited" } });

    server.clock.advance(2000);
    socket.say({ type: "ping" });
    await until(() => socket.messages.length === 5, { what: () => "a fifth answer" });
    expect(socket.messages[4]).toEqual({ type: "pong" });
    for (let count = 0; count < 10; count++) socket.say({ type: "ping" });
    await socket.untilClosed();
    expect(server.dropped).toEqual(["rate_limited"]);
  });
});
