/** Descriptors that files, the database and plain requests need beside streams. */
const RESERVED_AT_LEAST = 256;
const RESERVED_SHARE = 0.2;
/** What POSIX systems give at the least when they do not say. */
const ASSUMED = 1024;

/**
 * How many streams may be open: as many as configured, but always fewer than there are descriptors, since `Deno.serve`
 * ends the whole process when it cannot accept one more connection.
 */
export function admissionLimit({ descriptors, configured }: {
  readonly descriptors: number;
  readonly configured: number;
}): number {
  const reserved = Math.max(RESERVED_AT_LEAST, Math.ceil(descriptors * RESERVED_SHARE));
  return Math.max(1, Math.min(configured, descriptors - reserved));
}

/** The soft limit that `/proc/self/limits` states; undefined when it does not. */
export function softLimitIn(limits: string): number | undefined {
  const found = /^Max open files\s+(\d+|unlimited)\s/m.exec(limits)?.[1];
  if (found === undefined) return undefined;
  return found === "unlimited" ? Number.MAX_SAFE_INTEGER : Number(found);
}

export interface DescriptorSources {
  /** The text of `/proc/self/limits`; throws where that may not be read: Deno shows it to `--allow-all` alone. */
  readLimits(): string;
  /** Opens a file and returns what closes it; throws when there is no descriptor left. */
  openOne(): () => void;
  /** More than this are not needed. */
  readonly wanted: number;
}

/**
 * How many descriptors this process may have, as far as `wanted`: as the system says, else found out by opening that
 * many at once, some 10 µs each.
 */
export function descriptorLimit({ readLimits, openOne, wanted }: DescriptorSources): number {
  const stated = attempt(() => softLimitIn(readLimits()));
  if (stated !== undefined) return stated;

  const opened: (() => void)[] = [];
  while (opened.length < wanted) {
    const close = attempt(openOne);
    if (close === undefined) break;
    opened.push(close);
  }
  for (const close of opened) close();
  return opened.length === 0 ? ASSUMED : opened.length;
}

function attempt<Result>(task: () => Result): Result | undefined {
  try {
    return task();
  } catch {
    return undefined;
  }
}
