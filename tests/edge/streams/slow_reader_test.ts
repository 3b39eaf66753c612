import { describe, it } from "@std/testing/bdd";
import { expect } from "@std/expect";
import { until } from "../../harness/until.ts";
import { heldMb } from "../../system/client/memory_of.ts";
import { EventStreamReader } from "./event_stream_reader.ts";
import { ann, serveStreams, type StreamServer } from "./stream_server.ts";

const ANN = "customer/ann";
const EVENT = { eventType: "cart-updated", text: "x".repeat(4000) };

/** A client that asks for something and then reads nothing at all. */
async function stalledReader(
  { port }: StreamServer,
  { path, token, headers = "" }: { readonly path: string; readonly token: string; readonly headers?: string },
): Promise<Deno.TcpConn> {
  const connection = await Deno.connect({ port, hostname: "127.0.0.1" });
  const request = `GET ${path} HTTP/1.1\r\nhost: 127.0.0.1:${port}\r\nauthorization: Bearer ${token}\r\n${headers}\r\n`;
  await connection.write(new TextEncoder().encode(request));
  return connection;
}

const UPGRADE = "upgrade: websocket\r\nconnection: Upgrade\r\nsec-websocket-version: 13\r\n" +
  "sec-websocket-key: dGhlIHNhbXBsZSBub25jZQ==\r\n";

/** A masked text frame, as clients must send them; the mask is all zeros. */
function textFrame(text: string): Uint8Array {
  const payload = new TextEncoder().encode(text);
  return new Uint8Array([0x81, 0x80 | payload.length, 0, 0, 0, 0, ...payload]);
}

function turnOfTheLoop(): Promise<void> {
  return new Promise((resolve) => setTimeout(resolve, 0));
}

