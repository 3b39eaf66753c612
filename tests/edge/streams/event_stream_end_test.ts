import { describe, it } from "@std/testing/bdd";
import { expect } from "@std/expect";
import type { Retransmissions } from "../../../src/edge/streams/dead_peers.ts";
import { peerName } from "../../../src/edge/streams/peer_name.ts";
import { DEFAULT_STREAM_LIMITS } from "../../../src/edge/streams/stream_limits.ts";
import { until } from "../../harness/until.ts";
import { EventStreamReader } from "./event_stream_reader.ts";
import { ann, clerk, ORDER_ID, serveStreams, type StreamServer, TRACKING_ID } from "./stream_server.ts";

const ANN = "customer/ann";

async function annsStream(server: StreamServer, ttlSeconds?: number): Promise<EventStreamReader> {
  const token = await server.tokenFor(ann, ttlSeconds);
  const stream = await EventStreamReader.open(`${server.url}/sse/storefront`, { token });
  return stream;
}

/** What a stream says before it ends, which must be all that it says. */
async function farewell(stream: EventStreamReader): Promise<unknown> {
  const { type, data, lastEventId } = await stream.next();
  expect(type).toBe("reconnect");
  await stream.untilEnd();
  expect(stream.events.at(-1)?.type).toBe("reconnect");
  const { afterMs, code } = JSON.parse(data);
  expect(stream.retryMs).toBe(afterMs);
  return { code, afterMs, lastEventId };
}

describe("a quiet event stream", () => {
  it("gets a comment at least every 15 seconds, which is no event", async () => {
    await using server = await serveStreams();
    server.feeds.show(ANN);
    await using stream = await annsStream(server);
    await stream.next();
    for (let count = 0; count < 10; count++) {
      const heard = stream.comments;
      for (let second = 0; second < 15; second++) server.clock.advance(1000);
      await until(() => stream.comments > heard, { what: () => "a comment" });
    }
    expect(stream.events.length).toBe(1);
  });
});

describe("an event stream ends", () => {
  it("when its token expires, without moving the cursor", async () => {
    await using server = await serveStreams();
    server.feeds.show(ANN);
    await using stream = await annsStream(server, 60);
    await stream.next();
    server.clock.advance(59_000);
    expect(server.registry.open.sse).toBe(1);
    server.clock.advance(1250);
    expect(server.registry.open.sse).toBe(0);
    expect(server.feeds.listeners(ANN)).toBe(0);
    expect(await farewell(stream)).toEqual({ code: "token_expired", afterMs: 1250, lastEventId: "0.tag0" });
    expect(server.dropped).toEqual(["token_expired"]);
  });

  it("when it is old, give or take a tenth of an hour", async () => {
    const ages: number[] = [];
    for (const random of [0, 0.5, 0.999]) {
      await using server = await serveStreams({ random: () => random });
      server.feeds.show(ANN);
      await using stream = await annsStream(server, 86_400);
      await stream.next();
      let minutes = 0;
      for (; server.registry.open.sse === 1; minutes++) {
        const heard = stream.comments;
        server.clock.advance(60_000);
        await until(() => stream.comments > heard || stream.ended, { what: () => "a sign of life" });
      }
      expect(await farewell(stream)).toMatchObject({ code: "max_age" });
      ages.push(minutes);
    }
    expect(ages).toEqual([54, 60, 66]);
  });

  it("when its owner lets go", async () => {
    await using server = await serveStreams();
    server.feeds.show(ANN);
    await using stream = await annsStream(server);
    await stream.next();
    server.feeds.letGo(ANN, "moved");
    expect(await farewell(stream)).toMatchObject({ code: "moved" });
    await until(() => server.registry.descriptors === 0, { what: () => "the descriptor to be free" });
  });

  it("when the node drains, after which no stream begins", async () => {
    await using server = await serveStreams();
    server.feeds.show(ANN);
    const streams = await Promise.all(Array.from({ length: 10 }, () => annsStream(server)));
    for (const stream of streams) await stream.next();

    const draining = server.registry.drain();
    const returns = await Promise.all(streams.map(farewell));
    await draining;
    const delays = returns.map((value) => Object(value).afterMs).sort((one, other) => one - other);
    expect(delays).toEqual([1000, 2800, 4600, 6400, 8200, 10_000, 11_800, 13_600, 15_400, 17_200]);

    await using late = await annsStream(server);
    expect(late.response.status).toBe(200);
    expect(await farewell(late)).toMatchObject({ code: "unavailable" });
  });
});

