import { benchCluster } from "./cluster_bench.ts";
import { benchNode } from "./node_bench.ts";

/** `deno task bench [rounds]` measures one node, `deno task bench cluster [rounds]` several. */
const [what, rounds] = Deno.args;
if (what === "cluster") await benchCluster(Number(rounds ?? 3));
else await benchNode(Number(what ?? 5));
