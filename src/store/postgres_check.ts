import type { PostgresConnections } from "./postgres_connections.ts";
import { StartRefused } from "./start_refused.ts";

interface ServerSettings {
  readonly version: number;
  readonly off: readonly string[] | null;
}

const oldestVersion = 150_000;

/** Throws when this server could lose what it acknowledged, or lacks what the migrations use. */
export async function checkServer(connections: PostgresConnections): Promise<void> {
  const [settings] = await connections.run<ServerSettings[]>((sql) =>
    sql`
      select current_setting('server_version_num')::int as version,
        (
          select json_agg(name order by name) from pg_settings
          where name in ('fsync', 'full_page_writes', 'synchronous_commit') and setting = 'off'
        ) as off
    `
  );
  if (settings === undefined) throw new Error("Cannot read the server's settings: no answer");
  if (settings.version < oldestVersion) {
    const version = Math.floor(settings.version / 10_000);
    throw new StartRefused("server_unsafe", `Cannot use PostgreSQL ${version}: 15 or later is needed`);
  }
  if (settings.off === null) return;
  const off = settings.off.join(", ");
  throw new StartRefused(
    "server_unsafe",
    `Cannot trust this PostgreSQL: ${off} must not be off, or commits may be lost`,
  );
}
