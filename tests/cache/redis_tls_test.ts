import { describe, it } from "@std/testing/bdd";
import { expect } from "@std/expect";
import { Child } from "../harness/child.ts";
import { freePort } from "../harness/free_port.ts";
import { startRedis } from "../harness/redis.ts";
import { redisNode } from "./redis_nodes.ts";

const CERTIFICATES = new URL("../cluster/certificates/", import.meta.url).pathname;
const PROGRAM = new URL("redis_over_tls.ts", import.meta.url).pathname;

describe("a cache on a Redis behind TLS", () => {
  it("is used by who trusts its certificate, with a password, and by nobody else", async () => {
    const port = freePort();
    await using _redis = await startRedis({
      settings: {
        "tls-port": String(port),
        "tls-cert-file": `${CERTIFICATES}server.pem`,
        "tls-key-file": `${CERTIFICATES}server.key`,
        "tls-ca-cert-file": `${CERTIFICATES}authority.pem`,
        "tls-auth-clients": "no",
        requirepass: "open sesame",
      },
    });
    const url = `rediss://:open%20sesame@localhost:${port}/3`;
    await using trusting = new Child(Deno.execPath(), {
      args: ["run", "--quiet", "--no-check", "--allow-all", PROGRAM, url],
      env: { DENO_CERT: `${CERTIFICATES}authority.pem` },
    });
    expect(await trusting.line(/found/, { withinMs: 60_000 })).toBe(`found "sealed twice"`);

    await using doubting = redisNode({ url });
    await doubting.isAway();
    expect(doubting.lines.join()).toMatch(/^cache_away \{"reason":"[A-Z_]*CERT[A-Z_]*"\}$/);
    await using plain = redisNode({ url: url.replace("rediss:", "redis:") });
    await plain.isAway();
  });
});
