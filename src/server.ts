import { Hono } from "hono";
import { stockShelves } from "./catalogue/stock_shelves.ts";
import type { Config } from "./config.ts";
import { edgeApp } from "./edge/app.ts";
import type { RunCommand } from "./edge/commands/run_command.ts";
import { createIdentity, type Identity } from "./edge/identity/identity.ts";
import { renewingSessions } from "./edge/identity/session_renewal.ts";
import type { Ready } from "./edge/ports.ts";
import { CachedRateLimit, type RateLimit, UNLIMITED } from "./edge/rate_limit.ts";
import { admissionLimit, descriptorLimit } from "./edge/streams/descriptor_limit.ts";
import { grepRetransmissions } from "./edge/streams/grep_retransmissions.ts";
import { DEFAULT_STREAM_LIMITS } from "./edge/streams/stream_limits.ts";
import { openStreams } from "./edge/streams/streams.ts";
import type { Log } from "../actors/runtime/ports.ts";
import type { Metrics } from "./metrics/metrics.ts";
import { monotonicClock } from "./clock/monotonic_clock.ts";
import { Listener } from "./listener.ts";
import { type Node, openNode } from "./node.ts";
import { startServices } from "./services/start_services.ts";
import { whileStarting } from "./starting.ts";
import { storefront } from "./web/storefront.tsx";

/** How long requests in hand may take once the node is draining. */
const SHUTDOWN_MS = 5000;
const STOCK_AGAIN_MS = 2000;

export interface ServerParts {
  readonly log: Log;
  readonly metrics: Metrics;
  /** Gives up a start that is under way: `startServer` then rejects with its reason. */
  readonly signal?: AbortSignal;
}

/** A node with its doors open. */
export interface Server {
  readonly port: number;
  /** Takes nothing new, sends streams elsewhere, finishes what is in hand, closes. */
  drain(): Promise<void>;
}

/**
 * Listens, opens a node and serves it; until then it answers that it is not ready. Throws `StartRefused` when somebody has
 * to change something first.
 */
export async function startServer(config: Config, { log, metrics, signal }: ServerParts): Promise<Server> {
  // Nothing else runs for a second meanwhile: not once somebody waits, least of all for partitions in hand.
  const connections = connectionLimit();
  let handler: Deno.ServeHandler<Deno.NetAddr> = whileStarting;
  const { host, port } = config;
  const timers = monotonicClock(Date.now());
  const http = new Listener({ host, port, handler: (request, info) => handler(request, info), clock: timers, log });
  try {
    const doors = await openDoors(config, { log, metrics, signal, connections, port: http.port });
    handler = doors.handler;
    return {
      port: http.port,
      drain: async () => {
        await doors.sendAway();
        // A reader that has stopped reading would keep the shutdown waiting for ever.
        await Promise.race([http.shutdown(), new Promise<void>((resolve) => timers.after(SHUTDOWN_MS, resolve))]);
        await doors[Symbol.asyncDispose]();
      },
    };
  } catch (error) {
    await http.shutdown();
    throw error;
  }
}

interface DoorParts {
  /** How many streams may be open. */
  readonly connections: number;
  /** Where this server listens, which the configuration may have left open. */
  readonly port: number;
}

interface Doors extends AsyncDisposable {
  readonly handler: Deno.ServeHandler<Deno.NetAddr>;
  /** Lets nobody in any more and sends streams elsewhere. */
  sendAway(): Promise<void>;
}

async function openDoors(
  config: Config,
  { log, metrics, signal, connections, port }: ServerParts & DoorParts,
): Promise<Doors> {
  const node = await openNode(config, { log, metrics, signal });
  const { actors, store, clock, ids } = node;
  const identity = await createIdentity({ config, database: store.identity, actors, clock, ids });
  const rateLimit = rateLimitOf(config, node);
  const ready: Ready = () => {
    const { accepting } = streams.registry;
    const reasons = accepting ? actors.health.reasons : ["the node is draining", ...actors.health.reasons];
    return { ok: accepting && actors.health.ready, reasons };
  };
  const { app, runCommand, door } = edgeApp({ ...node, identity, rateLimit, config, log, metrics, ready });
  const streams = openStreams({
    ...node,
    identity,
    runCommand,
    rateLimit,
    trustProxy: config.trustProxy,
    random: Math.random,
    log,
    metrics,
    retransmissions: grepRetransmissions({ port }),
    limits: { connections },
  });
  metrics.observe({ actors, connections: streams.registry, relayLag: node.cluster?.relayLag });
  const services = openServices(node, { identity, runCommand, log, metrics });
  app.route("/", streams.routes);
  const pages = new Hono().use(renewingSessions({ identity, config, clock }));
  app.route(
    "/",
    pages.route("/", await storefront({ ...node, door, log, customerOf: (request) => customerOf(request) })),
  );
  // Whatever can be prepared is, the routes too: the customers of the first partitions would wait for it.
  await app.fetch(new Request("http://localhost/healthz"));
  signal?.throwIfAborted();
  node.takePart();
  const stocking = await stockDemo(config, { node, log });

  /** Pages are shown to whoever they find; a token that does not count is for the API to refuse. */
  async function customerOf(request: Request): Promise<string | undefined> {
    try {
      return (await identity.authenticate(request))?.sub;
    } catch {
      return undefined;
    }
  }

  return {
    handler: (request, info) => app.fetch(request, info),
    sendAway: () => streams.registry.drain(),
    [Symbol.asyncDispose]: async () => {
      stocking[Symbol.dispose]();
      await services?.[Symbol.asyncDispose]();
      await node[Symbol.asyncDispose]();
    },
  };
}

/** Other services come in where the nodes meet. */
function openServices(
  { cluster, ...node }: Node,
  parts: ServerParts & { readonly identity: Identity; readonly runCommand: RunCommand },
): AsyncDisposable | undefined {
  return cluster === undefined
    ? undefined
    : startServices({ ...node, ...parts, nats: cluster.nats, reconcile: cluster.reconcile, random: Math.random });
}

/**
 * Developers find a shop, its shelves in every list; a production database stays as it is. What cannot be stocked now, as
 * where JetStream is off, is tried again until this is disposed.
 */
async function stockDemo(
  { production }: Config,
  { node, log }: { readonly node: Node; readonly log: Log },
): Promise<Disposable> {
  let isOver = production;
  let cancel = (): void => {};
  async function tryOnce(): Promise<void> {
    try {
      const isEmpty = await node.isEmpty();
      await stockShelves(node.actors, { isEmpty });
      if (isEmpty) await node.projector.allCaughtUp();
    } catch (error) {
      if (isOver) return;
      log.warn("demo_not_stocked", { why: error instanceof Error ? error.message : String(error) });
      cancel = node.clock.after(STOCK_AGAIN_MS, tryOnce);
    }
  }
  if (!isOver) await tryOnce();
  return {
    [Symbol.dispose]: () => {
      isOver = true;
      cancel();
    },
  };
}

function rateLimitOf({ rate }: Config, { cache }: Node): RateLimit {
  return rate === undefined ? UNLIMITED : new CachedRateLimit(rate, cache);
}

function connectionLimit(): number {
  const configured = DEFAULT_STREAM_LIMITS.connections;
  const descriptors = descriptorLimit({
    readLimits: () => Deno.readTextFileSync("/proc/self/limits"),
    openOne: () => {
      const file = Deno.openSync(new URL("./main.ts", import.meta.url));
      return () => file.close();
    },
    wanted: configured * 2,
  });
  return admissionLimit({ descriptors, configured });
}
