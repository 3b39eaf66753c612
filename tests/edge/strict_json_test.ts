import { describe, it } from "@std/testing/bdd";
import { expect } from "@std/expect";
import { EdgeError } from "../../src/edge/edge_error.ts";
import { parseJson } from "../../src/edge/strict_json.ts";

function read(text: string): unknown {
  return parseJson(new TextEncoder().encode(text));
}

function whatIsWrongWith(read: () => unknown): string | undefined {
  try {
    read();
  } catch (error) {
    if (error instanceof EdgeError) return error.details.issues?.[0]?.message;
    throw error;
  }
}

describe("strict JSON", () => {
  for (
    const text of ['{"a":1,"b":[true,null,"x:y{"]}', '"text"', "[]", ' {"a" : {"a" : 1}} ', '{"\\u0061":"\\n\\"\\\\"}']
  ) {
    it(`reads ${text}`, () => {
      expect(read(text)).toEqual(JSON.parse(text));
    });
  }

  const broken = [
    "",
    "{",
    "{'a':1}",
    '{"a":1,}',
    '{"a":1}x',
    '"open',
    "NaN",
    "\ufeff{}",
    '{"a":"\u0001"}',
    "{]",
    ":",
    "01",
  ];
  for (const text of broken) {
    it(`refuses ${JSON.stringify(text)}`, () => {
      expect(whatIsWrongWith(() => read(text))).toBe("The body is not valid JSON");
    });
  }

  for (
    const text of ['{"a":1,"a":2}', '{"a":1,"\\u0061":2}', '[{"x":{"b":1,"b":1}}]', '{"__proto__":1,"__proto__":2}']
  ) {
    it(`refuses ${text}, which names a key twice`, () => {
      expect(whatIsWrongWith(() => read(text))).toBe("An object names a key twice");
    });
  }

  it("reads nesting of 32 and refuses 33", () => {
    const nested = (depth: number): string => "[".repeat(depth) + "]".repeat(depth);
    expect(Array.isArray(read(nested(32)))).toBe(true);
    expect(whatIsWrongWith(() => read(nested(33)))).toBe("The body is nested deeper than 32");
  });

  it("refuses nesting without end at once", () => {
    expect(whatIsWrongWith(() => read("[".repeat(60_000)))).toBe("The body is nested deeper than 32");
    expect(whatIsWrongWith(() => read('{"a":'.repeat(10_000)))).toBe("The body is nested deeper than 32");
  });

  const notUtf8 = [[0xff], [0xc3, 0x28], [0xed, 0xa0, 0x80], [0xf4, 0x90, 0x80, 0x80], [0xc0, 0x80], [0xe2, 0x82]];
  for (const bytes of notUtf8) {
    it(`refuses the bytes ${bytes.map((byte) => byte.toString(16)).join(" ")} in a text`, () => {
      expect(whatIsWrongWith(() => parseJson(new Uint8Array([0x22, ...bytes, 0x22])))).toBe(
        "The body is not valid UTF-8",
      );
    });
  }

  for (const text of ['"\\u0000"', '"\\ud800"', '["x",{"\\udc00y":1}]', '{"a":"\\ud83dx"}']) {
    it(`refuses ${text}, which no database could keep`, () => {
      expect(whatIsWrongWith(() => read(text))).toBe("A text holds characters that are none");
    });
  }

  it("keeps whole surrogate pairs", () => {
    expect(read('"\\ud83d\\ude00"')).toBe("😀");
  });
});
