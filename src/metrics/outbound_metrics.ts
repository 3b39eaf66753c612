import { Counter, type Registry } from "prom-client";
import type { RelayMetrics } from "../relay/ports.ts";
import type { ServiceMetrics } from "../services/service_metrics.ts";
import { tallied } from "./tallied.ts";

/** What is counted of other services: what they ask for, and what is published to them. */
export function outboundMetrics(registry: Registry): ServiceMetrics & RelayMetrics {
  const registers = [registry];
  const requests = new Counter({
    name: "service_requests_total",
    help: "Requests of other services, by service and code of the problem (none: it was done).",
    labelNames: ["service", "error"],
    registers,
  });
  const mail = new Counter({
    name: "service_mail_total",
    help: "Mail of other services, by what came of it.",
    labelNames: ["outcome"],
    registers,
  });
  const tally = { published: 0, failed: 0 };
  const { counted } = tallied(registry);
  counted("relay_published_total", { help: "Events that the stream has stored.", value: () => tally.published });
  counted("relay_failures_total", {
    help: "Tries to publish that failed; each is made again.",
    value: () => tally.failed,
  });

  return {
    requestAnswered: (service, error = "none") => requests.inc({ service, error }),
    mailHandled: (outcome) => mail.inc({ outcome }),
    published: () => tally.published++,
    failed: () => tally.failed++,
  };
}
