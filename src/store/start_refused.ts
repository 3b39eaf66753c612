/**
 * Why the database cannot be opened at all:
 *
 * - `data_directory_in_use`: another process holds it.
 * - `server_unsafe`: the server may lose what it acknowledged, or is too old.
 * - `migration_edited`: a migration differs from what was applied.
 * - `journal_newer`: a newer program has written what this one cannot read.
 */
export type StartRefusal = "data_directory_in_use" | "server_unsafe" | "migration_edited" | "journal_newer";

/** Trying again does not help: somebody has to change something. The message is one sentence for them. */
export class StartRefused extends Error {
  override readonly name = "StartRefused";

  constructor(readonly code: StartRefusal, message: string) {
    super(message);
  }
}
