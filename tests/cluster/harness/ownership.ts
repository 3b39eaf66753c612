import { z } from "zod";
import { PostgresConnections } from "../../../src/store/postgres_connections.ts";
import { type Cluster, startCluster } from "./cluster.ts";

const Row = z.object({ id: z.int(), epoch: z.coerce.number(), owner: z.string().nullable() }).readonly();

/** Who has a partition, and under which epoch, as the database knows it. */
export type Owned = z.infer<typeof Row>;

/** All partitions in the order of their numbers. */
export async function ownership({ services }: Pick<Cluster, "services">): Promise<readonly Owned[]> {
  await using connections = new PostgresConnections({ url: services.postgres.url() }, { connections: 1 });
  const rows = await connections.run((sql) => sql`select id, epoch, owner from partition order by id`);
  return z.array(Row).parse([...rows]);
}

/** The partitions whose epoch is another one now: somebody has taken them. */
export function seized(before: readonly Owned[], after: readonly Owned[]): readonly number[] {
  const epochs = new Map(before.map(({ id, epoch }) => [id, epoch]));
  return after.filter(({ id, epoch }) => epochs.get(id) !== epoch).map(({ id }) => id);
}

export interface RecoveredOptions {
  readonly withinMs?: number;
}

/**
 * Waits until every node that runs is ready and has as many partitions as the database says, all of them taken: milliseconds
 * that it took. Nobody does anything meanwhile.
 */
export async function recovered(cluster: Cluster, { withinMs = 60_000 }: RecoveredOptions = {}): Promise<number> {
  const begunAt = performance.now();
  let seen = "";
  await cluster.until(async () => {
    const running = cluster.nodes.flatMap(({ server }, index) => server.isRunning ? [index] : []);
    const ready = await Promise.all(running.map((index) => cluster.isReady(index)));
    const held = await Promise.all(running.map((index) => partitionsAt(cluster.nodes[index]?.server.url ?? "")));
    const written = Map.groupBy(await ownership(cluster), ({ owner }) => owner);
    const wanted = [...written].map(([owner, partitions]) => owner === null ? -1 : partitions.length);
    seen = `ready ${ready}; partitions held ${held}, written ${wanted}`;
    return ready.every(Boolean) && inOrder(held.filter((count) => count !== 0)) === inOrder(wanted);
  }, { withinMs, what: () => `the cluster to recover: ${seen}` });
  return Math.round(performance.now() - begunAt);
}

/** A cluster of three whose partitions are all taken; its seed is printed. */
export async function startRecovered(): Promise<Cluster> {
  const cluster = await startCluster();
  console.info(`VITRINE_TEST_SEED=${cluster.seed}`);
  await recovered(cluster);
  return cluster;
}

function inOrder(counts: readonly number[]): string {
  return counts.toSorted((one, other) => one - other).join();
}

/** How many partitions a node says that it has; not a number while it does not answer. */
async function partitionsAt(url: string): Promise<number> {
  try {
    const answer = await fetch(`${url}/metrics`, { signal: AbortSignal.timeout(2000) });
    return Number(/^partition_owned (\d+)$/m.exec(await answer.text())?.[1]);
  } catch {
    return NaN;
  }
}
