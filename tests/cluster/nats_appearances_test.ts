import { describe, it } from "@std/testing/bdd";
import { expect } from "@std/expect";
import { NatsAppearances } from "../../src/cluster/nats_appearances.ts";
import { until } from "../harness/until.ts";

describe("who appears among the living", () => {
  it("is noticed once, together with whoever comes at the same time, and not with every further sign", async () => {
    let stirred = 0;
    const appearances = new NatsAppearances(() => stirred++);
    for (const node of ["ann", "bob", "ann", "bob"]) appearances.note(node, { ends: false });
    await until(() => stirred > 0, { what: () => "a hint" });
    for (let beat = 0; beat < 5; beat++) appearances.note("ann", { ends: false });
    appearances.note("ann", { ends: true });
    await until(() => stirred > 1, { what: () => "a hint that somebody leaves" });
    appearances.note("ann", { ends: false });
    await until(() => stirred > 2, { what: () => "a hint that somebody is back" });
    expect(stirred).toBe(3);
    appearances.close();
  });
});
