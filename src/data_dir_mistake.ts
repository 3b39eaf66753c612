import type { Config } from "./config.ts";

/** Why no embedded database can live in this directory; undefined when one can, or when none is wanted. */
export async function dataDirMistake(
  { dataDir, databaseUrl }: Pick<Config, "dataDir" | "databaseUrl">,
): Promise<string | undefined> {
  if (databaseUrl !== undefined) return undefined;
  try {
    await Deno.mkdir(dataDir, { recursive: true, mode: 0o700 });
    (await Deno.open(`${dataDir}/lock`, { create: true, write: true })).close();
    return undefined;
  } catch {
    return `DATA_DIR: "${dataDir}" is not a directory that can be written to`;
  }
}
