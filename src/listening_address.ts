import type { Config } from "./config.ts";

/**
 * Why nobody can listen at this address; undefined when it is free. Found out before the database is opened, which takes
 * its time and makes a directory.
 */
export function addressMistake({ host, port }: Pick<Config, "host" | "port">): string | undefined {
  try {
    Deno.listen({ hostname: host, port }).close();
    return undefined;
  } catch (error) {
    if (error instanceof Deno.errors.AddrInUse) return `PORT: ${port} is in use by another process`;
    if (error instanceof Deno.errors.PermissionDenied) return `PORT: ${port} is not for this user to listen at`;
    return `HOST: "${host}" is not an address of this machine`;
  }
}
