import { basename } from "node:path";
import type { Config } from "../config.ts";
import { readConfig } from "../config.ts";
import { jsonLog } from "../log/json_log.ts";
import { createMetrics } from "../metrics/metrics.ts";
import { openNode } from "../node.ts";
import { StartRefused } from "../store/start_refused.ts";
import { importInvoices } from "./import_invoices.ts";
import { agree, report } from "./import_report.ts";
import { InvoiceFileError } from "./invoice_header.ts";
import { ProgressBar } from "./progress_bar.ts";
import { surveyFile } from "./survey.ts";

const AGREED = 0;
const DIFFERED = 1;
const MISCONFIGURED = 2;
const INTERRUPTED = 130;

/** `deno task import <invoices.csv>`: returns the exit code. 0 only when file and shop agree to the penny. */
export async function importCommand(args: readonly string[]): Promise<number> {
  const [path, ...rest] = args;
  if (path === undefined || rest.length > 0) return complain("Usage: deno task import <invoices.csv>");
  const read = readConfig(Deno.env.toObject());
  if (!read.ok) return complain(...read.mistakes);

  const interruption = new AbortController();
  Deno.addSignalListener("SIGINT", () => interruption.abort());
  Deno.addSignalListener("SIGTERM", () => interruption.abort());
  try {
    return await importFile(path, { config: read.config, signal: interruption.signal });
  } catch (error) {
    if (interruption.signal.aborted) {
      console.error("Interrupted. The same command goes on where it stopped.");
      return INTERRUPTED;
    }
    if (error instanceof InvoiceFileError || error instanceof StartRefused) return complain(error.message);
    if (isUnreadable(error)) return complain(`Cannot read "${path}": ${error.message}`);
    throw error;
  }
}

async function importFile(
  path: string,
  { config, signal }: { readonly config: Config; readonly signal: AbortSignal },
): Promise<number> {
  const progress = new ProgressBar({
    write: (text) => void Deno.stderr.writeSync(new TextEncoder().encode(text)),
    isTerminal: Deno.stderr.isTerminal(),
    now: () => performance.now(),
  });
  const survey = await surveyFile(() => bytesOf(path), {
    broken: ({ line, problem }) => progress.note(`line ${line} ${problem}: left out`),
    aside: ({ line, problem }) => progress.note(`line ${line} ${problem}: left out`),
  });
  if (signal.aborted) return INTERRUPTED;

  const { currency, stores: [storeId = "main"] } = config;
  // What goes on is said by the bar; the log is for what goes wrong.
  const log = jsonLog({ level: config.logLevel === "info" ? "warn" : config.logLevel });
  await using node = await openNode(config, { log, metrics: createMetrics() });
  node.takePart();
  const shop = await importInvoices(survey, { node, storeId, currency, progress, signal });
  const comparison = { file: survey.sums, shop };
  console.log(`\n${basename(path)}\n\n${report(comparison, currency)}`);
  return agree(comparison) ? AGREED : DIFFERED;
}

async function* bytesOf(path: string): AsyncGenerator<Uint8Array> {
  const file = await Deno.open(path);
  yield* file.readable;
}

function complain(...mistakes: readonly string[]): number {
  for (const mistake of mistakes) console.error(mistake);
  return MISCONFIGURED;
}

function isUnreadable(error: unknown): error is Error {
  const kinds = [Deno.errors.NotFound, Deno.errors.PermissionDenied, Deno.errors.IsADirectory, Deno.errors.NotCapable];
  return kinds.some((kind) => error instanceof kind);
}
