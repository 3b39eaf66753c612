import { ClusterTask } from "./cluster_task.ts";

const MISCONFIGURED = 2;
const INTERRUPTED_AGAIN = 130;
/** The terminal and the task runner may both pass one Ctrl-C on: only later is it another. */
const SAME_WITHIN_MS = 1000;

const [firstPort = "8081", nodes = "3", ...more] = Deno.args;
if (more.length > 0 || !/^[1-9]\d{0,4}$/.test(firstPort) || !/^[1-9]$/.test(nodes)) {
  console.error(`Cannot start a cluster "${Deno.args.join(" ")}": give the first node's port and how many nodes`);
  Deno.exit(MISCONFIGURED);
}

const interrupted = Promise.withResolvers<void>();
let interruptedAt = Infinity;
for (const signal of ["SIGINT", "SIGTERM"] as const) {
  Deno.addSignalListener(signal, () => {
    if (performance.now() - interruptedAt > SAME_WITHIN_MS) Deno.exit(INTERRUPTED_AGAIN);
    interruptedAt = Math.min(interruptedAt, performance.now());
    interrupted.resolve();
  });
}

const task = new ClusterTask({
  firstPort: Number(firstPort),
  nodes: Number(nodes),
  say: (line) => console.info(line),
});
try {
  await task.run(interrupted.promise);
} catch (error) {
  console.error(error instanceof Error ? error.message : String(error));
  Deno.exit(1);
}
Deno.exit(0);
