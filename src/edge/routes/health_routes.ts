import { answer } from "../answers.ts";
import type { EdgeMetrics, Ready } from "../ports.ts";
import { SECURITY_HEADERS } from "../security_headers.ts";
import type { Route } from "./route.ts";

export interface HealthDeps {
  readonly ready: Ready;
  readonly metrics: Pick<EdgeMetrics, "exposition">;
}

/** For those who run the shop. Never limited: they ask most when most is asked. */
export function healthRoutes({ ready, metrics }: HealthDeps): readonly Route[] {
  return [
    {
      method: "GET",
      path: "/healthz",
      summary: "The process lives.",
      access: "anybody",
      handle: () => Promise.resolve(answer({ status: "ok" })),
    },
    {
      method: "GET",
      path: "/readyz",
      summary: "The process can commit and route.",
      access: "anybody",
      handle: () => Promise.resolve(readiness(ready())),
    },
    {
      method: "GET",
      path: "/metrics",
      summary: "What this node counts, for Prometheus.",
      access: "anybody",
      async handle(): Promise<Response> {
        const headers = { ...SECURITY_HEADERS, "content-type": "text/plain; version=0.0.4; charset=utf-8" };
        return new Response(await metrics.exposition(), { headers });
      },
    },
  ];
}

function readiness({ ok, reasons }: ReturnType<Ready>): Response {
  if (ok) return answer({ status: "ready" });
  return answer({ status: "not_ready", reasons }, { status: 503, headers: { "retry-after": "1" } });
}
