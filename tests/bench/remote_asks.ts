import { startClusteredActors } from "../../actors/cluster/start.ts";
import type { Ask, Outlet } from "../../actors/runtime/actors.ts";
import { partitionOf } from "../../actors/runtime/address.ts";
import type { Store } from "../../actors/runtime/ports.ts";
import type { RunningActors } from "../../actors/runtime/running_actors.ts";
import { monotonicClock } from "../../src/clock/monotonic_clock.ts";
import { freshIds } from "../../src/clock/fresh_ids.ts";
import { openCluster } from "../../src/cluster/open_cluster.ts";
import { readConfig } from "../../src/config.ts";
import { createMetrics } from "../../src/metrics/metrics.ts";
import { jsonLog } from "../../src/log/json_log.ts";
import { openPostgresStore } from "../../src/store/postgres_store.ts";
import { MemoryStore } from "../../src/store/memory_store.ts";
import { add, addressOf, tallyKind } from "../actors/runtime/tally_kind.ts";
import { percentile } from "./samples.ts";

/** Two nodes in one process on a real NATS: what the way between them costs. Prints JSON figures. */
const ROUNDS = Number(Deno.args[0] ?? 5);
const ASKS = 2000;
const STREAMS = 10_000;
const CLIENT = { sub: "anybody", roles: [], stores: [] } as const;

const read = readConfig(Deno.env.toObject());
if (!read.ok) throw new Error(read.mistakes.join("\n"));
const { nats = missing("NATS_URL"), databaseUrl = missing("DATABASE_URL") } = read.config;
const log = jsonLog({ level: "error" });
const clock = monotonicClock(Date.now());

await measureAsks(new MemoryStore({ now: () => clock.now(), partitions: 64 }));
await measureReturn(await openPostgresStore(databaseUrl));
Deno.exit(0);

async function measureAsks(store: Store): Promise<void> {
  const [one, other] = await startTwo(store);
  const ids = Array.from({ length: 10_000 }, (_, n) => `t${n}`);
  for (let round = 0; round < ROUNDS; round++) {
    for (const [name, owner] of [["here", one], ["at another node", other]] as const) {
      const theirs = ids.filter((id) => owner.actors.owns(partitionOf(addressOf(id), 64)));
      const latencies: number[] = [];
      for (let n = 0; n < ASKS; n++) {
        const startedAt = performance.now();
        await one.actors.ask(ask(theirs[n % theirs.length] ?? "", `${round}-${name}-${n}`));
        latencies.push(performance.now() - startedAt);
      }
      print(`ask an owner ${name}, store in memory, p50`, "ms", percentile(latencies, 50));
      print(`ask an owner ${name}, store in memory, p99`, "ms", percentile(latencies, 99));
    }
  }
  await Promise.all([one.actors.close(), other.actors.close()]);
}

/** Streams of as many customers that a killed node has left come to this one, with their cursors. */
async function measureReturn(postgres: Store): Promise<void> {
  let queries = 0;
  const [one, other] = await startTwo(counting(postgres, () => queries++));
  const ids = Array.from({ length: STREAMS }, (_, n) => `s${n}`);
  const cursors = new Map<string, string>();
  for (let at = 0; at < ids.length; at += 500) {
    await Promise.all(
      ids.slice(at, at + 500).map(async (id) => {
        const answer = await one.actors.ask(ask(id, "first"));
        if (answer.ok) cursors.set(id, answer.ownCursor);
      }),
    );
  }
  await other.kill();
  const killedAt = performance.now();
  await until(() => one.actors.partitions.length === 64);
  print("a dead node's partitions are taken", "ms", performance.now() - killedAt);

  queries = 0;
  const startedAt = performance.now();
  const outlet: Outlet = { open: () => {}, deliver: () => {}, close: () => {} };
  await Promise.all(ids.map((id) => {
    const subscription = { address: addressOf(id), feed: "owner", principal: CLIENT, after: cursors.get(id) ?? "" };
    return one.actors.subscribe(subscription, outlet);
  }));
  print(`${STREAMS} streams come back to the node that is left`, "ms", performance.now() - startedAt);
  print(`${STREAMS} streams come back: queries a hundred`, "", 100 * queries / STREAMS);
}

/** Counts the calls that are queries on the way of commands and streams. */
function counting(store: Store, onQuery: () => void): Store {
  const counted = new Set<PropertyKey>(["load", "events", "epochs", "outcomes", "commit"]);
  return new Proxy(store, {
    get(target, name): unknown {
      if (counted.has(name)) onQuery();
      const value = Reflect.get(target, name, target);
      return typeof value === "function" ? value.bind(target) : value;
    },
  });
}

interface BenchNode {
  readonly actors: RunningActors;
  kill(): Promise<void>;
}

async function startTwo(store: Store): Promise<readonly [BenchNode, BenchNode]> {
  const [one, other] = [await startNode(store), await startNode(store)];
  const shares = (): number[] => [one, other].map(({ actors }) => actors.partitions.length);
  await until(() => shares().every((share) => share > 0) && shares().reduce((sum, share) => sum + share) === 64);
  return [one, other];
}

async function startNode(store: Store): Promise<BenchNode> {
  const joined = await openCluster(nats, { identity: store.identity, log });
  const actors = await startClusteredActors({
    cluster: joined.cluster,
    store,
    clock,
    ids: freshIds(),
    random: Math.random,
    log,
    metrics: createMetrics(),
    kinds: [tallyKind],
    activities: new Map(),
    limits: { residents: 100_000, mailboxPerNode: 100_000 },
  });
  actors.takePart();
  return { actors, kill: () => joined.nats.close() };
}

function ask(id: string, key: string): Ask {
  return {
    to: addressOf(id),
    command: add(1),
    commandId: `bench:${key}`,
    fresh: false,
    principal: CLIENT,
    correlationId: "bench",
  };
}

async function until(isSo: () => boolean): Promise<void> {
  while (!isSo()) await new Promise((resolve) => setTimeout(resolve, 5));
}

function missing(name: string): never {
  throw new Error(`Cannot bench a cluster: ${name} is missing`);
}

function print(what: string, unit: string, value: number): void {
  console.info(JSON.stringify([what, unit, value]));
}
