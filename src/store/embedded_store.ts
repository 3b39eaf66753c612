import type { Log } from "../../actors/runtime/ports.ts";
import { openEmbeddedDatabase } from "./embedded_database.ts";
import { keepHouse } from "./embedded_housekeeping.ts";
import { migrate } from "./migrate.ts";
import { PostgresConnections } from "./postgres_connections.ts";
import { identityFromPostgres } from "./postgres_partitions.ts";
import { PostgresStore } from "./postgres_store.ts";

/**
 * The same store on the embedded database in that directory. Disposing it closes the database too. Throws
 * `StartRefused` when another process uses the directory.
 */
export async function openEmbeddedStore(path: string, { log }: { readonly log: Log }): Promise<PostgresStore> {
  await using opened = new AsyncDisposableStack();
  const database = opened.use(await openEmbeddedDatabase(path, { log }));
  const connections = opened.use(
    new PostgresConnections(database.target, {
      connections: 1,
      onHung: () => database.restart("a statement did not come back"),
    }),
  );
  await migrate(connections);
  const identity = await identityFromPostgres(connections);
  opened.defer(keepHouse(connections, { log }));
  return new PostgresStore(identity, { commits: [connections], reads: connections, closes: opened.move() });
}