describe("a reader that stops reading", () => {
  it("is closed slow, and whoever reads on misses nothing meanwhile", async () => {
    await using server = await serveStreams();
    server.feeds.show(ANN);
    const token = await server.tokenFor(ann);
    const stalled = await stalledReader(server, { path: "/sse/storefront", token });
    await using reading = await EventStreamReader.open(`${server.url}/sse/storefront`, { token });
    await until(() => server.feeds.listeners(ANN) === 2, { what: () => "both to listen" });

    let published = 0;
    while (server.dropped.length === 0 && published < 20_000) {
      server.feeds.publish(ANN, EVENT);
      if (++published % 10 === 0) await turnOfTheLoop();
    }
    expect(server.dropped).toEqual(["slow"]);
    expect(server.feeds.listeners(ANN)).toBe(1);
    expect(server.registry.open.sse).toBe(1);
    await until(() => reading.events.length === published + 1, { what: () => "every event" });

    stalled.close();
    await until(() => server.registry.descriptors === 1, { what: () => "the descriptor to be free" });
  });

  it("is told so, and finds its cursor at the last event it got", async () => {
    await using server = await serveStreams();
    server.feeds.show(ANN);
    const token = await server.tokenFor(ann);
    const stalled = await stalledReader(server, { path: "/sse/storefront", token });
    await until(() => server.feeds.listeners(ANN) === 1, { what: () => "it to listen" });
    while (server.dropped.length === 0) {
      server.feeds.publish(ANN, EVENT);
      await turnOfTheLoop();
    }

    let text = "";
    for await (const part of stalled.readable.pipeThrough(new TextDecoderStream())) {
      text += part;
      if (text.endsWith("0\r\n\r\n")) break;
    }
    const versions = [...text.matchAll(/^id: (\d+)\.tag0$/gm)].map((match) => Number(match[1]));
    expect(versions.slice(0, 3)).toEqual([0, 1, 2]);
    expect(versions).toEqual(versions.map((_, index) => index));
    expect(text.slice(text.lastIndexOf("event:"))).toContain('"code":"slow"');

    const lastEventId = `${versions.at(-1)}.tag0`;
    await using again = await EventStreamReader.open(`${server.url}/sse/storefront`, { token, lastEventId });
    expect((await again.next()).type).toBe("resumed");
    const missed = (await again.next()).lastEventId;
    expect(Number(missed.split(".")[0])).toBe(versions.length);
  });

  it("is closed slow when it takes nothing for some half a minute, however little waits", async () => {
    await using server = await serveStreams({ limits: { budgetBytes: 100_000_000 } });
    server.feeds.show(ANN);
    const stalled = await stalledReader(server, { path: "/sse/storefront", token: await server.tokenFor(ann) });
    await until(() => server.feeds.listeners(ANN) === 1, { what: () => "it to listen" });
    for (let count = 0; count < 2000; count++) {
      server.feeds.publish(ANN, EVENT);
      if (count % 10 === 0) await turnOfTheLoop();
    }
    for (let seconds = 0; seconds < 24; seconds++) server.clock.advance(1000);
    expect(server.dropped).toEqual([]);
    for (let seconds = 24; seconds < 45; seconds++) server.clock.advance(1000);
    expect(server.dropped).toEqual(["slow"]);
    stalled.close();
    await until(() => server.registry.descriptors === 0, { what: () => "the descriptor to be free" });
  });

  it("is not taken for slow because this process stood still", async () => {
    await using server = await serveStreams();
    server.feeds.show(ANN);
    const token = await server.tokenFor(ann);
    await using stream = await EventStreamReader.open(`${server.url}/sse/storefront`, { token });
    await stream.next();
    server.feeds.publish(ANN, EVENT);
    server.feeds.publish(ANN, EVENT);
    server.clock.advance(600_000);
    for (let count = 0; count < 2; count++) await stream.next();
    expect(server.dropped).toEqual([]);
  });

  it("costs no more memory than its budget, were there a hundred of it", async () => {
    await using server = await serveStreams({ limits: { perCustomer: 1000 } });
    server.feeds.show(ANN);
    const token = await server.tokenFor(ann);
    const count = 100;
    const stalled = await Promise.all(
      Array.from({ length: count }, () => stalledReader(server, { path: "/sse/storefront", token })),
    );
    await until(() => server.feeds.listeners(ANN) === count, { what: () => "all to listen" });
    const beforeMb = heldMb();
    let published = 0;
    while (server.dropped.length < count && published < 5000) {
      server.feeds.publish(ANN, EVENT);
      if (++published % 10 === 0) await turnOfTheLoop();
    }
    expect(server.dropped.length).toBe(count);
    expect(server.feeds.listeners(ANN)).toBe(0);
    // Each has been sent some 4 MB, of which the kernel took the most; what it did not take must not be ours to keep.
    // Without a budget it would be all of it, hundreds of megabytes; the process around this test breathes by tens.
    expect(heldMb() - beforeMb).toBeLessThan(2 * count);
    for (const connection of stalled) connection.close();
    await until(() => server.registry.descriptors === 0, { what: () => "the descriptors to be free" });
  });
});

describe("a socket that stops reading", () => {
  it("is closed slow, and what waited for it is let go with its subscriptions", async () => {
    await using server = await serveStreams();
    server.feeds.show(ANN);
    const stalled = await stalledReader(server, { path: "/ws", token: await server.tokenFor(ann), headers: UPGRADE });
    await until(() => server.registry.open.websocket === 1, { what: () => "the socket" });
    await stalled.write(textFrame(JSON.stringify({ type: "subscribe", ref: 1, channel: "customer" })));
    await until(() => server.feeds.listeners(ANN) === 1, { what: () => "it to listen" });

    for (let published = 0; server.dropped.length === 0 && published < 20_000; published++) {
      server.feeds.publish(ANN, EVENT);
      if (published % 10 === 0) await turnOfTheLoop();
    }
    expect(server.dropped).toEqual(["slow"]);
    expect(server.feeds.listeners(ANN)).toBe(0);
    expect(server.registry.open.websocket).toBe(0);
    stalled.close();
    await until(() => server.registry.descriptors === 0, { what: () => "the descriptor to be free" });
  });
});
