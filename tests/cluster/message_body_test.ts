import { describe, it } from "@std/testing/bdd";
import { expect } from "@std/expect";
import { gzipSync } from "node:zlib";
import { decodeBody, encodeBody } from "../../src/cluster/message_body.ts";
import { answerWithFullCart } from "./full_cart.ts";

const MIB = 1024 * 1024;
const PLAIN_BYTES = MIB / 2;
const utf8 = new TextEncoder();

describe("the body of a message between nodes", () => {
  it("of up to 512 KiB is its own text: nodes that cannot unpack read it", () => {
    for (const body of ["", "…🛒", "\u001f\u008b", "x".repeat(PLAIN_BYTES)]) {
      expect(encodeBody(body)).toEqual(utf8.encode(body));
      expect(decodeBody(encodeBody(body)) === body).toBe(true);
    }
  });

  it("that is larger is packed", () => {
    const body = "…🛒".repeat(500_000);
    expect(encodeBody(body).length).toBeLessThan(PLAIN_BYTES);
    expect(decodeBody(encodeBody(body)) === body).toBe(true);
  });

  for (const letters of ["heavy", "dense"] as const) {
    it(`has room for the largest cart that there can be, in ${letters} letters, and a third more`, () => {
      const bytes = encodeBody(answerWithFullCart(letters));
      expect(bytes.length).toBeLessThan(750_000);
    });
  }

  it("is refused when it is too large, or cannot be packed well enough", () => {
    for (const body of ["x".repeat(9 * MIB), answerWithFullCart("dense").repeat(2)]) {
      expect(() => encodeBody(body)).toThrow(expect.objectContaining({ failure: "too_large" }));
    }
  });

  it("that no node has sent is none", () => {
    const cart = encodeBody(answerWithFullCart("heavy"));
    const bomb = gzipSync(new Uint8Array(100 * MIB));
    expect(bomb.length).toBeLessThan(PLAIN_BYTES);
    const strange = [
      bomb,
      cart.subarray(0, cart.length - 1),
      Uint8Array.of(0x1f, 0x8b),
      Uint8Array.of(0xff),
      gzipSync(Uint8Array.of(0xff)),
      new Uint8Array(MIB),
    ];
    for (const bytes of strange) expect(decodeBody(bytes)).toBeUndefined();
  });
});
