import { Counter, Gauge, Histogram, Registry } from "prom-client";
import { kindOf } from "../../actors/runtime/address.ts";
import type { EventRow } from "../../actors/runtime/ports.ts";
import type { RuntimeMetrics } from "../../actors/runtime/runtime_metrics.ts";
import type { RunningActors } from "../../actors/runtime/running_actors.ts";
import type { CacheMetrics } from "../cache/cache.ts";
import type { EdgeMetrics } from "../edge/ports.ts";
import type { PaymentMetrics } from "../gateways/stuck_payments.ts";
import type { RelayMetrics } from "../relay/ports.ts";
import type { ServiceMetrics } from "../services/service_metrics.ts";
import { outboundMetrics } from "./outbound_metrics.ts";
import { tallied } from "./tallied.ts";
import type { ConnectionRegistry } from "../edge/streams/connection_registry.ts";
import type { StreamMetrics } from "../edge/streams/stream_parts.ts";

const BATCH_SIZES = [1, 2, 4, 8, 16, 32, 64, 128, 256];
const LATENCIES_MS = [1, 2, 5, 10, 20, 50, 100, 200, 500, 1000, 5000];

/** What a node counts, for Prometheus. The hot path adds to plain numbers; the rest happens when somebody asks. */
export interface Metrics
  extends RuntimeMetrics, EdgeMetrics, StreamMetrics, CacheMetrics, PaymentMetrics, ServiceMetrics, RelayMetrics {
  /** Counts what committed events say. */
  recorded(events: readonly EventRow[]): void;
  /** Where the gauges are read. */
  observe(sources: MetricSources): void;
}

export interface MetricSources {
  readonly actors: Pick<RunningActors, "gauges" | "health">;
  readonly connections: Pick<ConnectionRegistry, "open">;
  /** Events committed here and not yet published. */
  readonly relayLag?: () => number;
}

export function createMetrics(): Metrics {
  const registry = new Registry();
  const registers = [registry];
  const tally = {
    pushed: 0,
    fenced: 0,
    deadLetters: 0,
    orders: 0,
    stockRefused: 0,
    hits: 0,
    misses: 0,
    cacheFailures: 0,
    cacheAway: 0,
  };
  let sources: MetricSources | undefined;

  const { counted, gauged } = tallied(registry);

  counted("orders_created_total", { help: "Orders placed.", value: () => tally.orders });
  counted("inventory_reservation_failures_total", {
    help: "Orders that failed for want of stock.",
    value: () => tally.stockRefused,
  });
  counted("webhook_retry_attempts_total", { help: "Webhook deliveries tried again.", value: () => 0 });
  counted("messages_pushed_total", { help: "Frames handed to connections.", value: () => tally.pushed });
  counted("fenced_commits_total", { help: "Partitions lost to a newer epoch at commit.", value: () => tally.fenced });
  counted("dead_letters_total", { help: "Messages parked after failing.", value: () => tally.deadLetters });
  gauged("product_cache_hit_ratio", {
    help: "Share of product look-ups answered from memory.",
    value: () => tally.hits / Math.max(1, tally.hits + tally.misses),
  });
  counted("cache_errors_total", { help: "Calls to Redis that failed or were late.", value: () => tally.cacheFailures });
  gauged("cache_away", { help: "1 while Redis is not used since it fails.", value: () => tally.cacheAway });
  gauged("mailbox_depth", { help: "Messages waiting.", value: () => sources?.actors.gauges().mailboxDepth ?? 0 });
  gauged("partition_owned", { help: "Partitions here.", value: () => sources?.actors.gauges().partitions ?? 0 });
  gauged("actors_resident", { help: "Actors in memory.", value: () => sources?.actors.gauges().residents ?? 0 });
  gauged("letters_pending", { help: "Letters in hand.", value: () => sources?.actors.gauges().letters ?? 0 });
  gauged("relay_lag_events", { help: "Events not yet published.", value: () => sources?.relayLag?.() ?? 0 });
  gauged("node_ready", { help: "1 when the node can commit.", value: () => sources?.actors.health.ready ? 1 : 0 });
  new Gauge({
    name: "connections_active",
    help: "Open streams by transport.",
    labelNames: ["transport"],
    registers,
    collect() {
      for (const [transport, open] of Object.entries(sources?.connections.open ?? {})) this.set({ transport }, open);
    },
  });
  const dropped = new Counter({
    name: "connections_dropped_total",
    help: "Connections ended by this node.",
    labelNames: ["reason"],
    registers,
  });
  const resumed = new Counter({
    name: "stream_resume_total",
    help: "How streams began.",
    labelNames: ["outcome"],
    registers,
  });
  const stuck = new Counter({
    name: "payment_steps_stuck_total",
    help: "Steps at the payment provider that were in vain once more, after minutes of trying.",
    labelNames: ["why"],
    registers,
  });
  // A first rise from nothing would be no rise.
  for (const why of ["refused", "silent"] as const) stuck.inc({ why }, 0);
  const batches = new Histogram({
    name: "commit_batch_size",
    help: "Units that shared a commit.",
    buckets: BATCH_SIZES,
    registers,
  });
  const commits = new Histogram({
    name: "commit_duration_ms",
    help: "How long commits took.",
    buckets: LATENCIES_MS,
    registers,
  });
  const orders = new Histogram({
    name: "order_creation_latency_ms",
    help: "From the request to its answer.",
    buckets: LATENCIES_MS,
    registers,
  });

  return {
    ...outboundMetrics(registry),
    committed: (units, tookMs) => {
      batches.observe(units);
      commits.observe(tookMs);
    },
    fenced: (partitions) => tally.fenced += partitions,
    deadLettered: () => tally.deadLetters++,
    pushed: (frames) => tally.pushed += frames,
    resumed: (outcome) => resumed.inc({ outcome }),
    orderCreated: (tookMs) => orders.observe(tookMs),
    catalogueAsked: (hit) => hit ? tally.hits++ : tally.misses++,
    cacheFailed: () => tally.cacheFailures++,
    cacheAway: (isAway) => tally.cacheAway = Number(isAway),
    dropped: (reason) => dropped.inc({ reason }),
    paymentStuck: (why) => stuck.inc({ why }),
    recorded: (events) => {
      for (const { address, type, dataJson } of events) {
        if (kindOf(address) !== "order") continue;
        if (type === "placed") tally.orders++;
        if (type === "failed" && dataJson.includes('"out_of_stock"')) tally.stockRefused++;
      }
    },
    observe: (observed) => sources = observed,
    exposition: () => registry.metrics(),
  };
}
