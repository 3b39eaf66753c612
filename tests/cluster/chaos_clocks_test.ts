import { describe } from "@std/testing/bdd";
import { expect } from "@std/expect";
import { z } from "zod";
import { PostgresConnections } from "../../src/store/postgres_connections.ts";
import { it } from "../system/bounded.ts";
import { type Cluster, withCluster } from "./harness/cluster.ts";
import { ownership, recovered, seized } from "./harness/ownership.ts";
import { underLoad } from "./harness/under_load.ts";

const LIMITS = { withinMs: 240_000 };
const HOUR_MS = 3_600_000;
/** As long as the test may take: nothing happened before it, or after. */
const NOW_MS = 600_000;

const Furthest = z.tuple([z.object({ ms: z.coerce.number() })]);

/** How far from now, by the database's clock, the time of anything is that has happened. */
async function furthestMs({ services }: Cluster): Promise<number> {
  await using connections = new PostgresConnections({ url: services.postgres.url() }, { connections: 1 });
  const rows = await connections.run((sql) =>
    sql`select max(abs(extract(epoch from occurred_at - clock_timestamp())) * 1000) as ms from event`
  );
  return Furthest.parse([...rows])[0].ms;
}

describe("nodes whose clocks are wrong", () => {
  it(
    "by an hour, in opposite directions, while they work: nobody is taken for dead, and times stay right",
    () =>
      withCluster({ fakeClocks: true }, async (cluster) => {
        await recovered(cluster);
        const owned = await ownership(cluster);
        await underLoad(cluster, { what: "clocks set wrong" }, async (market) => {
          await Promise.all([cluster.skew(0, HOUR_MS), cluster.skew(1, -HOUR_MS)]);
          await market.goesOn(200);
          expect(seized(owned, await ownership(cluster))).toEqual([]);
          // Started by a wrong clock it is right too.
          await cluster.stop(0);
          await cluster.start(0);
          await market.goesOn(100);
          expect(await furthestMs(cluster)).toBeLessThan(NOW_MS);
          await Promise.all([cluster.skew(0, 0), cluster.skew(1, 0)]);
        });
      }),
    LIMITS,
  );
});
