import { describe, it } from "@std/testing/bdd";
import { expect } from "@std/expect";
import { fallbackName, isStocked } from "../../src/import/stock_codes.ts";

describe("a stock code", () => {
  for (const code of ["85123A", "22423", "15056bl", "DCGSSBOY", "DCGS0076", "SP1002"]) {
    it(`names goods on a shelf: ${code}`, () => expect(isStocked(code)).toBe(true));
  }

  const fees = ["POST", "DOT", "M", "m", "D", "C2", "C3", "S", "B", "PADS", "CRUK", "AMAZONFEE", "BANK CHARGES"];
  for (const code of [...fees, "gift_0001_40", "ADJUST2", "X", "FEE 12345"]) {
    it(`names a fee or a service: ${code}`, () => expect(isStocked(code)).toBe(false));
  }

  it("has a name even if no line gives it one", () => {
    expect(fallbackName("POST")).toBe("Postage");
    expect(fallbackName("22423")).toBe("22423");
  });
});
