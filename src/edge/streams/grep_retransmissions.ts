import type { Look, Retransmissions } from "./dead_peers.ts";
import { connectionsIn, HEADING, retransmittingPattern, SOCKET_TABLES } from "./socket_table.ts";

const PROGRAM = "grep";
const CONSEQUENCE = "event streams of peers that are gone stay until the kernel gives up";

export interface GrepOptions {
  /** The port that this server listens at. */
  readonly port: number;
  /** Files to look into; the kernel's own when absent. */
  readonly tables?: readonly string[];
}

/**
 * Has `grep` look into the kernel's tables of connections: Deno reads them with no permission but all of them. What
 * comes back is two headings and, seldom, a few rows, however many connections there are.
 */
export function grepRetransmissions({ port, tables = SOCKET_TABLES }: GrepOptions): Retransmissions {
  const args = ["-h", "-s", "-e", HEADING, "-e", retransmittingPattern(port), ...tables];
  return {
    async look(): Promise<Look> {
      // Asked first, because a terminal would be asked for the permission that is missing.
      const { state } = await Deno.permissions.query({ name: "run", command: PROGRAM });
      if (state !== "granted") return blind(`--allow-run=${PROGRAM} is not given, or there is no ${PROGRAM}`);

      const rows = await rowsFound(args);
      if (rows === undefined) return blind(`there is no ${PROGRAM}`);
      // A table that is there is found by its heading; that of IPv6 may be missing.
      if (!rows.includes(HEADING)) return blind(`there is none of ${tables.join(", ")}`);
      return { kind: "seen", retransmitting: connectionsIn(rows) };
    },
  };
}

/** Undefined: there is no such program. */
async function rowsFound(args: readonly string[]): Promise<string | undefined> {
  const grep = new Deno.Command(PROGRAM, {
    args: [...args],
    clearEnv: true,
    stdin: "null",
    stdout: "piped",
    stderr: "null",
  });
  try {
    const { stdout, signal } = await grep.output();
    if (signal !== null) throw new Error(`Cannot look for dead peers: ${PROGRAM} was ended by ${signal}`);
    return new TextDecoder().decode(stdout);
  } catch (error) {
    if (error instanceof Deno.errors.NotFound) return undefined;
    throw error;
  }
}

function blind(why: string): Look {
  return { kind: "blind", why: `${why}: ${CONSEQUENCE}` };
}
