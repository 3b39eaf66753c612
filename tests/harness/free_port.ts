/** Below the ports that Linux gives to outgoing connections, which would else take one while its server restarts. */
const FIRST = 10_000;
const LAST = 32_000;

/** The first of so many TCP ports in a row on 127.0.0.1 that were free a moment ago. */
export function freePort(count = 1): number {
  for (;;) {
    const first = FIRST + Math.floor(Math.random() * (LAST - FIRST - count));
    if (Array.from({ length: count }, (_, index) => first + index).every(isFree)) return first;
  }
}

function isFree(port: number): boolean {
  try {
    Deno.listen({ hostname: "127.0.0.1", port }).close();
    return true;
  } catch (error) {
    if (error instanceof Deno.errors.AddrInUse) return false;
    throw error;
  }
}
