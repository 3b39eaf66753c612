import { describe } from "@std/testing/bdd";
import { expect } from "@std/expect";
import { Shopper } from "../client/shopper.ts";
import { it } from "../bounded.ts";
import type { OnTrial } from "./on_trial.ts";

const PROMISED = [
  "orders_created_total",
  "order_creation_latency_ms_bucket",
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
];

/** For those who run it. */
export function operationContract(shop: OnTrial): void {
  describe("operation", () => {
    it("says that it lives and that it is ready", async () => {
      const { api } = shop();
      expect((await api.call("/healthz")).status).toBe(200);
      expect((await api.call("/readyz")).status).toBe(200);
    });

    it("counts what operators are promised", async () => {
      const { api } = shop();
      const sku = await shop().stock({ quantity: 1 });
      const shopper = await Shopper.arrive(api);
      await shop().order(shopper, [{ sku, quantity: 1 }]);
      const answer = await api.call("/metrics");
      expect(answer.status).toBe(200);
      expect(answer.headers.get("content-type")).toContain("text/plain");
      const missing = PROMISED.filter((name) => !new RegExp(`^${name}[ {]|^# TYPE ${name} `, "m").test(answer.text));
      expect(missing).toEqual([]);
      const created = Number(/^orders_created_total(?:\{[^}]*\})? (\d+)/m.exec(answer.text)?.[1]);
      expect(created).toBeGreaterThan(0);
    });

    it("describes itself", async () => {
      const { api } = shop();
      const { openapi, paths } = JSON.parse((await api.call("/openapi.json")).text);
      expect(openapi).toBe("3.1.0");
      expect(Object.keys(paths)).toContain("/api/carts/{cartId}/items");
    });

    it("answers in problems where there is nothing", async () => {
      const { api } = shop();
      (await api.call("/api/nothing")).problem(404, "route_not_found");
      const answer = await api.call("/api/session", { method: "DELETE" });
      answer.problem(405, "method_not_allowed");
      expect(answer.headers.get("allow")).toContain("POST");
    });
  });
}
