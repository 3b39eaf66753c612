import type { PostgresConnections, Transaction } from "./postgres_connections.ts";
import { StartRefused } from "./start_refused.ts";

interface Migration {
  readonly number: number;
  readonly name: string;
  readonly text: string;
  readonly checksum: string;
}

const directory = new URL("../../migrations/", import.meta.url);
const migrateLimitMs = 600_000;

/**
 * Applies the migrations that the database has not seen, in order: all of them, or none. Processes that start together
 * wait for each other. Returns the names of what was applied. A newer version's migrations are left alone, so that a
 * node can be rolled back.
 */
export async function migrate(connections: PostgresConnections): Promise<readonly string[]> {
  const migrations = await readMigrations();
  return await connections.transaction(async (sql) => {
    await sql`select pg_advisory_xact_lock(hashtext('vitrine migrations'))`;
    await sql`
      create table if not exists migration (
        number integer primary key,
        name text not null,
        checksum text not null,
        applied_at timestamptz not null default now()
      )
    `;
    const applied = await sql<Omit<Migration, "text">[]>`select number, name, checksum from migration`;
    const checksums = new Map(applied.map(({ number, checksum }) => [number, checksum]));
    const pending = migrations.filter((migration) => isPending(migration, checksums.get(migration.number)));
    for (const migration of pending) await apply(sql, migration);
    return pending.map(({ name }) => name);
  }, migrateLimitMs);
}

function isPending({ name, checksum }: Migration, applied: string | undefined): boolean {
  if (applied === undefined) return true;
  if (applied === checksum) return false;
  throw new StartRefused("migration_edited", `Cannot migrate with "${name}": it was edited after it was applied`);
}

async function apply(sql: Transaction, { number, name, text, checksum }: Migration): Promise<void> {
  await sql.unsafe(text).simple();
  await sql`insert into migration (number, name, checksum) values (${number}, ${name}, ${checksum})`;
}

async function readMigrations(): Promise<readonly Migration[]> {
  const entries = await Array.fromAsync(Deno.readDir(directory), ({ name }) => name);
  const names = entries.filter((name) => /^\d{4}_\w+\.sql$/.test(name)).sort();
  return await Promise.all(names.map(async (name) => {
    const text = await Deno.readTextFile(new URL(name, directory));
    return { number: Number(name.slice(0, 4)), name, text, checksum: await checksumOf(text) };
  }));
}

async function checksumOf(text: string): Promise<string> {
  const digest = await crypto.subtle.digest("SHA-256", new TextEncoder().encode(text));
  return new Uint8Array(digest).toHex();
}
