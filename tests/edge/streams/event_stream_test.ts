import { describe, it } from "@std/testing/bdd";
import { expect } from "@std/expect";
import { until } from "../../harness/until.ts";
import { EventStreamReader } from "./event_stream_reader.ts";
import { ann, bob, clerk, ORDER_ID, serveStreams, type StreamServer, TRACKING_ID } from "./stream_server.ts";

const ANN = "customer/ann";

async function annsStream(
  server: StreamServer,
  { lastEventId, ttlSeconds }: { readonly lastEventId?: string; readonly ttlSeconds?: number } = {},
): Promise<EventStreamReader> {
  const token = await server.tokenFor(ann, ttlSeconds);
  return EventStreamReader.open(`${server.url}/sse/storefront`, { token, lastEventId });
}

describe("an event stream", () => {
  it("begins with a snapshot, its cursor and its state", async () => {
    await using server = await serveStreams();
    server.feeds.show(ANN);
    server.feeds.publish(ANN, { eventType: "cart-updated" });
    await using stream = await annsStream(server);

    const first = await stream.next();
    expect(first.type).toBe("snapshot");
    expect(first.lastEventId).toBe("1.tag0");
    expect(JSON.parse(first.data)).toEqual({ cursor: "1.tag0", state: { count: 1 } });
    expect(stream.response.headers.get("content-type")).toBe("text/event-stream");
    expect(stream.response.headers.get("cache-control")).toContain("no-store");
    expect(stream.response.headers.get("x-accel-buffering")).toBe("no");
  });

  it("shows updates as unnamed events, and hidden facts as a cursor alone", async () => {
    await using server = await serveStreams();
    server.feeds.show(ANN);
    await using stream = await annsStream(server);
    await stream.next();

    server.feeds.publish(ANN, { eventType: "cart-updated", text: "zwei\nZeilen £" });
    server.feeds.publish(ANN, undefined);

    const update = await stream.next();
    expect(update).toEqual({
      type: "message",
      data: `{"eventType":"cart-updated","text":"zwei\\nZeilen £"}`,
      lastEventId: "1.tag0",
    });
    await until(() => stream.lastEventId === "2.tag0", { what: () => "the bare id" });
    expect(stream.events.length).toBe(2);
  });

  it("resumes after the browser's Last-Event-ID, with all that was missed and nothing twice", async () => {
    await using server = await serveStreams();
    server.feeds.show(ANN);
    for (const number of [1, 2, 3]) server.feeds.publish(ANN, { number });
    await using stream = await annsStream(server, { lastEventId: "1.tag0" });

    const first = await stream.next();
    expect(first).toEqual({ type: "resumed", data: `{"cursor":"1.tag0"}`, lastEventId: "1.tag0" });
    expect([await stream.next(), await stream.next()].map(({ data }) => data)).toEqual([
      '{"number":2}',
      '{"number":3}',
    ]);
    expect(stream.lastEventId).toBe("3.tag0");
  });

  it("believes the header rather than the address that the browser was given once", async () => {
    await using server = await serveStreams();
    server.feeds.show(ANN);
    const token = await server.tokenFor(ann);
    const url = `${server.url}/sse/storefront?after=1.tag0`;
    await using byHeader = await EventStreamReader.open(url, { token, lastEventId: "2.tag0" });
    await using byAddress = await EventStreamReader.open(url, { token });
    await using byOtherName = await EventStreamReader.open(`${server.url}/sse/storefront?lastEventId=3.x`, { token });
    for (const stream of [byHeader, byAddress, byOtherName]) await stream.next();

    expect(server.feeds.subscriptions.map(({ after }) => after)).toEqual(["2.tag0", "1.tag0", "3.x"]);
  });

  for (
    const [name, cursor, reason] of [
      ["forged", "<script>", "cursor_invalid"],
      ["foreign", "1.tag9", "cursor_foreign"],
      ["future", "99.tag0", "cursor_ahead"],
    ] as const
  ) {
    it(`answers a ${name} cursor with a reset that carries the state`, async () => {
      await using server = await serveStreams();
      server.feeds.show(ANN);
      await using stream = await annsStream(server, { lastEventId: cursor });

      const first = await stream.next();
      expect(first.type).toBe("reset");
      expect(JSON.parse(first.data)).toEqual({ cursor: "0.tag0", reason, state: { count: 0 } });
      expect(stream.lastEventId).toBe("0.tag0");
    });
  }

  it("lets go of the feed when its reader leaves", async () => {
    await using server = await serveStreams();
    server.feeds.show(ANN);
    const stream = await annsStream(server);
    await stream.next();
    expect(server.feeds.listeners(ANN)).toBe(1);
    expect(server.registry.open.sse).toBe(1);

    stream.close();
    await until(() => server.feeds.listeners(ANN) === 0, { what: () => "the outlet to be detached" });
    expect(server.registry.open.sse).toBe(0);
    await until(() => server.registry.descriptors === 0, { what: () => "the descriptor to be free" });
    expect(server.dropped).toEqual([]);
  });

  it("is not opened for a client that asks for its headers alone", async () => {
    await using server = await serveStreams();
    server.feeds.show(ANN);
    const headers = { authorization: `Bearer ${await server.tokenFor(ann)}` };
    const response = await fetch(`${server.url}/sse/storefront`, { method: "HEAD", headers });
    expect([response.status, response.headers.get("content-type")]).toEqual([200, "text/event-stream"]);
    expect(server.registry.descriptors).toBe(0);
    expect((await fetch(`${server.url}/sse/storefront`, { method: "HEAD" })).status).toBe(401);
  });

  it("lets go of a feed that is found after its reader has left", async () => {
    await using server = await serveStreams();
    server.feeds.show(ANN);
    const gate = Promise.withResolvers<void>();
    server.feeds.first = gate.promise;
    const abort = new AbortController();
    const headers = { authorization: `Bearer ${await server.tokenFor(ann)}` };
    const asked = fetch(`${server.url}/sse/storefront`, { headers, signal: abort.signal }).catch(() => "left");
    await until(() => server.feeds.subscriptions.length === 1, { what: () => "the subscription" });
    abort.abort();
    expect(await asked).toBe("left");

    gate.resolve();
    await until(() => server.registry.descriptors === 0, { what: () => "the reader to be gone" });
    expect(server.feeds.listeners(ANN)).toBe(0);
  });
});

