import type { PostgresConnections } from "../store/postgres_connections.ts";

/** What read models need of the database: single statements, with a time limit, that fail as `StoreError` alone. */
export type Queries = Pick<PostgresConnections, "run">;
