import { readConfig } from "./config.ts";
import { jsonLog } from "./log/json_log.ts";
import { openEmbeddedStore } from "./store/embedded_store.ts";
import { openPostgresStore } from "./store/postgres_store.ts";
import { StartRefused } from "./store/start_refused.ts";

/** `deno task migrate`: brings the database up to date and ends, so that a deployment can do it before its nodes start. */
const read = readConfig(Deno.env.toObject());
if (!read.ok) {
  for (const mistake of read.mistakes) console.error(mistake);
  Deno.exit(2);
}
const { databaseUrl, dataDir, logLevel } = read.config;
try {
  const store = databaseUrl === undefined
    ? await openEmbeddedStore(dataDir, { log: jsonLog({ level: logLevel }) })
    : await openPostgresStore(databaseUrl);
  await store[Symbol.asyncDispose]();
  console.info("The database is up to date.");
} catch (error) {
  if (!(error instanceof StartRefused)) throw error;
  console.error(error.message);
  Deno.exit(2);
}
