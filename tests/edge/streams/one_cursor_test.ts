import { describe, it } from "@std/testing/bdd";
import { expect } from "@std/expect";
import { until } from "../../harness/until.ts";
import { EventStreamReader } from "./event_stream_reader.ts";
import { SocketClient } from "./socket_client.ts";
import { ann, bob, clerk, ORDER_ID, serveStreams, type StreamServer, TRACKING_ID } from "./stream_server.ts";

const ANN = "customer/ann";

async function askChanges(
  server: StreamServer,
  { channel, after = "", token }: { readonly channel: string; readonly after?: string; readonly token?: string },
): Promise<Response> {
  const headers: Record<string, string> = token === undefined ? {} : { authorization: `Bearer ${token}` };
  const query = new URLSearchParams({ channel, after });
  return await fetch(`${server.url}/api/changes?${query}`, { headers });
}

describe("polling", () => {
  it("begins with the state and goes on with the frames", async () => {
    await using server = await serveStreams();
    server.feeds.show(ANN);
    server.feeds.publish(ANN, { number: 1 });
    const token = await server.tokenFor(ann);

    const first = await (await askChanges(server, { channel: "customer", token })).json();
    expect(first).toEqual({ outcome: "snapshot", cursor: "1.tag0", state: { count: 1 }, frames: [] });
    server.feeds.publish(ANN, { number: 2 });
    server.feeds.publish(ANN, undefined);
    const second = await (await askChanges(server, { channel: "customer", after: first.cursor, token })).json();
    expect(second).toEqual({
      outcome: "resumed",
      cursor: "3.tag0",
      frames: [{ cursor: "2.tag0", data: { number: 2 } }, { cursor: "3.tag0" }],
    });
    const third = await (await askChanges(server, { channel: "customer", after: second.cursor, token })).json();
    expect(third).toEqual({ outcome: "resumed", cursor: "3.tag0", frames: [] });
  });

  it("says why it begins anew", async () => {
    await using server = await serveStreams();
    server.feeds.show(ANN);
    const response = await askChanges(server, {
      channel: "customer",
      after: "nonsense",
      token: await server.tokenFor(ann),
    });
    expect(response.headers.get("cache-control")).toBe("no-store");
    expect(await response.json()).toEqual({
      outcome: "reset",
      cursor: "0.tag0",
      reason: "cursor_invalid",
      state: { count: 0 },
      frames: [],
    });
  });

  it("shows what streams show, to those alone who may read them", async () => {
    await using server = await serveStreams({ aliases: { [TRACKING_ID]: `order/${ORDER_ID}` } });
    server.feeds.show(ANN);
    server.feeds.show(`order/${ORDER_ID}`, ({ sub }) => sub === "ann" || sub === "");
    const [anns, bobs, clerks] = await Promise.all([ann, bob, clerk].map((who) => server.tokenFor(who)));
    const order = `order:${ORDER_ID}`;
    const asked = [
      [{ channel: order, token: anns }, 200],
      [{ channel: `track:${TRACKING_ID}` }, 200],
      [{ channel: order, token: bobs }, 404],
      [{ channel: `order:ord_${"z".repeat(26)}`, token: anns }, 404],
      [{ channel: "track:trk_unknown" }, 404],
      [{ channel: "customer" }, 401],
      [{ channel: "", token: anns }, 400],
      [{ channel: "store:main:orders", token: anns }, 403],
      [{ channel: "store:other:orders", token: clerks }, 404],
      [{ channel: "store:main:orders", token: clerks }, 503],
      [{ channel: "flash-sales" }, 503],
    ] as const;
    for (const [question, status] of asked) {
      const response = await askChanges(server, question);
      await response.body?.cancel();
      expect([question.channel, response.status]).toEqual([question.channel, status]);
    }
  });

  it("is answered with 503 when it cannot be served now", async () => {
    await using server = await serveStreams();
    server.feeds.failure = "unavailable";
    const response = await askChanges(server, { channel: "customer", token: await server.tokenFor(ann) });
    expect([response.status, response.headers.get("retry-after")]).toEqual([503, "1"]);
    expect((await response.json()).code).toBe("unavailable");
  });
});

