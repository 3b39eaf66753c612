import { describe, it } from "@std/testing/bdd";
import { expect } from "@std/expect";
import type { Clock } from "../../actors/runtime/ports.ts";
import { ann, type OpenEdge, openEdge } from "./open_edge.ts";
import { RawClient } from "./raw_client.ts";
import { cartOf, mug } from "./shop_ids.ts";

const realClock: Clock = {
  now: () => Date.now(),
  after(delayMs, task): () => void {
    const timer = setTimeout(task, delayMs);
    return () => clearTimeout(timer);
  },
};

interface Served extends AsyncDisposable {
  readonly edge: OpenEdge;
  readonly port: number;
  /** The first lines of a request that is ann's: what follows are headers. */
  readonly opening: string;
}

/** The edge behind a real socket, where bodies must be there within 300 ms. */
async function serve(): Promise<Served> {
  const edge = await openEdge({ clock: realClock, env: { BODY_TIMEOUT_MS: "1000" } });
  edge.actors.show("product/MUG", mug());
  const server = Deno.serve({ hostname: "127.0.0.1", port: 0, onListen: () => {} }, edge.app.fetch);
  const opening = [
    `POST /api/carts/${cartOf("ann")}/items HTTP/1.1`,
    "host: shop.test",
    `authorization: Bearer ${await edge.tokenFor(ann, 1e9)}`,
    "content-type: application/json",
    "",
  ].join("\r\n");
  return { edge, port: server.addr.port, opening, [Symbol.asyncDispose]: () => server.shutdown() };
}

async function isServing({ port, opening }: Served): Promise<boolean> {
  using client = await RawClient.connect(port);
  const body = '{"sku":"MUG","quantity":1}';
  await client.say(`${opening}connection: close\r\ncontent-length: ${body.length}\r\n\r\n${body}`);
  return (await client.answer).startsWith("HTTP/1.1 200");
}

describe("a client", () => {
  it("that sends what it announces is served", async () => {
    await using served = await serve();
    expect(await isServing(served)).toBe(true);
  });

  it("that sends no body where none is needed is served, with or without saying so", async () => {
    await using served = await serve();
    const opening = served.opening.replace(/POST .* HTTP/, "POST /api/carts HTTP").replace(/content-type.*\r\n/, "");
    for (const announcement of ["", "content-length: 0\r\n"]) {
      using client = await RawClient.connect(served.port);
      await client.say(`${opening}${announcement}\r\n`);
      expect(await client.answer).toMatch(/^HTTP\/1.1 200 /);
    }
  });

  it("whose body does not come is answered 408", async () => {
    await using served = await serve();
    using client = await RawClient.connect(served.port);
    await client.say(`${served.opening}content-length: 26\r\n\r\n{"sku":`);
    const answer = await client.answer;
    expect(answer).toMatch(/^HTTP\/1.1 408 /);
    expect(answer).toContain('"code":"body_timeout"');
    expect(served.edge.actors.asks).toEqual([]);
    expect(await isServing(served)).toBe(true);
  });

  it("whose body drips without end is answered 408", async () => {
    await using served = await serve();
    using client = await RawClient.connect(served.port);
    await client.say(`${served.opening}transfer-encoding: chunked\r\n\r\n`);
    let isAnswered = false;
    client.answer.then(() => isAnswered = true);
    while (!isAnswered && await client.say("1\r\n{\r\n")) await new Promise((resolve) => setTimeout(resolve, 20));
    expect(await client.answer).toMatch(/^HTTP\/1.1 408 /);
  });

  it("whose announced body is too large is answered 413 before it sends it", async () => {
    await using served = await serve();
    using client = await RawClient.connect(served.port);
    await client.say(`${served.opening}content-length: 1000000000\r\n\r\n`);
    expect(await client.answer).toMatch(/^HTTP\/1.1 413 /);
  });

  it("whose chunks are too much is answered 413 long before they end", async () => {
    await using served = await serve();
    using client = await RawClient.connect(served.port);
    await client.say(`${served.opening}transfer-encoding: chunked\r\n\r\n`);
    const chunk = `4000\r\n${"x".repeat(0x4000)}\r\n`;
    for (let sent = 0; sent < 5; sent++) await client.say(chunk);
    expect(await client.answer).toMatch(/^HTTP\/1.1 413 /);
  });

  it("that floods with headers is turned away and harms nobody", async () => {
    await using served = await serve();
    const many = Array.from({ length: 5000 }, (_, n) => `x-flood-${n}: ${"f".repeat(100)}\r\n`).join("");
    const large = `x-flood: ${"f".repeat(2_000_000)}\r\n`;
    const cookies = `cookie: ${"a=b; ".repeat(200_000)}\r\n`;
    for (const flood of [many, large, cookies]) {
      using client = await RawClient.connect(served.port);
      await client.say(`${served.opening}connection: close\r\ncontent-length: 0\r\n${flood}\r\n`);
      expect(await client.answer).toMatch(/^(HTTP\/1.1 (400|431) |$)/);
    }
    expect(served.edge.actors.asks).toEqual([]);
    expect(await isServing(served)).toBe(true);
  });

  it("that goes away in the middle of its body costs nothing", async () => {
    await using served = await serve();
    for (let client = 0; client < 20; client++) {
      using leaving = await RawClient.connect(served.port);
      await leaving.say(`${served.opening}content-length: 26\r\n\r\n{"sku":`);
    }
    expect(await isServing(served)).toBe(true);
    expect(served.edge.lines).toEqual([]);
  });

  it("that says two lengths at once is turned away", async () => {
    await using served = await serve();
    using client = await RawClient.connect(served.port);
    const body = '{"sku":"MUG","quantity":1}';
    await client.say(
      `${served.opening}content-length: 26\r\ntransfer-encoding: chunked\r\nconnection: close\r\n\r\n${body}`,
    );
    expect(await client.answer).not.toMatch(/^HTTP\/1.1 2/);
    expect(served.edge.actors.asks).toEqual([]);
  });
});
