import { StoreError } from "../actors/runtime/errors.ts";
import { natsFileMistake } from "./cluster/nats_file_mistake.ts";
import { readConfig } from "./config.ts";
import { dataDirMistake } from "./data_dir_mistake.ts";
import { jsonLog } from "./log/json_log.ts";
import { addressMistake } from "./listening_address.ts";
import { createMetrics } from "./metrics/metrics.ts";
import { startServer } from "./server.ts";
import { StartRefused } from "./store/start_refused.ts";

const MISCONFIGURED = 2;
/** What is being opened may hang on a server that stands still. */
const LEAVE_WITHIN_MS = 5000;

const read = readConfig(Deno.env.toObject());
if (!read.ok) {
  for (const mistake of read.mistakes) console.error(mistake);
  Deno.exit(MISCONFIGURED);
}
const { config } = read;
const unusable = addressMistake(config) ?? await natsFileMistake(config.nats) ?? await dataDirMistake(config);
if (unusable !== undefined) {
  console.error(unusable);
  Deno.exit(MISCONFIGURED);
}
const log = jsonLog({ level: config.logLevel });

const leave = new AbortController();
let isStarting = true;
for (const signal of ["SIGTERM", "SIGINT"] as const) Deno.addSignalListener(signal, () => leave.abort());
leave.signal.addEventListener("abort", () => setTimeout(() => isStarting && Deno.exit(0), LEAVE_WITHIN_MS));

try {
  const server = await startServer(config, { log, metrics: createMetrics(), signal: leave.signal });
  isStarting = false;
  console.info(`Vitrine is open at http://${config.host === "127.0.0.1" ? "localhost" : config.host}:${server.port}`);
  const drain = (): Promise<void> => server.drain().then(() => Deno.exit(0), failed);
  if (leave.signal.aborted) drain();
  else leave.signal.addEventListener("abort", drain);
} catch (error) {
  if (leave.signal.aborted && error === leave.signal.reason) Deno.exit(0);
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
