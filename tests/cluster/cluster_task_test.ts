import { describe } from "@std/testing/bdd";
import { expect } from "@std/expect";
import { Child } from "../harness/child.ts";
import { freePort } from "../harness/free_port.ts";
import { it } from "../system/bounded.ts";
import { Api } from "../system/client/api.ts";
import { Shopper } from "../system/client/shopper.ts";

const NODES = 3;
const LIMITS = { withinMs: 180_000 };
const ROOT = new URL("../..", import.meta.url).pathname;

function startTask(firstPort: number, tmpDir: string): Child {
  const args = ["task", "--quiet", "cluster", String(firstPort), String(NODES)];
  return new Child(Deno.execPath(), { args, cwd: ROOT, env: { TMPDIR: tmpDir } });
}

async function childrenOf(pid: number): Promise<readonly number[]> {
  const children = await Deno.readTextFile(`/proc/${pid}/task/${pid}/children`);
  return children.split(" ").filter((child) => child !== "").map(Number);
}

/** Kills a node: the task tells of it in a line and goes on. */
async function killOne(task: Child): Promise<void> {
  const nodes = await nodesUnder(task.pid);
  expect(nodes.length).toBe(NODES);
  Deno.kill(nodes[0] ?? NaN, "SIGKILL");
  await task.line(/^Node \d has ended with status 137/, { withinMs: 30_000 });
}

describe("deno task cluster", () => {
  for (const signal of ["SIGINT", "SIGTERM"] as const) {
    it(`says where everything is, serves, tells of deaths, and leaves nothing behind on ${signal}`, async () => {
      const tmpDir = await Deno.makeTempDir({ prefix: "vitrine-task-" });
      await Deno.chmod(tmpDir, 0o755);
      const firstPort = freePort(NODES);
      await using task = startTask(firstPort, tmpDir);
      await task.line(/^Ready/, { withinMs: 120_000 });
      const urls = Array.from({ length: NODES }, (_, index) => `http://127.0.0.1:${firstPort + index}`);
      for (const what of ["PostgreSQL: postgres://", "NATS: nats://", "Redis: redis://", ...urls]) {
        expect(task.output).toContain(what);
      }
      for (const url of urls) await Shopper.arrive(new Api(url));
      if (signal === "SIGTERM") await killOne(task);
      task.signal(signal);
      // As when the terminal and the task runner both pass one Ctrl-C on.
      for (const child of await childrenOf(task.pid)) Deno.kill(child, signal);
      expect({ code: (await task.exited()).code, output: task.output }).toEqual({
        code: 0,
        // Nodes that were told to end are no news.
        output: expect.not.stringMatching(/ has ended with status (?!137)/),
      });
      expect(await Array.fromAsync(Deno.readDir(tmpDir))).toEqual([]);
      for (const url of urls) await expect(new Api(url).call("/healthz")).rejects.toThrow(TypeError);
      await Deno.remove(tmpDir, { recursive: true });
    }, LIMITS);
  }

  it("says in one sentence that a port is taken, before it starts anything", async () => {
    using taken = Deno.listen({ hostname: "127.0.0.1", port: 0 });
    const tmpDir = await Deno.makeTempDir({ prefix: "vitrine-task-" });
    await using task = startTask(taken.addr.port, tmpDir);
    expect((await task.exited()).code).toBe(1);
    expect(task.lines).toEqual([`Cannot start a cluster: port ${taken.addr.port} is in use by another process`]);
    expect(await Array.fromAsync(Deno.readDir(tmpDir))).toEqual([]);
    await Deno.remove(tmpDir);
  }, LIMITS);
});

/** The pids of nodes among all that a process has started. */
async function nodesUnder(pid: number): Promise<readonly number[]> {
  const found: number[] = [];
  for (const child of await childrenOf(pid)) {
    const line = await Deno.readTextFile(`/proc/${child}/cmdline`).catch(() => "");
    if (line.includes("src/main.ts")) found.push(child);
    found.push(...await nodesUnder(child).catch(() => []));
  }
  return found;
}
