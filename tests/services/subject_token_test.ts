import { describe, it } from "@std/testing/bdd";
import { expect } from "@std/expect";
import { idOfToken, subjectToken } from "../../src/services/subject_token.ts";

describe("an id in a subject", () => {
  it("stays as it is where it can", () => {
    for (const id of ["ord_aab2", "MUG-OAT", "85123A", "a_b-C9"]) {
      expect(subjectToken(id)).toBe(id);
      expect(idOfToken(id)).toBe(id);
    }
  });

  it("is escaped byte by byte where it cannot", () => {
    expect(subjectToken("mug.red")).toBe("mug=2Ered");
    expect(subjectToken("a b>*=$")).toBe("a=20b=3E=2A=3D=24");
    expect(subjectToken("tasse-é")).toBe("tasse-=C3=A9");
    expect(subjectToken("🫖")).toBe("=F0=9F=AB=96");
  });

  it("comes back as it was", () => {
    const characters = Array.from({ length: 0x2ff }, (_, code) => String.fromCodePoint(code));
    for (const character of [...characters, "\ufeff", "\uffff", "🫖"]) {
      const token = subjectToken(`x${character}`);
      expect(token).toMatch(/^[A-Za-z0-9_=-]+$/);
      expect(idOfToken(token)).toBe(`x${character}`);
    }
  });

  it("has one spelling only", () => {
    for (
      const token of ["mug=2ered", "=41", "mug=2D", "=", "a=2", "=GG", "=C3", "=ED=A0=80", "=C0=80", "", "a b", "é"]
    ) {
      expect([token, idOfToken(token)]).toEqual([token, undefined]);
    }
  });

  it("is refused where there is none", () => {
    for (const id of ["", "\ud800"]) expect(() => subjectToken(id)).toThrow("Cannot put");
  });
});
