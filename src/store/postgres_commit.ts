import type { Batch } from "../../actors/runtime/ports.ts";
import { batchDocuments } from "./batch_documents.ts";
import type { PostgresConnections } from "./postgres_connections.ts";

const DOCUMENTS = 10;

/**
 * One statement, `commit_batch` of the migrations. The rows travel as JSON documents: as quick as arrays for large
 * batches, and a third quicker for a batch of one, whose time the driver spends on parameters.
 */
export async function commitToPostgres(connections: PostgresConnections, batch: Batch): Promise<void> {
  await run(connections, batchDocuments(batch));
}

/** Has a connection plan what commits are made of; nothing is written. */
export async function warmCommit(connections: PostgresConnections): Promise<void> {
  await run(connections, Array.from({ length: DOCUMENTS }, () => "[]"));
}

async function run(connections: PostgresConnections, documents: readonly (string | null)[]): Promise<void> {
  const [fences, events, outcomes, letters, consumed, cancelled, aliases, personal, snapshots, deadLetters] = documents;
  await connections.run((sql) =>
    sql`select commit_batch(
      ${fences ?? "[]"}::text::json, ${events ?? null}::text::json, ${outcomes ?? null}::text::json,
      ${letters ?? null}::text::json, ${consumed ?? null}::text::json, ${cancelled ?? null}::text::json,
      ${aliases ?? null}::text::json, ${personal ?? null}::text::json, ${snapshots ?? null}::text::json,
      ${deadLetters ?? null}::text::json
    )`
  );
}
