import { after, before, describe } from "@std/testing/bdd";
import { expect } from "@std/expect";
import { z } from "zod";
import { PostgresConnections } from "../../src/store/postgres_connections.ts";
import { it } from "../system/bounded.ts";
import { Api } from "../system/client/api.ts";
import { counted } from "../system/client/counted.ts";
import type { Cluster } from "./harness/cluster.ts";
import { expectNoDefects } from "./harness/defects.ts";
import { busiestOwner, othersTakeOver, partitionOfCart, partitionsOf } from "./harness/owners.ts";
import { recovered, startRecovered } from "./harness/ownership.ts";
import { underLoad } from "./harness/under_load.ts";
import { pauses, shown } from "./harness/pauses.ts";
import type { BusyCustomer } from "../system/load/busy_customer.ts";

const LIMITS = { withinMs: 600_000 };
const CUSTOMERS = 16;
const BackEnds = z.array(z.object({ pid: z.int() }));
/** Whoever comes back may find out that it was replaced before it commits; sooner or later one does not. */
const ATTEMPTS = 10;

describe("nodes that freeze under load", () => {
  let cluster: Cluster;
  before(async () => void (cluster = await startRecovered()));
  after(() => cluster[Symbol.asyncDispose]());

  const nameOf = (index: number): string => cluster.nodes[index]?.name ?? "";
  const urlOf = (index: number): string => cluster.nodes[index]?.server.url ?? "";
  const fencedAt = (index: number): Promise<number> => counted(new Api(urlOf(index)), "fenced_commits_total");

  it("for longer than a sign of life counts: fenced when they thaw, and nothing happens twice (I2)", async () => {
    await underLoad(cluster, { what: "a frozen owner", customers: CUSTOMERS }, async (market) => {
      let [fenced, attempts] = [0, 0];
      for (; fenced === 0 && attempts < ATTEMPTS; attempts++) {
        const frozen = await busiestOwner(cluster);
        const fencedBefore = await fencedAt(frozen);
        const partitions = new Set(await partitionsOf(cluster, frozen));
        const theirs = market.day.customers.filter(({ cartId }) => partitions.has(partitionOfCart(cartId)));
        cluster.freeze(frozen);
        // They wait at its door, and are decided on what it knew when it froze.
        const asked = theirs.map((customer) => touchCart(customer, urlOf(frozen)));
        await othersTakeOver(cluster, [nameOf(frozen)]);
        await market.goesOn(2 * CUSTOMERS);
        cluster.thaw(frozen);
        await Promise.all(asked);
        await recovered(cluster);
        await market.goesOn(CUSTOMERS);
        fenced = await fencedAt(frozen) - fencedBefore;
      }
      console.info(`fenced on ${fenced} partitions at the thaw number ${attempts}`);
      expect(fenced).toBeGreaterThan(0);
    });
  }, LIMITS);

  it("in the middle of a commit, with PostgreSQL holding its rows: others end it and take over", async () => {
    await underLoad(cluster, { what: "a frozen commit", customers: CUSTOMERS }, async (market) => {
      const frozen = await busiestOwner(cluster);
      const partitions = await partitionsOf(cluster, frozen);
      cluster.freezeInCommit(frozen);
      const link = cluster.nodes[frozen]?.links.postgres;
      await cluster.until(() => link?.isCut === true, { withinMs: 60_000, what: () => "a commit to freeze" });
      let holding: readonly number[] = [];
      await cluster.until(async () => (holding = await backEndsThatHoldRows(cluster)).length === 1, {
        what: () => `PostgreSQL to hold the rows; ${holding} do`,
      });
      const from = performance.now();
      const tookMs = await othersTakeOver(cluster, [nameOf(frozen)]);
      await market.goesOn(4 * CUSTOMERS);
      console.info(`taken over from a frozen commit after ${tookMs} ms`);
      console.info(`answered again: ${shown(pauses(market.day, { from, to: from + tookMs, partitions }))}`);
      await cluster.until(async () => !await cluster.isReady(frozen), {
        what: () => "readiness to be off where a commit is frozen",
      });
      expect(await backEndsThatHoldRows(cluster)).not.toContain(holding[0]);
      cluster.heal(frozen, "postgres");
    });
  }, LIMITS);

  it("and none of them has met a defect", async () => {
    expectNoDefects(cluster);
    await Promise.resolve();
  });
});

/** Those that have written to the journal and wait for their client's next word. */
async function backEndsThatHoldRows({ services }: Cluster): Promise<readonly number[]> {
  await using connections = new PostgresConnections({ url: services.postgres.url() }, { connections: 1 });
  const rows = await connections.run((sql) =>
    sql`
    select pid from pg_stat_activity join pg_locks using (pid)
    where wait_event = 'ClientRead' and relation = 'event'::regclass and mode = 'RowExclusiveLock'`
  );
  return BackEnds.parse([...rows]).map(({ pid }) => pid);
}

/** Changes nothing that the customer keeps books of; is decided and committed like anything else. */
async function touchCart({ shopper, cartId }: BusyCustomer, url: string): Promise<void> {
  const ask = { method: "PATCH", token: shopper.token, key: crypto.randomUUID(), body: { quantity: 1 } } as const;
  await new Api(url, { patienceMs: 60_000 }).call(`/api/carts/${cartId}/items/NOT-THERE`, ask).catch(() => {});
}
