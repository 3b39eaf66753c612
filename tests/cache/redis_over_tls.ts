import { redisNode } from "./redis_nodes.ts";

/** Sets and gets a value over the Redis at the address that is given, and prints it: for tests that need another trust. */
const [url = ""] = Deno.args;
await using node = redisNode({ url });
await node.isBack();
await node.cache.set("product/MUG", `"sealed twice"`, { ttlMs: 60_000 });
console.info(`found ${await node.cache.get("product/MUG")}`);