describe("who may read an event stream", () => {
  async function statusOf(server: StreamServer, path: string, token?: string): Promise<number> {
    const headers: Record<string, string> = token === undefined ? {} : { authorization: `Bearer ${token}` };
    const response = await fetch(`${server.url}${path}`, { headers });
    await response.body?.cancel();
    return response.status;
  }

  it("is nobody without a token that counts", async () => {
    await using server = await serveStreams();
    server.feeds.show(ANN);
    expect(await statusOf(server, "/sse/storefront")).toBe(401);
    expect(await statusOf(server, "/sse/storefront", "forged")).toBe(401);
    expect(server.registry.descriptors).toBe(0);
  });

  it("is not who may not read that order: foreign, missing and malformed are told alike", async () => {
    await using server = await serveStreams();
    server.feeds.show(`order/${ORDER_ID}`, ({ sub }) => sub === "ann");
    const token = await server.tokenFor(bob);
    expect(await statusOf(server, `/api/v1/orders/${ORDER_ID}/events`, token)).toBe(404);
    expect(await statusOf(server, `/orders/ord_${"c".repeat(26)}/events`, token)).toBe(404);
    expect(await statusOf(server, "/orders/..%2Fann/events", token)).toBe(404);
    await until(() => server.registry.descriptors === 0, { what: () => "the seats to be free" });
  });

  it("is the owner, under both addresses of an order", async () => {
    await using server = await serveStreams();
    server.feeds.show(`order/${ORDER_ID}`, ({ sub }) => sub === "ann");
    const token = await server.tokenFor(ann);
    for (const path of [`/api/v1/orders/${ORDER_ID}/events`, `/orders/${ORDER_ID}/events`]) {
      await using stream = await EventStreamReader.open(`${server.url}${path}`, { token });
      expect((await stream.next()).type).toBe("snapshot");
    }
    expect(server.feeds.subscriptions.map(({ feed }) => feed)).toEqual(["owner", "owner"]);
  });

  it("is whoever holds a tracking id, and shows them the public feed", async () => {
    await using server = await serveStreams({ aliases: { [TRACKING_ID]: `order/${ORDER_ID}` } });
    server.feeds.show(`order/${ORDER_ID}`);
    await using stream = await EventStreamReader.open(`${server.url}/track/${TRACKING_ID}/events`);
    expect((await stream.next()).type).toBe("snapshot");
    expect(server.feeds.subscriptions[0]).toMatchObject({ address: `order/${ORDER_ID}`, feed: "public" });
    expect(await statusOf(server, "/track/trk_unknown/events")).toBe(404);
  });

  it("is whoever holds a ticket, once", async () => {
    await using server = await serveStreams();
    server.feeds.show(ANN);
    const path = `/sse/storefront?ticket=${await server.ticketFor(ann)}`;
    await using stream = await EventStreamReader.open(`${server.url}${path}`);
    expect((await stream.next()).type).toBe("snapshot");
    expect(await statusOf(server, path)).toBe(401);
  });

  it("is a store's staff alone, although nothing is shown to them yet", async () => {
    await using server = await serveStreams();
    const path = "/sse/stores/main/orders";
    expect(await statusOf(server, path)).toBe(401);
    expect(await statusOf(server, path, await server.tokenFor(ann))).toBe(403);
    expect(await statusOf(server, "/sse/stores/other/orders", await server.tokenFor(clerk))).toBe(404);
    expect(await statusOf(server, path, await server.tokenFor(clerk))).toBe(200);
  });
});
