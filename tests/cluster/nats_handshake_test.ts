import { describe } from "@std/testing/bdd";
import { expect } from "@std/expect";
import { Child } from "../harness/child.ts";
import { startNats } from "../harness/nats.ts";
import { it } from "../system/bounded.ts";

const PROCESSES = 4;
const ROOT = new URL("../..", import.meta.url);

/** Tries for a while, in a process of its own: an error that nobody listens to would end it. */
function program(url: string): string {
  return `
    import { openNats } from ${JSON.stringify(new URL("src/cluster/nats_connection.ts", ROOT).href)};
    const log = { info() {}, warn() {}, error() {} };
    openNats({ url: "${url}" }, { log });
    setTimeout(() => { console.log("alive"); Deno.exit(0); }, 2000);
  `;
}

describe("the connection to a NATS server that refuses the login", () => {
  it("is tried again: nothing that a refused socket still says ends the process", async () => {
    await using nats = await startNats({ jetstream: false, config: `authorization { user: a, password: b }` });
    const args = ["eval", "--no-check", program(`nats://vitrine:wrong@127.0.0.1:${nats.port}`)];
    for (let started = 0; started < PROCESSES; started++) {
      await using child = new Child(Deno.execPath(), { args, cwd: ROOT.pathname });
      const { code } = await child.exited();
      expect({ code, output: child.output }).toEqual({ code: 0, output: "alive" });
    }
  }, { withinMs: 120_000 });
});
