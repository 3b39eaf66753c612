import { describe } from "@std/testing/bdd";
import { expect } from "@std/expect";
import { z } from "zod";
import { PostgresConnections } from "../../src/store/postgres_connections.ts";
import { it } from "../system/bounded.ts";
import { Api } from "../system/client/api.ts";
import { Shopper } from "../system/client/shopper.ts";
import { ShopFloor } from "../system/client/shop_floor.ts";
import { type Cluster, withCluster } from "./harness/cluster.ts";
import { expectNoDefects } from "./harness/defects.ts";
import { recovered } from "./harness/ownership.ts";

const SKEW_MS = 5 * 60_000;
const ORDERS = 30;
const WARES = 5;
/** Long enough for all nodes to be there when the first hold ends. */
const LEFT_MS = 10_000;
const LIMITS = { withinMs: 240_000 };

const Holds = z.array(z.object({ orderId: z.string(), expiresAt: z.number() }));
const Ended = z.array(z.object({ orderId: z.string(), type: z.string(), at: z.number(), now: z.number() }));

/** The holds in force, from the journal. */
async function holds(database: PostgresConnections): Promise<z.infer<typeof Holds>> {
  const rows = await database.run((sql) =>
    sql`
    select data::json ->> 'orderId' as "orderId", (data::json ->> 'expiresAt')::float8 as "expiresAt"
    from event where kind = 'stock' and type = 'held'`
  );
  return Holds.parse([...rows]);
}

/** How holds have ended: when, and by the database's clock when that was seen. */
async function ended(database: PostgresConnections): Promise<z.infer<typeof Ended>> {
  const rows = await database.run((sql) =>
    sql`
    select data::json ->> 'orderId' as "orderId", type, (data::json ->> 'at')::float8 as at,
      (extract(epoch from clock_timestamp()) * 1000)::float8 as now
    from event where kind = 'stock' and type in ('expired', 'released', 'allocated')`
  );
  return Ended.parse([...rows]);
}

/** While no node runs, time passes: what is set aside has so much less time left. */
async function passTime(database: PostgresConnections, ms: number): Promise<void> {
  await database.transaction(async (sql) => {
    await sql`
      update event set data = jsonb_set(data::jsonb, '{expiresAt}',
        to_jsonb((data::json ->> 'expiresAt')::bigint - ${ms}::bigint))::text
      where kind = 'stock' and type = 'held'`;
    await sql`update letter set deliver_at = deliver_at - make_interval(secs => ${ms / 1000}::float8)`;
    await sql`delete from snapshot where kind = 'stock'`;
  });
}

async function placeOrders(cluster: Cluster): Promise<void> {
  const api = new Api(() => cluster.chance.pick(cluster.urls));
  const shop = await ShopFloor.at(api, { books: () => Promise.resolve(new Map()) });
  const wares = await Promise.all(Array.from({ length: WARES }, () => shop.stock({ quantity: ORDERS })));
  for (let order = 0; order < ORDERS; order++) {
    const shopper = await Shopper.arrive(api);
    await shop.order(shopper, [{ sku: cluster.chance.pick(wares), quantity: 1 }]);
  }
}

describe("deadlines of nodes whose clocks are wrong", () => {
  it(
    "end holds once, when they are due by the database's clock: neither early nor late by the error",
    () =>
      withCluster({ fakeClocks: true }, async (cluster) => {
        await using database = new PostgresConnections({ url: cluster.services.postgres.url() }, { connections: 1 });
        await placeOrders(cluster);
        await cluster.until(async () => (await holds(database)).length === ORDERS, {
          withinMs: 60_000,
          what: () => `${ORDERS} holds`,
        });
        await Promise.all(cluster.nodes.map((_, index) => cluster.kill(index)));
        const firstAt = Math.min(...(await holds(database)).map(({ expiresAt }) => expiresAt));
        await passTime(database, firstAt - Date.now() - LEFT_MS);
        await Promise.all([cluster.skew(0, SKEW_MS), cluster.skew(1, -SKEW_MS)]);
        await Promise.all(cluster.nodes.map((_, index) => cluster.start(index)));
        await recovered(cluster);
        const readyAt = Date.now();

        const due = new Map((await holds(database)).map(({ orderId, expiresAt }) => [orderId, expiresAt]));
        let seen: z.infer<typeof Ended> = [];
        await cluster.until(async () => {
          seen = await ended(database);
          for (const { orderId, now } of seen) expect(now).toBeGreaterThanOrEqual(due.get(orderId) ?? Infinity);
          return seen.length >= ORDERS;
        }, { withinMs: 120_000, what: () => `${ORDERS} holds to end; ${seen.length} have` });
        const lateMs = seen.map(({ orderId, at }) => at - Math.max(due.get(orderId) ?? NaN, readyAt));
        console.info(`holds ended ${Math.round(Math.max(...lateMs))} ms late at most`);
        expect(seen.map(({ type }) => type)).toEqual(seen.map(() => "expired"));
        expect(new Set(seen.map(({ orderId }) => orderId)).size).toBe(ORDERS);
        expect(Math.max(...lateMs)).toBeLessThan(SKEW_MS / 2);
        // Whoever ends a hold tells its order, once.
        const failed = async (): Promise<number> =>
          (await database.run((sql) => sql`select from event where kind = 'order' and type = 'failed'`)).length;
        await cluster.until(async () => await failed() === ORDERS, {
          withinMs: 60_000,
          what: () => `${ORDERS} orders to fail`,
        });
        expect((await ended(database)).length).toBe(ORDERS);
        expectNoDefects(cluster);
      }),
    LIMITS,
  );
});
