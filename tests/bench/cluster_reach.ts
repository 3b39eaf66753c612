import { z } from "zod";
import { PostgresConnections } from "../../src/store/postgres_connections.ts";
import type { Cluster } from "../cluster/harness/cluster.ts";
import { load } from "./http_load.ts";
import type { Figure } from "./in_process_figures.ts";
import { percentile } from "./samples.ts";
import { addToCart, putOnSale, type Shopper, shoppers } from "./shoppers.ts";

const READERS = 200;
/** Each is a fact of its cart and one of its customer: a thousand events a second. */
const CLICKS_PER_SECOND = 500;
const ROUND_MS = 5000;
const SKU = "REACH-MUG";
/** Of PostgreSQL: with it, the moments of commits can be asked for. */
export const COMMIT_TIMES = { track_commit_timestamp: "on" };

/** A frame as it came: whose, which of their facts, and when, milliseconds of the wall clock. */
interface Seen {
  readonly customerId: string;
  readonly version: number;
  readonly commandId: string;
  readonly at: number;
}

const Committed = z.object({ id: z.string(), version: z.number(), at: z.number() });

/**
 * Customers who click at one node and look at another, on a PostgreSQL with `COMMIT_TIMES`: the time from the moment of the
 * commit, as the database knows it, until the frame is there, and from the request, which holds the whole way.
 */
export async function measureReach(cluster: Cluster, { rounds }: { readonly rounds: number }): Promise<Figure[]> {
  const [clicked, watched] = cluster.urls;
  if (clicked === undefined || watched === undefined) throw new Error("Cannot measure reach: two nodes are needed");
  await putOnSale(clicked, { sku: SKU, quantity: 1_000_000 });
  const crowd = await shoppers(clicked, READERS);
  let frames: Seen[] = [];
  const sockets = await Promise.all(
    crowd.map((shopper) => watch(watched, { shopper, onFrame: (frame) => frames.push(frame) })),
  );
  const figures: Figure[] = [];
  for (let round = 0; round < rounds; round++) {
    frames = [];
    const sentAt = new Map<string, number>();
    const { p50Ms } = await load({
      port: Number(new URL(clicked).port),
      connections: 64,
      durationMs: ROUND_MS,
      perSecond: CLICKS_PER_SECOND,
      expects: 200,
      request: (n) => {
        const shopper = crowd[n % crowd.length];
        if (shopper === undefined) throw new Error("Cannot bench without shoppers");
        const key = `reach-${round}-${n}`;
        sentAt.set(key, wallClock());
        return addToCart(shopper, { sku: SKU, key });
      },
    });
    const fromRequest = frames.flatMap(({ commandId, at }) => {
      const sent = sentAt.get(commandId);
      return sent === undefined ? [] : [at - sent];
    });
    const fromCommit = await sinceCommits(cluster, frames);
    figures.push(
      ["request to its answer, p50", "ms", p50Ms],
      ["request to the frame at another node, p50", "ms", percentile(fromRequest, 50)],
      ["request to the frame at another node, p99", "ms", percentile(fromRequest, 99)],
      ["commit to the frame at another node, p50", "ms", percentile(fromCommit, 50)],
      ["commit to the frame at another node, p99", "ms", percentile(fromCommit, 99)],
      ["events, two for each frame", "/s", 2 * 1000 * fromCommit.length / ROUND_MS],
    );
  }
  for (const socket of sockets) socket.close();
  return figures;
}

/** How long after its commit each frame was there, milliseconds. */
async function sinceCommits({ services }: Cluster, frames: readonly Seen[]): Promise<readonly number[]> {
  await using connections = new PostgresConnections({ url: services.postgres.url() }, { connections: 1 });
  const rows = await connections.run((sql) =>
    sql`select id, version, extract(epoch from pg_xact_commit_timestamp(xmin))::float8 * 1000 as at
      from event where kind = 'customer'`
  );
  const commits = new Map(z.array(Committed).parse([...rows]).map(({ id, version, at }) => [`${id} ${version}`, at]));
  return frames.flatMap(({ customerId, version, at }) => {
    const committed = commits.get(`${customerId} ${version}`);
    return committed === undefined ? [] : [at - committed];
  });
}

function watch(
  url: string,
  { shopper: { token, customerId }, onFrame }: {
    readonly shopper: Shopper;
    readonly onFrame: (frame: Seen) => void;
  },
): Promise<WebSocket> {
  const socket = new WebSocket(`${url.replace("http", "ws")}/ws`, [`bearer.${token}`]);
  return new Promise((resolve, reject) => {
    socket.onopen = (): void => socket.send(JSON.stringify({ type: "subscribe", ref: "1", channel: "customer" }));
    socket.onerror = (): void => reject(new Error(`Cannot watch ${url}`));
    socket.onmessage = ({ data }): void => {
      const at = wallClock();
      const { type, cursor, data: { commandId } = {} } = JSON.parse(data);
      if (type === "snapshot") resolve(socket);
      if (type === "event") onFrame({ customerId, version: parseInt(cursor), commandId, at });
    };
  });
}

/** Finer than a millisecond, unlike `Date.now`. */
function wallClock(): number {
  return performance.timeOrigin + performance.now();
}
