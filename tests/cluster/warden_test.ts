import { describe, it } from "@std/testing/bdd";
import { Child } from "../harness/child.ts";
import { until } from "../harness/until.ts";

const PROGRAM = `
  import { Child } from ${JSON.stringify(new URL("../harness/child.ts", import.meta.url).href)};
  const gone = new Child("sleep", { args: ["600"] });
  await gone.kill();
  const family = new Child("sh", { args: ["-c", "sleep 600 & echo $!; wait"] });
  console.log("started", family.pid, await family.line(/\\d+/));
  await family.exited();
`;

async function isAlive(pid: string | undefined): Promise<boolean> {
  const status = await Deno.readTextFile(`/proc/${pid}/status`).catch(() => "State:\tX");
  return !/State:\s+[XZ]/.test(status);
}

describe("processes that a test has started", () => {
  for (const signal of ["SIGKILL", "SIGTERM", "SIGINT"] as const) {
    it(`end with the test's own process, even by ${signal}`, async () => {
      await using test = new Child(Deno.execPath(), { args: ["eval", "--no-check", PROGRAM] });
      const [, parent, child] = (await test.line(/^started/, { withinMs: 30_000 })).split(" ");
      await until(async () => await isAlive(parent) && await isAlive(child), { what: () => "both to run" });
      test.signal(signal);
      await until(async () => !await isAlive(parent) && !await isAlive(child), { what: () => "both to be gone" });
    });
  }
});
