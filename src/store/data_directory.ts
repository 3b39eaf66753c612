import { StartRefused } from "./start_refused.ts";

/** Paths that an embedded database uses, all inside one directory that this process alone holds. */
export interface DataDirectory extends AsyncDisposable {
  readonly database: string;
  /** Where a new database is made before it gets its name: one that was interrupted is never taken for whole. */
  readonly unfinished: string;
  readonly socket: string;
}

/** A Unix socket's path has 108 bytes at most, on some systems 104. */
const longestSocketPath = 100;

/**
 * Holds a data directory, made when absent, by an OS lock on a file in it: let go by whatever ends the process. Throws
 * `StartRefused` when another process holds it.
 */
export async function holdDataDirectory(path: string): Promise<DataDirectory> {
  await Deno.mkdir(path, { recursive: true, mode: 0o700 });
  const root = await Deno.realPath(path);
  const lock = await Deno.open(`${root}/lock`, { create: true, write: true });
  if (!await lock.tryLock(true)) {
    lock.close();
    throw new StartRefused("data_directory_in_use", `Cannot open "${path}": another process is using it`);
  }
  try {
    const sockets = await socketDirectory(root);
    return {
      database: `${root}/database`,
      unfinished: `${root}/database.unfinished`,
      socket: `${sockets}/database.sock`,
      async [Symbol.asyncDispose](): Promise<void> {
        await Deno.remove(sockets, { recursive: true });
        lock.close();
      },
    };
  } catch (error) {
    lock.close();
    throw error;
  }
}

/** Nobody else can enter it, so nobody else can connect. What a killed process left there goes. */
async function socketDirectory(root: string): Promise<string> {
  const inside = `${root}/socket`;
  if (new TextEncoder().encode(`${inside}/database.sock`).length > longestSocketPath) {
    return await Deno.makeTempDir({ prefix: "vitrine-" });
  }
  await Deno.remove(inside, { recursive: true }).catch((error: unknown) => {
    if (!(error instanceof Deno.errors.NotFound)) throw error;
  });
  await Deno.mkdir(inside, { mode: 0o700 });
  return inside;
}
