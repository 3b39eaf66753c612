import { openEmbeddedStore } from "../../src/store/embedded_store.ts";
import { openPostgresStore, type PostgresStore } from "../../src/store/postgres_store.ts";
import { Child } from "../harness/child.ts";
import { startPostgres } from "../harness/postgres.ts";
import { silentLog } from "../store/silent_log.ts";

const ROOT = new URL("../..", import.meta.url).pathname;
const PATIENCE_MS = 240_000;

/** A database that imports run into, each in a process of its own. */
export interface ImportShop extends AsyncDisposable {
  readonly env: Readonly<Record<string, string>>;
  /** Looks into the database between imports. */
  look<Result>(work: (store: PostgresStore) => Promise<Result>): Promise<Result>;
}

export const SHOPS: Readonly<Record<string, () => Promise<ImportShop>>> = {
  "the embedded database": embeddedShop,
  PostgreSQL: async () => {
    const postgres = await startPostgres();
    const dataDir = await Deno.makeTempDir({ prefix: "vitrine-import-" });
    return {
      env: { DATABASE_URL: postgres.url(), DATA_DIR: dataDir },
      look: async (work) => {
        await using store = await openPostgresStore(postgres.url());
        return await work(store);
      },
      async [Symbol.asyncDispose](): Promise<void> {
        await postgres[Symbol.asyncDispose]();
        await Deno.remove(dataDir, { recursive: true });
      },
    };
  },
};

export async function embeddedShop(): Promise<ImportShop> {
  const dataDir = await Deno.makeTempDir({ prefix: "vitrine-import-" });
  return {
    env: { DATA_DIR: dataDir },
    look: async (work) => {
      await using store = await openEmbeddedStore(dataDir, { log: silentLog });
      return await work(store);
    },
    [Symbol.asyncDispose]: () => Deno.remove(dataDir, { recursive: true }),
  };
}

/** Begins an import as `deno task import` does. */
export function beginImport(path: string, { env }: Pick<ImportShop, "env">): Child {
  const args = ["run", "--no-check", "--allow-all", "src/import_main.ts", path];
  return new Child(Deno.execPath(), { args, cwd: ROOT, env: { LOG_LEVEL: "warn", ...env } });
}

export interface Imported {
  readonly code: number;
  readonly output: string;
}

/** Imports to the end. */
export async function runImport(path: string, shop: Pick<ImportShop, "env">): Promise<Imported> {
  await using child = beginImport(path, shop);
  const timer = setTimeout(() => child.signal("SIGKILL"), PATIENCE_MS);
  const { code } = await child.exited();
  clearTimeout(timer);
  return { code, output: child.output };
}

/** A file that is gone with the test. */
export async function temporaryFile(content: string): Promise<AsyncDisposable & { readonly path: string }> {
  const path = await Deno.makeTempFile({ prefix: "vitrine-invoices-", suffix: ".csv" });
  await Deno.writeTextFile(path, content);
  return { path, [Symbol.asyncDispose]: () => Deno.remove(path) };
}
