import { expect } from "@std/expect";
import { z } from "zod";
import type { Api, Ask } from "../client/api.ts";
import { tokenFor } from "../client/people.ts";
import { Problem } from "../client/shapes_of_answers.ts";
import type { Shop } from "../client/shop.ts";
import { Shopper } from "../client/shopper.ts";

const deep = `{"sku":${"[".repeat(5000)}${"]".repeat(5000)},"quantity":1}`;
const invalidUtf8 = new Uint8Array([0x7b, 0x22, 0xff, 0xfe, 0x22, 0x3a, 0x31, 0x7d]);

/** No address of the shop has a use for these. */
const NOT_JSON: readonly (readonly [what: string, body: string | Uint8Array<ArrayBuffer>, status: number])[] = [
  ["half an object", '{"sku":"MUG-OAT","quantity":1', 400],
  ["a word", "hello", 400],
  ["a trailing comma", '{"quantity":1,}', 400],
  ["a key twice", '{"sku":"MUG-OAT","quantity":1,"quantity":2}', 400],
  ["a key twice, once escaped", '{"sku":"MUG-OAT","quantity":1,"quantit\\u0079":2}', 400],
  ["nesting without end", deep, 400],
  ["invalid UTF-8", invalidUtf8, 400],
  ["a NUL in a text", '{"sku":"MUG\\u0000","quantity":1}', 400],
  ["half a surrogate pair", '{"sku":"MUG\\ud800","quantity":1}', 400],
  ["more than 64 KB", `{"sku":"${"x".repeat(70_000)}","quantity":1}`, 413],
  ["a million blanks", " ".repeat(1_000_000), 413],
];

const item = (quantity: unknown, sku: unknown = "MUG-OAT"): string => JSON.stringify({ sku, quantity });
const prototype = '{"sku":"MUG-OAT","quantity":1,"__proto__":{"quantity":2}}';

const NOT_ITEMS: readonly (readonly [what: string, body: string])[] = [
  ...[0, -1, 1.5, 1e15, -1e15, "1", null, true, [], {}].map((quantity) => {
    return [`the quantity ${JSON.stringify(quantity)}`, item(quantity)] as const;
  }),
  ["an endless quantity", '{"sku":"MUG-OAT","quantity":1e999}'],
  ["a quantity just past the exact", '{"sku":"MUG-OAT","quantity":9007199254740993}'],
  ["no quantity", '{"sku":"MUG-OAT"}'],
  ["a SKU that is a number", item(1, 7)],
  ["a SKU with a slash", item(1, "../admin")],
  ["a SKU without end", item(1, "a".repeat(5000))],
  ["a price of the client's own", '{"sku":"MUG-OAT","quantity":1,"price":{"minor":1,"currency":"GBP"}}'],
  ["a prototype", prototype],
  ["a list", `[${item(1)}]`],
  ["nothing", "null"],
];

/** None of them changes the cart, and each is named in the contract's words. */
export async function badBodiesAreRefused(shop: Shop): Promise<void> {
  const { api } = shop;
  const shopper = await Shopper.arrive(api);
  const { cartId, version } = await shopper.openCart();
  const ask = { token: shopper.token, headers: { "content-type": "application/json" } };
  for (const [what, body, status] of NOT_JSON) {
    const answer = await fetch(`${api.url}/api/carts/${cartId}/items`, {
      method: "POST",
      headers: { ...ask.headers, authorization: `Bearer ${ask.token}` },
      body,
    });
    const problem = Problem.parse(await answer.json());
    const code = status === 413 ? "body_too_large" : "invalid_request";
    expect({ what, status: answer.status, code: problem.code }).toEqual({ what, status, code });
  }
  for (const [what, body] of NOT_ITEMS) {
    const answer = await api.post(`/api/carts/${cartId}/items`, { ...ask, body });
    expect({ what, problem: answer.problem(400, "invalid_request").code }).toEqual({
      what,
      problem: "invalid_request",
    });
  }
  const typeless = await api.post(`/api/carts/${cartId}/items`, {
    ...ask,
    body: item(1),
    headers: { "content-type": "text/plain" },
  });
  typeless.problem(415, "unsupported_media_type");
  expect((await shopper.openCart()).version).toBe(version);
}

