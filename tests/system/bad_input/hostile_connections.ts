import { expect } from "@std/expect";
import type { Shop } from "../client/shop.ts";
import { Shopper } from "../client/shopper.ts";
import { rawExchange } from "./raw_exchange.ts";

/** What a raw request begins with; headers follow. */
async function opening({ api }: Shop): Promise<string> {
  const shopper = await Shopper.arrive(api);
  const { cartId } = await shopper.openCart();
  return [
    `POST /api/carts/${cartId}/items HTTP/1.1`,
    "host: shop.test",
    `authorization: Bearer ${shopper.token}`,
    "content-type: application/json",
    "",
  ].join("\r\n");
}

export async function slowBodiesAreGivenUp(shop: Shop): Promise<void> {
  const { port } = shop.server;
  const head = await opening(shop);
  const answers = await Promise.all([
    rawExchange(port, { say: [`${head}content-length: 26\r\n\r\n{"sku":`] }),
    rawExchange(port, { say: [`${head}transfer-encoding: chunked\r\n\r\n`, "1\r\n{\r\n"] }),
    rawExchange(port, { say: [`${head}content-length: 26\r\n\r\n`] }),
  ]);
  for (const answer of answers) {
    expect(answer).toMatch(/^HTTP\/1.1 408 /);
    expect(answer).toContain('"code":"body_timeout"');
  }
}

export async function largeBodiesAreCutShort(shop: Shop): Promise<void> {
  const { port } = shop.server;
  const head = await opening(shop);
  const chunk = `4000\r\n${"x".repeat(0x4000)}\r\n`;
  const answers = await Promise.all([
    rawExchange(port, { say: [`${head}content-length: 1000000000\r\n\r\n`] }),
    rawExchange(port, { say: [`${head}transfer-encoding: chunked\r\n\r\n`, ...Array(64).fill(chunk)] }),
  ]);
  for (const answer of answers) expect(answer).toMatch(/^HTTP\/1.1 413 /);
}

export async function headerFloodsAreTurnedAway(shop: Shop): Promise<void> {
  const { port } = shop.server;
  const head = await opening(shop);
  const floods = [
    Array.from({ length: 5000 }, (_, n) => `x-flood-${n}: ${"f".repeat(100)}\r\n`).join(""),
    `x-flood: ${"f".repeat(1_000_000)}\r\n`,
    `cookie: ${"a=b; ".repeat(100_000)}\r\n`,
  ];
  for (const flood of floods) {
    const answer = await rawExchange(port, { say: [`${head}content-length: 0\r\n${flood}\r\n`] });
    expect(answer).toMatch(/^(HTTP\/1.1 (400|431) |$)/);
  }
}

export async function nonsenseIsNoHttp(shop: Shop): Promise<void> {
  const { port } = shop.server;
  const head = await opening(shop);
  const body = '{"sku":"MUG-OAT","quantity":1}';
  const smuggled =
    `${head}content-length: 4\r\ntransfer-encoding: chunked\r\n\r\n0\r\n\r\nGET /metrics HTTP/1.1\r\nhost: x\r\n\r\n`;
  const twoLengths = `${head}content-length: ${body.length}\r\ncontent-length: 4\r\n\r\n${body}`;
  const noise = crypto.getRandomValues(new Uint8Array(4000));
  const say: readonly (string | Uint8Array)[] = [
    noise,
    "GET / HTTP/9.9\r\n\r\n",
    "\r\n\r\n\r\n",
    `GET ${"/".repeat(100_000)} HTTP/1.1\r\nhost: x\r\n\r\n`,
    "GET http://[::::]/ HTTP/1.1\r\nhost: [::::\r\nconnection: close\r\n\r\n",
    "GET //[ HTTP/1.1\r\nhost: x\r\nconnection: close\r\n\r\n",
    "OPTIONS * HTTP/1.1\r\nhost: x\r\nconnection: close\r\n\r\n",
    "PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n",
  ];
  for (const part of say) {
    const answer = await rawExchange(port, { say: [part], withinMs: 1000 });
    expect(answer ?? "").not.toMatch(/^HTTP\/1.1 5/);
  }
  expect(await rawExchange(port, { say: [twoLengths] })).toMatch(/^(HTTP\/1.1 400 |$)/);
  const smuggling = await rawExchange(port, { say: [smuggled], withinMs: 1500 });
  expect(smuggling ?? "").not.toContain("orders_created_total");
}

/** Connections that never say what they want hold nobody else up. */
export async function idlersHoldNobodyUp(shop: Shop): Promise<void> {
  const { port } = shop.server;
  const idlers = await Promise.all(
    Array.from({ length: 200 }, () => Deno.connect({ hostname: "127.0.0.1", port })),
  );
  const half = new TextEncoder().encode("POST /api/session HTTP/1.1\r\nhost:");
  await Promise.all(idlers.map((idler) => idler.write(half)));
  await Shopper.arrive(shop.api);
  for (const idler of idlers) idler.close();
}