describe("an event stream whose reader is gone without a word", () => {
  it("is let go, and its connection is closed, though nobody there can agree to it", async () => {
    const { lookMs, deadLooks } = DEFAULT_STREAM_LIMITS;
    let looks = 0;
    let silent = "nobody";
    const retransmissions: Retransmissions = {
      look() {
        looks++;
        return Promise.resolve({ kind: "seen", retransmitting: [{ peer: silent, socket: "1", times: looks }] });
      },
    };
    await using server = await serveStreams({ retransmissions });
    server.feeds.show(ANN);
    await using living = await annsStream(server);
    const gone = await Deno.connect({ hostname: "127.0.0.1", port: server.port });
    const token = await server.tokenFor(ann);
    const head = ["GET /sse/storefront HTTP/1.1", "host: shop.test", `authorization: Bearer ${token}`, "\r\n"];
    await gone.write(new TextEncoder().encode(head.join("\r\n")));
    await until(() => server.feeds.listeners(ANN) === 2, { what: () => "both to listen" });
    silent = peerName(gone.localAddr.hostname, gone.localAddr.port);

    for (let look = 1; look <= deadLooks; look++) {
      expect(server.registry.open.sse).toBe(2);
      server.clock.advance(lookMs);
      await until(() => looks === look, { what: () => `look ${look}` });
    }
    await until(() => server.registry.open.sse === 1, { what: () => "it to be let go" });
    expect([server.dropped, server.feeds.listeners(ANN)]).toEqual([["dead_peer"], 1]);
    await until(() => server.registry.descriptors === 1, { what: () => "the descriptor to be free" });
    let text = "";
    for await (const part of gone.readable.pipeThrough(new TextDecoderStream())) text += part;
    expect(text).toMatch(/event: snapshot/);
    expect(text).not.toMatch(/reconnect|\r\n0\r\n/);
    server.feeds.publish(ANN, { eventType: "still-here" });
    await until(() => living.events.length === 2, { what: () => "an event for who lives" });
    expect(server.errors).toEqual([]);
  });
});

describe("an event stream that cannot be served now", () => {
  for (const code of ["unavailable", "mailbox_full", "outcome_unknown", "moved", "message_failed"] as const) {
    it(`says so with status 200 and when to come back: ${code}`, async () => {
      await using server = await serveStreams();
      server.feeds.show(ANN);
      server.feeds.failure = code;
      await using stream = await annsStream(server);
      expect(stream.response.status).toBe(200);
      expect(stream.response.headers.get("content-type")).toBe("text/event-stream");
      expect(await farewell(stream)).toMatchObject({ code, lastEventId: "" });
      await until(() => server.registry.descriptors === 0, { what: () => "the seat to be free" });
    });
  }

  it("is one whose tracking id cannot be looked up", async () => {
    const store = { alias: () => Promise.reject(new Error("store away")) };
    await using server = await serveStreams({ store });
    await using stream = await EventStreamReader.open(`${server.url}/track/${TRACKING_ID}/events`);
    expect(await farewell(stream)).toMatchObject({ code: "unavailable" });
  });

  it("is one too many of a customer's", async () => {
    await using server = await serveStreams({ limits: { perCustomer: 1 } });
    server.feeds.show(ANN);
    await using first = await annsStream(server);
    await first.next();
    await using second = await annsStream(server);
    expect(second.response.status).toBe(200);
    expect(await farewell(second)).toMatchObject({ code: "rate_limited", afterMs: 45_000 });
    expect(server.registry.open.sse).toBe(1);
  });

  it("is one that comes too fast", async () => {
    await using server = await serveStreams({ rateLimit: { take: () => 2000 } });
    await using stream = await EventStreamReader.open(`${server.url}/track/${TRACKING_ID}/events`);
    expect(await farewell(stream)).toMatchObject({ code: "rate_limited", afterMs: 3000 });
  });

  it("is a defect of ours, which is logged", async () => {
    const actors = {
      subscribe: () => Promise.reject(new Error("broken")),
      changes: () => Promise.reject(new Error("broken")),
    };
    await using server = await serveStreams({ actors });
    await using stream = await EventStreamReader.open(`${server.url}/orders/${ORDER_ID}/events`, {
      token: await server.tokenFor(ann),
    });
    expect(await farewell(stream)).toMatchObject({ code: "internal_error" });
    expect(server.errors).toEqual(["stream_failed"]);
  });

  it("is a channel behind which nothing stands yet", async () => {
    await using server = await serveStreams();
    await using sales = await EventStreamReader.open(`${server.url}/sse/flash-sales`);
    expect(await farewell(sales)).toEqual({ code: "not_served", afterMs: 45_000, lastEventId: "" });
    const token = await server.tokenFor(clerk);
    await using board = await EventStreamReader.open(`${server.url}/sse/stores/main/orders`, { token });
    expect(await farewell(board)).toMatchObject({ code: "not_served" });
  });
});