const Reference = z.looseObject({ paths: z.record(z.string(), z.record(z.string(), z.unknown())) });
const FUZZ: readonly string[] = [
  "{}",
  "[]",
  "null",
  "7",
  '"x"',
  '{"a":1}',
  deep,
  '{"sku":{"$gt":""},"quantity":{"$gt":0}}',
  `{"cartId":"${"x".repeat(10_000)}"}`,
  '{"items":[{"sku":"MUG-OAT","quantity":0}]}',
  '{"cartId":"crt_x","items":[]}',
  '{"reason":""}',
];
const FUZZ_IDS = [
  "x",
  "%00",
  "..%2f..%2fetc",
  "crt_%ff",
  "a".repeat(300),
  "ord_aaaaaaaaaaaaaaaaaaaaaaaaaa",
  "'%20or%201=1",
];

const page = (place: string): string =>
  `p.${btoa(place).replaceAll("=", "").replaceAll("+", "-").replaceAll("/", "_")}`;
const QUERIES: readonly string[] = [
  "",
  "?q=%00&status=%00",
  "?q=%ff%fe&limit=1e9",
  "?q=%27%20or%20true--&limit=-1",
  "?limit=0",
  "?after=%00",
  ...["x", "[]", '["\\u0000","\\u0000"]', "[1,2]", '["2026-13-99","x"]', '["x"]', "\u0000"].map((place) => {
    return `?after=${page(place)}`;
  }),
];
/** Streams of what nobody has, since those of what somebody has never end; and what is in no reference. */
const STREAMS = ["/track/{id}/events", "/orders/{id}/events", "/sse/stores/{id}/orders"];
const CHANNELS = ["/api/changes?channel={id}", "/api/changes?channel=track:{id}", "/api/changes?channel=order:{id}"];
const PAGES = ["/products/{id}", "/orders/{id}", "/track/{id}", "/images/products/{id}.svg"];

/** Every address of the reference, with bodies and ids that nobody means: always a problem, never a failure of ours. */
export async function everyAddressStandsNonsense({ api }: Shop): Promise<number> {
  const { paths } = Reference.parse(JSON.parse((await api.call("/openapi.json")).text));
  const token = await tokenFor(api, { sub: "everybody", roles: ["customer", "staff", "admin"], stores: ["main"] });
  let count = 0;
  for (const template of [...STREAMS, ...CHANNELS, ...PAGES]) {
    for (const id of FUZZ_IDS) count += await fuzz(api, { path: template.replace("{id}", id), method: "GET", token });
  }
  for (const [template, methods] of Object.entries(paths)) {
    for (const [index, id] of FUZZ_IDS.entries()) {
      const path = template.replaceAll(/\{\w+\}/g, id);
      if (path === template && index > 0) continue;
      for (const [method, operation] of Object.entries(methods)) {
        if (JSON.stringify(operation).includes("text/event-stream")) continue;
        count += await fuzz(api, { path, method: method.toUpperCase(), token });
      }
    }
  }
  return count;
}

async function fuzz(
  api: Api,
  { path, method, token }: { readonly path: string; readonly method: string; readonly token: string },
): Promise<number> {
  const Method = z.enum(["GET", "POST", "PUT", "PATCH", "DELETE"]).parse(method);
  const headers = { "content-type": "application/json" };
  const asks: readonly Ask[] = Method === "GET"
    ? [{ token }, { token: "x" }, {}]
    : FUZZ.map((body, index) => ({ token, body, key: `fuzz-${index}`, headers }));
  const queries = Method === "GET" && !path.includes("?") ? QUERIES : [""];
  const calls = queries.flatMap((query) => asks.map((ask) => api.call(`${path}${query}`, { ...ask, method: Method })));
  const answers = await Promise.all(calls);
  for (const { status, text } of answers) {
    if (status >= 500) throw new Error(`${method} ${path} is answered ${status} ${text}`);
    expect(text).not.toMatch(/\.tsx?:\d|at async|ZodError|SQL|"code":"unavailable"/);
  }
  return answers.length;
}