describe("one cursor", () => {
  it("goes from event stream to socket to polling and shows one sequence", async () => {
    await using server = await serveStreams();
    server.feeds.show(ANN);
    const token = await server.tokenFor(ann);
    const seen: unknown[] = [];

    const stream = await EventStreamReader.open(`${server.url}/sse/storefront`, { token });
    await stream.next();
    for (const number of [1, 2]) server.feeds.publish(ANN, { number });
    for (let count = 0; count < 2; count++) seen.push(JSON.parse((await stream.next()).data));
    stream.close();
    server.feeds.publish(ANN, { number: 3 });

    const socket = await SocketClient.open(`ws://127.0.0.1:${server.port}/ws`, { protocols: [`bearer.${token}`] });
    socket.say({ type: "subscribe", ref: 1, channel: "customer", after: stream.lastEventId });
    expect((await socket.next()).type).toBe("resumed");
    seen.push((await socket.next()).data);
    await until(() => server.feeds.listeners(ANN) === 1, { what: () => "the socket alone to listen" });
    server.feeds.publish(ANN, { number: 4 });
    await socket.next();
    const last = await socket.next();
    seen.push(last.data);
    await socket[Symbol.asyncDispose]();
    for (const number of [5, 6]) server.feeds.publish(ANN, { number });

    const polled = await (await askChanges(server, { channel: "customer", after: String(last.cursor), token })).json();
    expect(polled.outcome).toBe("resumed");
    seen.push(...polled.frames.map(({ data }: { readonly data: unknown }) => data));
    expect(seen).toEqual([1, 2, 3, 4, 5, 6].map((number) => ({ number })));
  });
});

describe("an unmodified EventSource", () => {
  it("comes back by itself with its own Last-Event-ID, and sees every event once and in order", async () => {
    await using server = await serveStreams({ aliases: { [TRACKING_ID]: `order/${ORDER_ID}` }, random: () => 0 });
    const order = `order/${ORDER_ID}` as const;
    server.feeds.show(order);
    const source = new EventSource(`${server.url}/track/${TRACKING_ID}/events`);
    const openings: string[] = [];
    const numbers: number[] = [];
    for (const type of ["snapshot", "resumed", "reset"]) source.addEventListener(type, () => void openings.push(type));
    source.onmessage = ({ data }) => void numbers.push(JSON.parse(data).number);
    try {
      await until(() => openings.length === 1, { what: () => "the snapshot" });
      for (const number of [1, 2]) server.feeds.publish(order, { number });
      server.feeds.publish(order, undefined);
      await until(() => numbers.length === 2, { what: () => "two events" });

      server.feeds.letGo(order, "moved");
      for (const number of [3, 4]) server.feeds.publish(order, { number });
      await until(() => openings.length === 2, { what: () => "it to come back" });
      server.feeds.publish(order, { number: 5 });
      await until(() => numbers.length === 5, { what: () => "all events" });
      expect(openings).toEqual(["snapshot", "resumed"]);
      expect(numbers).toEqual([1, 2, 3, 4, 5]);
      expect(server.feeds.subscriptions.at(-1)?.after).toBe("3.tag0");
    } finally {
      source.close();
    }
  });

  it("waits as long as it is told when it cannot be served, and comes back then", async () => {
    await using server = await serveStreams({ aliases: { [TRACKING_ID]: `order/${ORDER_ID}` }, random: () => 0 });
    server.feeds.show(`order/${ORDER_ID}`);
    server.feeds.failure = "unavailable";
    const source = new EventSource(`${server.url}/track/${TRACKING_ID}/events`);
    const heard: string[] = [];
    for (const type of ["reconnect", "snapshot"]) source.addEventListener(type, () => void heard.push(type));
    try {
      await until(() => heard.length === 1, { what: () => "the word to come back" });
      server.feeds.failure = undefined;
      await until(() => heard.length === 2, { what: () => "the snapshot" });
      expect(heard).toEqual(["reconnect", "snapshot"]);
    } finally {
      source.close();
    }
  });
});
