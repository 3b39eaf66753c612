import { tellings } from "../../../src/events/published_events.ts";
import { PostgresConnections } from "../../../src/store/postgres_connections.ts";
import { readEvents } from "../../relay/nats_node.ts";
import { Journal } from "../../system/load/journal.ts";
import type { Cluster } from "./cluster.ts";

/**
 * Waits until the stream has every event that was ever committed, each entity's in order once repeats are dropped: how
 * many there are, and how many came more than once.
 */
export async function everythingPublished(cluster: Cluster): Promise<{ events: number; repeats: number }> {
  let found = { events: 0, repeats: 0 };
  let missing: readonly string[] = [];
  let disorder: readonly string[] = [];
  await cluster.until(async () => {
    const [committed, published] = [await committedIds(cluster), await readEvents(cluster.services.nats)];
    // Without the database's life, which is in front.
    const ids = published.map(({ eventId }) => eventId.split("-").slice(-2).join("-"));
    const seen = new Set(ids);
    missing = committed.filter((id) => !seen.has(id));
    disorder = outOfOrder(published);
    found = { events: committed.length, repeats: ids.length - seen.size };
    return missing.length === 0 && disorder.length === 0;
  }, {
    withinMs: 90_000,
    what: () => `all to be published: ${missing.length} events are missing, out of order are ${disorder.slice(0, 10)}`,
  });
  return found;
}

async function committedIds({ services }: Cluster): Promise<readonly string[]> {
  await using connections = new PostgresConnections({ url: services.postgres.url() }, { connections: 1 });
  const rows = await new Journal(connections).rows();
  return rows.filter(({ kind }) => kind in tellings).map(({ partition, position }) => `${partition}-${position}`);
}

/** Entities of which a reader that drops what it has seen would miss something, or see it too early. */
function outOfOrder(
  published: readonly { readonly partitionKey: string; readonly sequence: number }[],
): readonly string[] {
  const last = new Map<string, number>();
  const wrong = new Set<string>();
  for (const { partitionKey, sequence } of published) {
    const before = last.get(partitionKey) ?? 0;
    if (sequence > before + 1) wrong.add(`${partitionKey} at ${sequence} after ${before}`);
    last.set(partitionKey, Math.max(before, sequence));
  }
  return [...wrong];
}
