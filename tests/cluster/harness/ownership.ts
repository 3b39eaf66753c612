import { z } from "zod";
import { wantedOwner } from "../../../actors/cluster/rendezvous.ts";
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
 * Waits until every node that runs is ready and has the partitions that it should own, and knows it, so that nothing moves
 * any more: milliseconds that it took. Nobody does anything meanwhile.
 */
export async function recovered(cluster: Cluster, { withinMs = 60_000 }: RecoveredOptions = {}): Promise<number> {
  const begunAt = performance.now();
  let seen = "";
  await cluster.until(async () => {
    const running = cluster.nodes.filter(({ server }) => server.isRunning);
    const names = running.map(({ name }) => name);
    const ready = await Promise.all(running.map(({ server }) => server.isReady()));
    const held = await Promise.all(running.map(({ server }) => partitionsAt(server.url)));
    const owned = await ownership(cluster);
    const written = names.map((name) => owned.filter(({ owner }) => owner === name).length);
    const misplaced = owned.filter(({ id, owner }) => owner !== wantedOwner(id, names)).map(({ id }) => id);
    seen = `ready ${ready}; partitions held ${held}, written ${written}, misplaced ${misplaced}`;
    return ready.every(Boolean) && misplaced.length === 0 && held.join() === written.join();
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

/** How many partitions a node says that it has; not a number while it does not answer. */
async function partitionsAt(url: string): Promise<number> {
  try {
    const answer = await fetch(`${url}/metrics`, { signal: AbortSignal.timeout(2000) });
    return Number(/^partition_owned (\d+)$/m.exec(await answer.text())?.[1]);
  } catch {
    return NaN;
  }
}
