import { StoreError } from "../actors/runtime/errors.ts";
import { readConfig } from "./config.ts";
import { jsonLog } from "./log/json_log.ts";
import { addressMistake } from "./listening_address.ts";
import { createMetrics } from "./metrics/metrics.ts";
import { startServer } from "./server.ts";
import { StartRefused } from "./store/start_refused.ts";

const MISCONFIGURED = 2;

const read = readConfig(Deno.env.toObject());
if (!read.ok) {
  for (const mistake of read.mistakes) console.error(mistake);
  Deno.exit(MISCONFIGURED);
}
const { config } = read;
const occupied = addressMistake(config);
if (occupied !== undefined) {
  console.error(occupied);
  Deno.exit(MISCONFIGURED);
}
const log = jsonLog({ level: config.logLevel });

try {
  const server = await startServer(config, { log, metrics: createMetrics() });
  console.info(`Vitrine is open at http://${config.host === "127.0.0.1" ? "localhost" : config.host}:${server.port}`);
  for (const signal of ["SIGTERM", "SIGINT"] as const) {
    Deno.addSignalListener(signal, () => server.drain().then(() => Deno.exit(0), failed));
  }
} catch (error) {
  const mistake = mistakeIn(error);
  if (mistake === undefined) failed(error);
  console.error(mistake);
  Deno.exit(MISCONFIGURED);
}

/** What somebody has to change before a start can succeed. */
function mistakeIn(error: unknown): string | undefined {
  if (error instanceof StartRefused) return error.message;
  if (error instanceof Deno.errors.AddrInUse) return `PORT: ${config.port} is in use by another process`;
  if (error instanceof StoreError && config.databaseUrl !== undefined) return `DATABASE_URL: ${error.message}`;
  return undefined;
}

function failed(error: unknown): never {
  log.error("process_failed", { error });
  Deno.exit(1);
}
