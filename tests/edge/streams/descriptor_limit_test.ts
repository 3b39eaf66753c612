import { describe, it } from "@std/testing/bdd";
import { expect } from "@std/expect";
import { admissionLimit, descriptorLimit, softLimitIn } from "../../../src/edge/streams/descriptor_limit.ts";

const LIMITS = `Limit                     Soft Limit           Hard Limit           Units
Max processes             96000                96000                processes
Max open files            20000                524288               files
Max locked memory         8388608              8388608              bytes
`;

function refuse(): never {
  throw new Error("Requires all access");
}

describe("the admission limit", () => {
  it("stays below the descriptors, whatever is configured", () => {
    expect(admissionLimit({ descriptors: 20_000, configured: 100_000 })).toBe(16_000);
    expect(admissionLimit({ descriptors: 1024, configured: 100_000 })).toBe(768);
  });

  it("is what is configured where there are descriptors enough", () => {
    expect(admissionLimit({ descriptors: 20_000, configured: 500 })).toBe(500);
  });

  it("lets at least one in", () => {
    expect(admissionLimit({ descriptors: 64, configured: 500 })).toBe(1);
  });
});

describe("the descriptor limit", () => {
  it("is the soft limit that the system states", () => {
    expect(softLimitIn(LIMITS)).toBe(20_000);
    expect(softLimitIn(LIMITS.replace("20000 ", "unlimited "))).toBe(Number.MAX_SAFE_INTEGER);
    expect(softLimitIn("something else")).toBeUndefined();
    expect(descriptorLimit({ readLimits: () => LIMITS, openOne: refuse, wanted: 10 })).toBe(20_000);
  });

  it("is found out where the system may not be asked, and nothing stays open", () => {
    let open = 0;
    const openOne = (): () => void => {
      if (open >= 300) throw new Error("Too many open files");
      open++;
      return () => void open--;
    };
    expect(descriptorLimit({ readLimits: refuse, openOne, wanted: 1000 })).toBe(300);
    expect(descriptorLimit({ readLimits: refuse, openOne, wanted: 20 })).toBe(20);
    expect(open).toBe(0);
  });

  it("is taken to be small where nothing can be found out", () => {
    expect(descriptorLimit({ readLimits: refuse, openOne: refuse, wanted: 1000 })).toBe(1024);
  });

  it("is found out on this machine", () => {
    const wanted = 50;
    const openOne = (): () => void => {
      const file = Deno.openSync(new URL(import.meta.url));
      return () => file.close();
    };
    expect(descriptorLimit({ readLimits: refuse, openOne, wanted })).toBe(wanted);
  });
});
