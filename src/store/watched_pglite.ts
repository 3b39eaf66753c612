import { PGlite } from "@electric-sql/pglite";

/**
 * A PGlite on a directory that says when it broke. Errors of SQL are answers like any other, but after a panic, as when
 * the disk is full under its journal, it would go on in circles: it swallows the trap and never answers. The panic's
 * own line is the only sign.
 */
export async function openWatchedPGlite(dataDir: string, onBroken: (reason: string) => void): Promise<PGlite> {
  return await PGlite.create({
    dataDir,
    onStderr: (line) => {
      if (/\b(PANIC|FATAL):/.test(line)) onBroken(line.trim());
      return true;
    },
  });
}
