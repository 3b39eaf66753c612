import { describe, it } from "@std/testing/bdd";
import { expect } from "@std/expect";
import { ClusterError } from "../../../actors/cluster/ports.ts";
import { readAnswer, writeAnswer, writeError } from "../../../actors/cluster/wire.ts";
import { ActorError } from "../../../actors/runtime/errors.ts";

const GARBLED = ["", "{", `{"value":{"ok":true,"replyJson":"{\\x`, "null", "7", `"ok"`, "[]", "{}"];

describe("the answer of another node", () => {
  it("is read as it was written", () => {
    expect(readAnswer("check", writeAnswer([1, null]))).toEqual([1, null]);
    const refusal = new ActorError("moved", "retry", "Cannot ask: it has moved");
    expect(() => readAnswer("check", writeError(refusal))).toThrow(refusal.message);
  });

  for (const body of GARBLED) {
    it(`that makes no sense is none: it may have been done (${body})`, () => {
      let thrown: unknown;
      try {
        readAnswer("ask", body);
      } catch (error) {
        thrown = error;
      }
      expect(thrown).toBeInstanceOf(ClusterError);
      expect(thrown).toMatchObject({ failure: "lost" });
    });
  }
});
