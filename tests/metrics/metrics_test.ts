import { describe, it } from "@std/testing/bdd";
import { expect } from "@std/expect";
import { Health } from "../../actors/runtime/health.ts";
import type { EventRow } from "../../actors/runtime/ports.ts";
import { createMetrics } from "../../src/metrics/metrics.ts";

const PROMISED = [
  "orders_created_total",
  "order_creation_latency_ms",
  "inventory_reservation_failures_total",
  "webhook_retry_attempts_total",
  "product_cache_hit_ratio",
  "connections_active",
  "connections_dropped_total",
  "messages_pushed_total",
  "stream_resume_total",
  "mailbox_depth",
  "commit_batch_size",
  "fenced_commits_total",
  "dead_letters_total",
  "partition_owned",
  "payment_steps_stuck_total",
];

function row(address: EventRow["address"], type: string, data: Readonly<Record<string, unknown>> = {}): EventRow {
  return {
    partition: 1,
    position: 1,
    address,
    version: 1,
    type,
    dataJson: JSON.stringify(data),
    commandId: "c",
    correlationId: "r",
    occurredAt: 0,
  };
}

describe("the metrics", () => {
  it("have every name that operators are promised, from the start", async () => {
    const text = await createMetrics().exposition();
    const names = [...text.matchAll(/^# TYPE (\S+) /gm)].map((match) => match[1]);
    expect(names).toEqual(expect.arrayContaining(PROMISED));
  });

  it("count what they are told, and say the same however often they are asked", async () => {
    const metrics = createMetrics();
    metrics.pushed(3);
    metrics.pushed(4);
    metrics.fenced(2);
    metrics.deadLettered();
    metrics.dropped("slow");
    metrics.dropped("slow");
    metrics.resumed("snapshot");
    metrics.committed(4, 1.5);
    metrics.orderCreated(12);
    metrics.catalogueAsked(true);
    metrics.catalogueAsked(true);
    metrics.catalogueAsked(true);
    metrics.catalogueAsked(false);
    metrics.paymentStuck("refused");
    metrics.paymentStuck("refused");
    metrics.cacheFailed();
    metrics.cacheFailed();
    metrics.cacheAway(true);
    await metrics.exposition();

    const lines = (await metrics.exposition()).split("\n");
    expect(lines).toEqual(expect.arrayContaining([
      "messages_pushed_total 7",
      "fenced_commits_total 2",
      "dead_letters_total 1",
      'connections_dropped_total{reason="slow"} 2',
      'payment_steps_stuck_total{why="refused"} 2',
      'payment_steps_stuck_total{why="silent"} 0',
      'stream_resume_total{outcome="snapshot"} 1',
      "commit_batch_size_sum 4",
      'commit_batch_size_bucket{le="2"} 0',
      'commit_batch_size_bucket{le="4"} 1',
      'order_creation_latency_ms_bucket{le="10"} 0',
      'order_creation_latency_ms_bucket{le="20"} 1',
      "order_creation_latency_ms_count 1",
      "product_cache_hit_ratio 0.75",
      "cache_errors_total 2",
      "cache_away 1",
    ]));
  });

  it("count orders, and those that failed for want of stock, as they are committed", async () => {
    const metrics = createMetrics();
    metrics.recorded([
      row("order/o1", "placed"),
      row("order/o2", "placed"),
      row("order/o1", "failed", { reason: "out_of_stock", sku: "mug" }),
      row("order/o2", "failed", { reason: "payment_declined" }),
      row("payment/p1", "failed", { reason: "out_of_stock" }),
    ]);
    const lines = (await metrics.exposition()).split("\n");
    expect(lines).toContain("orders_created_total 2");
    expect(lines).toContain("inventory_reservation_failures_total 1");
  });

  it("read their gauges when they are asked", async () => {
    const metrics = createMetrics();
    const open = { sse: 2, websocket: 0 };
    const gauges = { mailboxDepth: 5, residents: 7, outlets: 2, letters: 3, partitions: 64 };
    metrics.observe({
      actors: { gauges: () => gauges, health: new Health() },
      connections: { open },
    });
    expect(await metrics.exposition()).toContain('connections_active{transport="sse"} 2');
    open.sse = 0;
    const lines = (await metrics.exposition()).split("\n");
    expect(lines).toEqual(expect.arrayContaining([
      'connections_active{transport="sse"} 0',
      'connections_active{transport="websocket"} 0',
      "mailbox_depth 5",
      "partition_owned 64",
    ]));
  });

  it("are one node's own", async () => {
    const [one, other] = [createMetrics(), createMetrics()];
    one.pushed(1);
    expect(await other.exposition()).toContain("messages_pushed_total 0");
  });
});
