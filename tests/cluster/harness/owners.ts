import { z } from "zod";
import { partitionOf } from "../../../actors/runtime/address.ts";
import { PostgresConnections } from "../../../src/store/postgres_connections.ts";
import type { Cluster } from "./cluster.ts";
import { type Owned, ownership } from "./ownership.ts";

const Busiest = z.tuple([z.object({ partition: z.int() })]);
/** Of the databases that clusters under test begin with. */
export const PARTITIONS = 64;

/** The node that has the partition in which most has happened. */
export async function busiestOwner(cluster: Cluster): Promise<number> {
  await using connections = new PostgresConnections({ url: cluster.services.postgres.url() }, { connections: 1 });
  const rows = await connections.run((sql) =>
    sql`select partition from event where kind = 'cart' group by partition order by count(*) desc, partition limit 1`
  );
  const [{ partition }] = Busiest.parse([...rows]);
  const owner = (await ownership(cluster))[partition]?.owner;
  const index = cluster.nodes.findIndex(({ name }) => name === owner);
  if (index === -1) throw new Error(`Cannot find the owner of partition ${partition}: ${owner} is no node`);
  return index;
}

/** What that node has, as the database knows it. */
export async function partitionsOf(cluster: Cluster, index: number): Promise<readonly number[]> {
  const name = cluster.nodes[index]?.name;
  return (await ownership(cluster)).filter(({ owner }) => owner === name).map(({ id }) => id);
}

/** Waits until others have all that these nodes had; milliseconds that it took. */
export async function othersTakeOver(cluster: Cluster, names: readonly string[]): Promise<number> {
  const begunAt = performance.now();
  let owned: readonly Owned[] = [];
  await cluster.until(async () => {
    owned = await ownership(cluster);
    return owned.every(({ owner }) => owner !== null && !names.includes(owner));
  }, { withinMs: 60_000, what: () => `others than ${names} to have all of ${JSON.stringify(owned)}` });
  return Math.round(performance.now() - begunAt);
}

export function partitionOfCart(cartId: string): number {
  return partitionOf(`cart/${cartId}`, PARTITIONS);
}
