import { describe, it } from "@std/testing/bdd";
import { expect } from "@std/expect";
import { ann, openEdge, problemIn } from "./open_edge.ts";
import { cartOf, mug } from "./shop_ids.ts";

const ADD = `POST /api/carts/${cartOf("ann")}/items`;
const JSON_TYPE = { "content-type": "application/json" };
const BAD = { status: 400, code: "invalid_request" };

describe("a request that is not right", () => {
  const notItems: readonly [string, unknown][] = [
    ["quantity 0", { sku: "MUG", quantity: 0 }],
    ["a negative quantity", { sku: "MUG", quantity: -1 }],
    ["a fractional quantity", { sku: "MUG", quantity: 1.5 }],
    ["a huge quantity", { sku: "MUG", quantity: 1e15 }],
    ["an infinite quantity", { sku: "MUG", quantity: 1e308 * 10 }],
    ["a quantity in words", { sku: "MUG", quantity: "1" }],
    ["no quantity", { sku: "MUG" }],
    ["no SKU", { quantity: 1 }],
    ["a SKU that is a number", { sku: 7, quantity: 1 }],
    ["a SKU that none could be", { sku: "a/b", quantity: 1 }],
    ["a SKU without end", { sku: "a".repeat(5000), quantity: 1 }],
    ["a price", { sku: "MUG", quantity: 1, unitMinor: 1 }],
    ["a prototype", JSON.parse('{"sku":"MUG","quantity":1,"__proto__":{"roles":["admin"]}}')],
    ["another cart than the address says", { sku: "MUG", quantity: 1, cartId: "crt_other" }],
    ["a list instead of an object", [{ sku: "MUG", quantity: 1 }]],
    ["a text instead of an object", "MUG"],
    ["null", null],
  ];
  for (const [what, json] of notItems) {
    it(`with ${what} is answered 400 and reaches no actor`, async () => {
      const edge = await openEdge();
      expect(await problemIn(await edge.call(ADD, { as: ann, json }))).toEqual(BAD);
      expect(edge.actors.asks).toEqual([]);
    });
  }

  const notBodies: readonly [string, BodyInit][] = [
    ["malformed JSON", '{"sku":"MUG","quantity":1'],
    ["a key that is named twice", '{"sku":"MUG","quantity":1,"quantity":2}'],
    ["invalid UTF-8", new Uint8Array([0x7b, 0x22, 0xff, 0x22, 0x3a, 0x31, 0x7d])],
    ["nesting deeper than 32", `{"sku":${"[".repeat(40)}${"]".repeat(40)},"quantity":1}`],
    ["no body", ""],
  ];
  for (const [what, body] of notBodies) {
    it(`with ${what} is answered 400`, async () => {
      const edge = await openEdge();
      expect(await problemIn(await edge.call(ADD, { as: ann, body, headers: JSON_TYPE }))).toEqual(BAD);
      expect(edge.actors.asks).toEqual([]);
    });
  }

  it("says what is wrong where, in words of its own", async () => {
    const edge = await openEdge();
    const response = await edge.call(ADD, { as: ann, json: { sku: 7, quantity: 0, colour: "red" } });
    expect(response.headers.get("content-type")).toBe("application/problem+json");
    expect((await response.json()).issues).toEqual([
      { path: "sku", message: "It must be a text" },
      { path: "quantity", message: "It must be at least 1" },
      { path: "", message: "It has members that mean nothing here: colour" },
    ]);
  });

  const notJson = [
    "text/plain",
    "application/x-www-form-urlencoded",
    "application/json; charset=utf-16",
    "multipart/form-data",
  ];
  for (const type of [...notJson, undefined]) {
    it(`whose body is ${type ?? "of no type"} is answered 415`, async () => {
      const edge = await openEdge();
      const headers: Record<string, string> = type === undefined ? {} : { "content-type": type };
      const body = new TextEncoder().encode('{"sku":"MUG","quantity":1}');
      const response = await edge.call(ADD, { as: ann, body, headers });
      expect(await problemIn(response)).toEqual({ status: 415, code: "unsupported_media_type" });
    });
  }

  it("whose body is compressed is answered 415", async () => {
    const edge = await openEdge();
    const headers = { ...JSON_TYPE, "content-encoding": "gzip" };
    expect((await edge.call(ADD, { as: ann, body: "x", headers })).status).toBe(415);
  });

  it("may say that its JSON is UTF-8", async () => {
    const edge = await openEdge();
    edge.actors.show("product/MUG", mug());
    for (
      const type of [
        "application/json; charset=utf-8",
        'application/json;charset="UTF-8"',
        "application/merge-patch+json",
      ]
    ) {
      const body = '{"sku":"MUG","quantity":1}';
      expect((await edge.call(ADD, { as: ann, body, headers: { "content-type": type } })).status).toBe(200);
    }
  });

  it("with more than 64 KB is answered 413 and told to go away, announced or not", async () => {
    const edge = await openEdge();
    const body = JSON.stringify({ sku: "MUG", quantity: 1, note: "x".repeat(70_000) });
    const announced = await edge.call(ADD, { as: ann, body, headers: { ...JSON_TYPE, "content-length": "70040" } });
    const streamed = await edge.call(ADD, { as: ann, body, headers: JSON_TYPE });
    for (const response of [announced, streamed]) {
      expect(response.headers.get("connection")).toBe("close");
      expect(await problemIn(response)).toEqual({ status: 413, code: "body_too_large" });
    }
  });

  it("with exactly 64 KB is read", async () => {
    const edge = await openEdge();
    const frame = '{"sku":"MUG","quantity":1,"x":""}';
    const body = frame.replace('""', `"${"x".repeat(65_536 - frame.length)}"`);
    expect(await problemIn(await edge.call(ADD, { as: ann, body, headers: JSON_TYPE }))).toEqual(BAD);
  });

  for (const key of ["", "two words", "k".repeat(129), "caf\xe9", "a\tb"]) {
    it(`with the key ${JSON.stringify(key.slice(0, 12))} is answered 400`, async () => {
      const edge = await openEdge();
      const headers = { "idempotency-key": key };
      expect(await problemIn(await edge.call("POST /api/carts", { as: ann, headers }))).toEqual(BAD);
    });
  }
});
